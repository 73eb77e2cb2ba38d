import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

export const REDRILL = join(import.meta.dirname, '../../../cli/redrill.ts');

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface RunOptions {
  readonly cwd?: string;
  readonly stdin?: Uint8Array;
  /** Instead of what the tests themselves run with; only PATH stays. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs the real command, in a process of its own. */
export async function redrill(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const child = spawn(process.execPath, [REDRILL, ...args], {
    cwd: options.cwd ?? tmpdir(),
    env: { PATH: process.env.PATH ?? '', ...options.env },
  });
  // A command that refuses its arguments does not read.
  child.stdin.on('error', () => {});
  child.stdin.end(options.stdin);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { status: child.exitCode, stdout, stderr };
}

/** A folder with these files, for one test. */
export function folderWith(files: Readonly<Record<string, Uint8Array | string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'redrill-cli-'));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
