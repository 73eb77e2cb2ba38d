import { commandsOf, read, run } from '@redrill/rdb/testing';
import { beforeAll, expect } from 'vitest';
import { RecoverOutput } from '../../../cli/recover/contract.ts';
import { fileOf, type ListeningServer, listening, running, runningHere } from './running.ts';

const LATER_MS = Date.now() + 86_400_000;

interface Sample {
  readonly source: ListeningServer;
  readonly dump: Uint8Array;
  /** The file that holds the dump. */
  readonly path: string;
  readonly keys: number;
}

/** A server with keys of every type, and its dump; once for the tests of a file. @returns how to get it in a test */
export function sample(): () => Sample {
  let made: Sample;
  beforeAll(async () => {
    const source = await listening();
    await run(source.client, commandsOf(LATER_MS));
    const dump = await source.save();
    made = { source, dump, path: await fileOf(dump), keys: read(dump).keys };
  });
  return () => made;
}

export const contentOf = async (server: ListeningServer) => read(await server.save()).digest?.total;

/** Recovers, and proves that what is said of the keys adds up. */
export const recovered = (from: string, ...more: readonly string[]) =>
  recoveredBy(runningHere, from, ...more);

/** The same by a process of its own, which a proxy of the test does not hold up. */
export const recoveredApart = (from: string, ...more: readonly string[]) =>
  recoveredBy(running, from, ...more);

async function recoveredBy(
  command: typeof running | typeof runningHere,
  from: string,
  ...more: readonly string[]
) {
  const { stdout, stderr, status } = await command(['recover', from, '--json', ...more]);
  if (stdout === '') throw new Error(stderr);
  const output = RecoverOutput.parse(JSON.parse(stdout));
  const { read: inAll, written, skipped, expired, refused, filtered, empty } = output;
  expect(written + (skipped ?? 0) + expired + refused + filtered + empty).toBe(inAll);
  return { output, status };
}
