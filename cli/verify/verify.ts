import { ExitStatus } from '../exit-status.ts';
import { looksLikeFile } from '../file-or-point.ts';
import { paintFor } from '../terminal/page.ts';
import { ProgressBar } from '../terminal/progress.ts';
import { outputOf } from './contract.ts';
import { type ReadOptions, read } from './read.ts';
import { reportOf } from './report.ts';
import type { Verification } from './verification.ts';

export interface VerifyOptions extends ReadOptions {
  readonly json?: true;
  /** The file that was deployed: where the vault is. */
  readonly config: string;
}

export const STATUS: Readonly<Record<Verification['verdict'], number>> = {
  sound: ExitStatus.good,
  'not-sound': ExitStatus.bad,
  unsupported: ExitStatus.notDone,
};

/**
 * Reads a file, or every file of a recovery point, and prints what it is. @returns the exit status
 * @throws AppError `UnreadableFile`, `NotRdb`, and what S3 refuses with
 */
export async function verify(name: string, options: VerifyOptions): Promise<number> {
  if (namesPoint(name)) return (await import('./verify-point.ts')).verifyPoint(name, options);
  const verification = await withProgress((bar) => read(name, options, bar));
  const now = new Date();
  const written = options.json
    ? JSON.stringify(outputOf(verification, now), null, 2)
    : reportOf(verification, { now, paint: paintFor(process.stdout) });
  process.stdout.write(`${written}\n`);
  return STATUS[verification.verdict];
}

function namesPoint(name: string): boolean {
  return !looksLikeFile(name) && /^[^/:]+\/[^/]+$/.test(name);
}

/** The bar is erased whatever happens, Ctrl-C included. */
export async function withProgress<Result>(work: (bar: ProgressBar) => Promise<Result>): Promise<Result> {
  const bar = new ProgressBar(process.stderr);
  const interrupted = () => {
    bar.erase();
    // The signal itself, now that nothing catches it: `process.exit` would wait for a read of a silent pipe.
    process.kill(process.pid, 'SIGINT');
  };
  process.once('SIGINT', interrupted);
  try {
    return await work(bar);
  } finally {
    process.off('SIGINT', interrupted);
    bar.erase();
  }
}
