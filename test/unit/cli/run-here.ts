import { AsyncLocalStorage } from 'node:async_hooks';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { getCACertificates, setDefaultCACertificates as trust } from 'node:tls';
import { format } from 'node:util';
import { runProgram } from '../../../cli/program.ts';
import type { Ran } from './run.ts';

interface HereOptions {
  readonly cwd?: string;
  /** The whole environment meanwhile, NODE_EXTRA_CA_CERTS included. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

interface Written {
  stdout: string;
  stderr: string;
}

const written = new AsyncLocalStorage<Written>();
let trusted: readonly string[] | undefined;
let alsoTrusted = '';
let isPatched = false;
let queue: Promise<unknown> = Promise.resolve();

/**
 * Runs a command of `redrill` in the process of the test, which saves the half second that a process of its own takes to
 * load. One at a time, as it changes the environment. What needs a process (signals, a terminal, standard input, memory) is
 * run by `run.ts`.
 */
export function runHere(words: readonly string[], options: HereOptions): Promise<Ran> {
  const ran = queue.then(() => runAlone(words, options));
  queue = ran.catch(() => undefined);
  return ran;
}

/** As `redrill` of `run.ts`: with nothing of the environment but PATH. */
export const redrillHere = (
  words: readonly string[],
  { cwd = tmpdir(), env = {} }: Partial<HereOptions> = {},
): Promise<Ran> => runHere(words, { cwd, env: { PATH: process.env.PATH, ...env } });

async function runAlone(words: readonly string[], { cwd, env }: HereOptions): Promise<Ran> {
  capture();
  const before = { env: process.env, cwd: process.cwd() };
  const output: Written = { stdout: '', stderr: '' };
  process.env = { ...env };
  process.exitCode = 0;
  if (cwd !== undefined) process.chdir(cwd);
  trustAlso(env.NODE_EXTRA_CA_CERTS ? readFileSync(env.NODE_EXTRA_CA_CERTS, 'utf8') : '');
  try {
    await written.run(output, () => runProgram(words));
    return { status: Number(process.exitCode), ...output };
  } finally {
    process.env = before.env;
    process.exitCode = undefined;
    process.chdir(before.cwd);
  }
}

/** Reading the certificates that are trusted takes 20 ms: they stay until a command has others. */
function trustAlso(pem: string): void {
  if (pem === alsoTrusted) return;
  alsoTrusted = pem;
  trusted ??= getCACertificates('default');
  trust(pem === '' ? trusted : [...trusted, pem]);
}

/** Whatever a command writes goes to its own output; what others write meanwhile goes where it always does. */
function capture(): void {
  if (isPatched) return;
  isPatched = true;
  for (const name of ['stdout', 'stderr'] as const) {
    const write = process[name].write.bind(process[name]) as (...args: readonly unknown[]) => boolean;
    process[name].write = ((...args: readonly unknown[]) => {
      const output = written.getStore();
      if (output === undefined) return write(...args);
      const [chunk] = args;
      output[name] += typeof chunk === 'string' ? chunk : Buffer.from(chunk as Uint8Array).toString();
      const done = args.at(-1);
      if (typeof done === 'function') queueMicrotask(() => done());
      return true;
    }) as typeof process.stdout.write;
  }
  for (const [name, stream] of [
    ['log', 'stdout'],
    ['info', 'stdout'],
    ['error', 'stderr'],
    ['warn', 'stderr'],
  ] as const) {
    const print = console[name].bind(console);
    console[name] = (...args: readonly unknown[]) => {
      const output = written.getStore();
      if (output === undefined) print(...args);
      else output[stream] += `${format(...args)}\n`;
    };
  }
}
