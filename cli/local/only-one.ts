import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { AppError } from '../../core/model/errors.ts';

/**
 * Keeps a folder for this process until it is disposed of: whoever starts a local AWS empties its folder first, under the
 * feet of one that is running there.
 * @throws AppError `AlreadyRunning`
 */
export function onlyOneIn(folder: string): Disposable {
  const lock = `${folder}.pid`;
  mkdirSync(dirname(folder), { recursive: true });
  if (!taken(lock)) {
    const other = ownerOf(lock);
    if (other !== undefined) throw alreadyRunning(folder, other);
    // Of a process that was killed.
    rmSync(lock, { force: true });
    if (!taken(lock)) throw alreadyRunning(folder, ownerOf(lock));
  }
  return { [Symbol.dispose]: () => rmSync(lock, { force: true }) };
}

function taken(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** The process that holds the lock; undefined if it is gone. */
function ownerOf(lock: string): number | undefined {
  try {
    const owner = Number(readFileSync(lock, 'utf8'));
    // 0 asks whether there is such a process.
    process.kill(owner, 0);
    return owner;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? Number(readFileSync(lock, 'utf8')) : undefined;
  }
}

function alreadyRunning(folder: string, owner: number | undefined): AppError {
  return new AppError(
    'AlreadyRunning',
    `a local AWS is running in ${folder}${owner ? ` (process ${owner})` : ''}`,
  );
}

/** Before half a minute is spent on what would then not be reachable. @throws AppError `BadInput` */
export async function refuseTakenPort(port: number): Promise<void> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject).listen(port, '127.0.0.1', resolve);
  }).catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'EADDRINUSE' ? 'is in use' : `cannot be listened to: ${cause.message}`;
    throw new AppError('BadInput', `--port ${port} ${why}; give another`, { cause });
  });
  await new Promise((closed) => probe.close(closed));
}
