import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ShipConfig } from '../../core/contracts/ship-config.ts';
import { AppError } from '../../core/model/errors.ts';

/**
 * Two runs of one host at the same time would each have the server save. A lock whose process has ended is taken over.
 * @returns what gives the lock back
 * @throws AppError `ShipUnderWay`
 */
export function lockHost({ server, shard }: Pick<ShipConfig, 'server' | 'shard'>): () => void {
  const file = join(tmpdir(), `redrill-ship-${server}-${shard}.lock`);
  for (let tried = 0; ; tried++) {
    try {
      const lock = openSync(file, 'wx', 0o600);
      writeSync(lock, String(process.pid));
      closeSync(lock);
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || tried > 0) throw underWay(file, error);
      if (isAlive(Number(readFileSync(file, 'utf8')))) throw underWay(file, error);
      rmSync(file, { force: true });
    }
  }
}

/** In a container every process may have had the number of this one. */
function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function underWay(file: string, cause: unknown): AppError {
  return new AppError('ShipUnderWay', `another redrill ship is under way: ${file} is there`, { cause });
}
