/** What is measured: Redrill's reader in its four ways, and what else the machine has that reads an RDB file. */
import { existsSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import type { Program } from '../testing/measure.ts';

export const REFERENCE = 'redis-check-rdb';
export const STRUCTURAL = 'structural';
export const STREAMED = 'structural, streamed';
export const DEEP = 'deep, with the digest';
export const DEEP_STREAMED = 'deep, streamed';
export const LIBRDB = 'librdb';

/** The reader as it is deployed: one bundle, without type stripping at run time. @returns where it is */
export function bundled(folder: string): string {
  const outfile = join(folder, 'read-file.mjs');
  buildSync({
    entryPoints: [fileURLToPath(new URL('read-file.ts', import.meta.url))],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    outfile,
    logLevel: 'error',
  });
  return outfile;
}

function onPath(name: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** What can be measured beside the reader; what is not there is not. */
export interface Peers {
  readonly checkers: readonly Program['command'][];
  readonly librdb: string | undefined;
}

/** @param librdb a program of librdb; without one, `rdb-cli` of the PATH. @throws if there is no redis-check-rdb */
export function peers(librdb: string | undefined): Peers {
  const checkers = [REFERENCE, 'valkey-check-rdb'].map(onPath).filter((path) => path !== undefined);
  if (!checkers.some((path) => basename(path) === REFERENCE))
    throw new Error(`expected ${REFERENCE} on the PATH (Debian has it in redis-tools), found none`);
  if (librdb !== undefined && !existsSync(librdb)) throw new Error(`--librdb: there is no ${librdb}`);
  return { checkers: checkers.map((path): [string] => [path]), librdb: librdb ?? onPath('rdb-cli') };
}

/**
 * `rdb-cli` has no way of reading that makes nothing of what it reads; the nearest is RESTORE commands, for which the
 * values stay as they are. Any other program takes the file alone (packages/rdb/bench/librdb-raw.c is one).
 */
function librdbCommand(program: string, file: string): Program['command'] {
  if (basename(program) !== 'rdb-cli') return [program, file];
  return [program, file, 'resp', '--support-restore', '--target-redis-ver', '7.0', '--output', '/dev/null'];
}

export function programsFor({ checkers, librdb }: Peers, reader: string, file: string): readonly Program[] {
  const ours = (name: string, ...args: string[]): Program => ({
    name,
    command: [process.execPath, reader, ...args],
  });
  return [
    ...checkers.map(([path]): Program => ({ name: basename(path), command: [path, file] })),
    ...(librdb ? [{ name: LIBRDB, command: librdbCommand(librdb, file) }] : []),
    ours(STRUCTURAL, 'structural', file),
    ours(STREAMED, 'structural', file, 'stream'),
    ours(DEEP, 'deep', file),
    ours(DEEP_STREAMED, 'deep', file, 'stream'),
  ];
}
