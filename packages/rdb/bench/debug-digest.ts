/** DEBUG DIGEST of a running server, which is what a digest of everything costs where there is none in the reader. */
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ask, startBenchServer } from '../testing/server.ts';

/** A digest of nothing, which the server answers when it has loaded nothing. */
const EMPTY = /^0+$/;

/** @returns how long each round took, in seconds, with the data in the server's memory */
export async function debugDigestSeconds(file: string, rounds: number): Promise<readonly number[]> {
  const folder = mkdtempSync(join(tmpdir(), 'digest-'));
  symlinkSync(resolve(file), join(folder, 'dump.rdb'));
  const { socket, stop } = await startBenchServer(folder, ['--enable-debug-command', 'yes']);
  try {
    return Array.from({ length: rounds }, () => {
      const startedAt = performance.now();
      const said = ask(socket, 'debug', 'digest');
      if (!/^[0-9a-f]{40}$/.test(said) || EMPTY.test(said)) throw new Error(`DEBUG DIGEST said ${said}`);
      return (performance.now() - startedAt) / 1000;
    });
  } finally {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
