/** Recovers from damaged files with the command's own code, into a real server, and holds both to their promises. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, returnPort } from '@redrill/local-aws/redis';
import { newestRdbVersion, refusalOfTarget } from '@redrill/rdb';
import { sources, startServer } from '@redrill/rdb/testing';
import { RespConnection } from '../../adapters/redis/resp-connection.ts';
import { RecoverOutput } from '../../cli/recover/contract.ts';
import { recover } from '../../cli/recover/recover.ts';
import { AppError } from '../../core/model/errors.ts';
import { factsOf, type ServerFacts, textOf } from '../../live/recover/server-facts.ts';
import { deepReader, judge } from '../../live/soundness.ts';
import { type Mutant, mutantOf } from './mutants.ts';
import { readValues } from './read-values.ts';

export interface Proof {
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  /** @default Debian's Redis */
  readonly server?: string;
  /** Further settings of the server. */
  readonly settings?: readonly string[];
  /** @default 1: a run stops at the first broken promise */
  readonly failuresMax?: number;
  readonly onMutant?: (tally: Tally) => void;
}

/** What became of the mutants. */
export interface Tally {
  readonly server: string;
  mutants: number;
  /** Refused before anything was written, as `verify` refuses them. */
  refused: number;
  /** Sound, but not for this server or selection; nothing was written. */
  unfit: number;
  recovered: number;
  /** Values that were there after a recovery; each was read in every way. */
  values: number;
  /** Values, or libraries, that the server did not take, by type and what it said. */
  readonly notTaken: Record<string, number>;
  readonly failures: string[];
}

interface Target {
  readonly url: string;
  readonly facts: ServerFacts;
  readonly connection: RespConnection;
  stop(): Promise<void>;
}

/** A server that has ended by itself never says that it has. */
const STOP_MS = 1_000;
const PATIENCE_SECONDS = 1;

export async function prove(proof: Proof): Promise<Tally> {
  const folder = await mkdtemp(join(tmpdir(), 'redrill-prove-'));
  let target = await begin(proof);
  const { engine, version } = target.facts;
  const tally: Tally = {
    server: `${engine} ${version}`,
    ...{ mutants: 0, refused: 0, unfit: 0, recovered: 0, values: 0 },
    notTaken: {},
    failures: [],
  };
  const sound = sources((header) => isFor(header, target.facts));
  try {
    for (let number = proof.from; number < proof.to; number++) {
      const mutant = mutantOf(proof.seed, number, sound);
      try {
        await proveOne(mutant, target, folder, tally);
      } catch (error) {
        const said = error instanceof Error ? error.message : String(error);
        tally.failures.push(`mutant ${number} of seed ${proof.seed} (${mutant.damage}): ${said}`);
        if (tally.failures.length >= (proof.failuresMax ?? 1)) break;
        await target.stop();
        target = await begin(proof);
      }
      tally.mutants++;
      proof.onMutant?.(tally);
    }
  } finally {
    await target.stop();
    await rm(folder, { recursive: true, force: true });
  }
  return tally;
}

/** Whether the server takes files of this header: what it refuses as a whole proves nothing about its values. */
function isFor(header: string, facts: ServerFacts): boolean {
  const flavour = header.startsWith('VALKEY') ? 'valkey' : 'redis';
  const version = Number(header.slice(flavour === 'valkey' ? 6 : 5));
  return newestRdbVersion(facts) !== undefined && refusalOfTarget({ flavour, version }, facts) === undefined;
}

async function begin({ server: program, settings = [] }: Proof): Promise<Target> {
  const port = await freePort();
  const server = await startServer(['--port', String(port), ...settings], undefined, program);
  const connection = await RespConnection.openFor({ host: '127.0.0.1', port, tls: false });
  return {
    url: `redis://127.0.0.1:${port}`,
    facts: await factsOf(connection),
    connection,
    stop: async () => {
      connection.close();
      await Promise.race([server.stop(), sleep(STOP_MS)]);
      returnPort(port);
    },
  };
}

async function proveOne({ content }: Mutant, target: Target, folder: string, tally: Tally): Promise<void> {
  const { connection } = target;
  const path = join(folder, 'dump.rdb');
  await writeFile(path, content);
  const reader = deepReader({ sizeBytes: content.length });
  const { verdict } = await judge(reader, async () => reader.write(content));
  const before = await changesOf(connection);
  const outcome = await recovering(path, target.url);
  if (outcome instanceof AppError) {
    const now = await changesOf(connection);
    if (now !== before)
      throw new Error(`refused (${outcome.message}), but ${now - before} changes were made`);
    if (verdict === 'sound') tally.unfit++;
    else tally.refused++;
    return;
  }
  if (verdict !== 'sound') throw new Error(`verify says ${verdict}, and recover wrote from it`);
  tally.recovered++;
  for (const said of outcome) tally.notTaken[said] = (tally.notTaken[said] ?? 0) + 1;
  tally.values += await readValues(connection);
  await connection.ask('FLUSHALL');
  await connection.ask('FUNCTION', 'FLUSH').catch(() => undefined);
}

/** Whatever is written counts as a change. @throws AppError `RestoreUnreachable` if the server is gone */
async function changesOf(connection: RespConnection): Promise<number> {
  const info = textOf(await connection.ask('INFO', 'persistence'));
  return Number(/^rdb_changes_since_last_save:(\d+)/m.exec(info)?.[1] ?? Number.NaN);
}

/**
 * The whole command, in this process; what it prints is read instead.
 * @returns what was not taken, or why nothing was done
 */
async function recovering(path: string, into: string): Promise<readonly string[] | AppError> {
  const write = process.stdout.write;
  let printed = '';
  process.stdout.write = (text: string | Uint8Array) => {
    printed += String(text);
    return true;
  };
  try {
    const options = { into, mode: 'missing', apply: true, functions: true, json: true } as const;
    await recover(path, { ...options, patience: PATIENCE_SECONDS, config: '' });
    const { refusals } = RecoverOutput.parse(JSON.parse(printed));
    return refusals.map(({ type, message }) => `${type}: ${message.replace(/['`"].*|\d+.*/s, '…')}`);
  } catch (error) {
    if (error instanceof AppError && error.code !== 'RecoverInterrupted' && error.code !== 'TargetChanged')
      return error;
    throw error;
  } finally {
    process.stdout.write = write;
  }
}
