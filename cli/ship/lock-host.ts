import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { whyUnreadable } from '../../adapters/files/why-unreadable.ts';
import type { ShipConfig } from '../../core/contracts/ship-config.ts';
import { AppError } from '../../core/model/errors.ts';

/**
 * Two runs of one host at the same time would each have the server save. A lock whose process has ended is taken over.
 * @returns what gives the lock back
 * @throws AppError `ShipUnderWay`
 */
export function lockHost({ server, shard }: Pick<ShipConfig, 'server' | 'shard'>): () => void {
  const file = join(tmpdir(), `redrill-ship-${server}-${shard}.lock`);
  try {
    if (!taken(file)) {
      if (isAlive(Number(readFileSync(file, 'utf8')))) throw underWay(`${file} is there`);
      rmSync(file, { force: true });
      if (!taken(file)) throw underWay(`${file} is there`);
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw underWay(`${file} cannot be taken over: ${whyUnreadable(error)}`, error);
  }
  return () => rmSync(file, { force: true });
}

/** The file gets its name when it is complete, so that no other process reads an empty lock. */
function taken(file: string): boolean {
  const own = `${file}.${process.pid}`;
  writeFileSync(own, String(process.pid), { mode: 0o600 });
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

/** In a container every process may have had the number of this one. 0 would be a group of processes, and no process. */
function isAlive(pid: number): boolean {
  if (!(pid > 0) || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function underWay(why: string, cause?: unknown): AppError {
  return new AppError('ShipUnderWay', `another redrill ship is under way: ${why}`, { cause });
}
