/** A verified recovery point in a local S3, for commands that read one. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const REGION = 'eu-central-1';
const CONFIG = `export default {
  source: { region: 'eu-west-1' },
  vault: { region: '${REGION}' },
  plans: { none: { unprotected: 'a benchmark' } },
  caches: {},
};
`;

export interface BenchVault {
  /** Its process, which is the whole of AWS here. */
  readonly pid: number;
  /** The name of its recovery point. */
  readonly point: string;
  readonly config: string;
  /** What a command needs to reach it. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** @param file becomes the only shard of the recovery point @param folder takes its files until it is stopped */
export async function startVault(file: string, folder: string): Promise<BenchVault> {
  const where = mkdtempSync(join(folder, 'vault-'));
  const config = join(where, 'redrill.config.ts');
  writeFileSync(config, CONFIG);
  const program = fileURLToPath(new URL('vault-process.ts', import.meta.url));
  const vault = spawn(process.execPath, [program, file, where, REGION], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = async () => {
    await ended(vault);
    rmSync(where, { recursive: true });
  };
  try {
    return { pid: vault.pid ?? 0, config, ...JSON.parse(await firstLineOf(vault)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function firstLineOf({ stdout }: ChildProcess): Promise<string> {
  if (stdout !== null) for await (const line of createInterface(stdout)) return line;
  throw new Error('the local S3 did not start');
}

async function ended(vault: ChildProcess): Promise<void> {
  if (vault.exitCode !== null) return;
  const exited = once(vault, 'exit');
  vault.kill('SIGKILL');
  await exited;
}
