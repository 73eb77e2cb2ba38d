/** Does work that Ctrl-C ends: it calls `before`, and then ends the process by the signal. */
export async function interruptible<Result>(
  before: () => void,
  work: () => Promise<Result>,
): Promise<Result> {
  const interrupted = () => {
    before();
    // The signal, now that nothing catches it: `process.exit` would wait for a read of a silent pipe.
    process.kill(process.pid, 'SIGINT');
  };
  process.once('SIGINT', interrupted);
  try {
    return await work();
  } finally {
    process.off('SIGINT', interrupted);
  }
}
