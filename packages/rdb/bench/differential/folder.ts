/** Has every RDB file of a folder judged by the reader and by a server, of any engine and version. */
import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { compareDigests, type FoundKey, RdbError, RdbReader, type RdbSummary } from '../../index.ts';
import { type Disagreement, explanationOf } from './explanations.ts';
import { Judge, type ServerVerdict } from './server.ts';

/** What the reader says of a file, in the words of `redrill verify`. */
export type Ours = 'sound' | 'not sound' | 'unsupported';

export interface Judged {
  readonly path: string;
  readonly ours: Ours;
  /** The refusal, or what was found. */
  readonly said: string;
  readonly serverLoads: boolean;
  readonly serverSaid: string;
  /** Where the two disagree: what about. */
  readonly difference?: string;
  /** Why they may. */
  readonly because?: string;
}

interface Reading {
  readonly ours: Ours;
  readonly said: string;
  readonly outcome: 'sound' | RdbError['code'];
  readonly summary?: RdbSummary;
  readonly expiries: ReadonlyMap<number, KeyTimes>;
}

/** When the keys of a database expire, ms. */
interface KeyTimes {
  keys: number;
  readonly instants: number[];
  /** Hashes of which every field expires: what remains of them depends on their fields. */
  fading: number;
}

const MAGICS = ['REDIS', 'VALKEY'];
const MAX_MAGIC_BYTES = 6;

/** Files that are named or begin as RDB files do, folder by folder. */
export function rdbFilesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => path.endsWith('.rdb') || beginsAsRdb(path))
    .sort();
}

function beginsAsRdb(path: string): boolean {
  const first = Buffer.alloc(MAX_MAGIC_BYTES);
  const file = openSync(path, 'r');
  readSync(file, first, 0, MAX_MAGIC_BYTES, 0);
  closeSync(file);
  return MAGICS.some((magic) => first.toString('latin1').startsWith(magic));
}

/** Judges the files one after the other. */
export async function judgeFiles(program: string, paths: readonly string[]): Promise<readonly Judged[]> {
  const judge = new Judge(program);
  const judged: Judged[] = [];
  try {
    for (const path of paths) judged.push(await judgeFile(judge, path));
  } finally {
    judge.close();
  }
  return judged;
}

async function judgeFile(judge: Judge, path: string): Promise<Judged> {
  const content = new Uint8Array(readFileSync(path));
  const reading = read(content);
  const startedAtMs = Date.now();
  const server = await judge.load(content, {
    databases: 1 + Math.max(...reading.expiries.keys(), 0),
    isCluster: (reading.summary?.slotImports.length ?? 0) > 0,
  });
  const { ours, said } = reading;
  const verdict = { path, ours, said, serverLoads: server.loads, serverSaid: lastLines(server.said) };
  const difference = differenceOf(reading, server, startedAtMs);
  if (difference === undefined) return verdict;
  const they = server.loads ? (ours === 'sound' ? 'differ' : 'accept') : 'refuse';
  const disagreement: Disagreement = {
    who: 'server',
    they,
    ours: { outcome: reading.outcome, said },
    said: server.said,
    engine: judge.engine,
  };
  const because = explanationOf(disagreement)?.because;
  return { ...verdict, difference, ...(because === undefined ? {} : { because }) };
}

function read(content: Uint8Array): Reading {
  const expiries = new Map<number, KeyTimes>();
  const reader = new RdbReader({ depth: 'deep', onKey: (key) => addTimes(expiries, key) });
  try {
    reader.write(content);
    const summary = reader.end();
    return { ours: 'sound', said: heldBy(summary), outcome: 'sound', summary, expiries };
  } catch (error) {
    if (!(error instanceof RdbError)) throw error;
    const ours = error.unsupported ? 'unsupported' : 'not sound';
    return { ours, said: error.message, outcome: error.code, expiries };
  }
}

const heldBy = ({ keys, emptyKeys }: RdbSummary): string =>
  `${emptyKeys > 0 ? `${emptyKeys} empty collections and ` : ''}${keys} keys`;

function addTimes(databases: Map<number, KeyTimes>, key: FoundKey): void {
  const times = databases.get(key.database) ?? { keys: 0, instants: [], fading: 0 };
  databases.set(key.database, times);
  times.keys++;
  if (key.expiresAtMs !== undefined) times.instants.push(key.expiresAtMs);
  else if (key.elements === 0 && key.volatileFields > 0) times.fading++;
}

/** What of it differs, in words. That this reader does not know a format is no claim that a server could contradict. */
function differenceOf({ ours, summary, expiries }: Reading, server: ServerVerdict, startedAtMs: number) {
  if (ours === 'unsupported') return undefined;
  if (!summary) return server.loads ? 'the server loads it' : undefined;
  if (!server.loads) return 'the server refuses it';
  return differentCounts(expiries, server.keys, startedAtMs) ?? differentContent(summary, server.saved);
}

/** Keys that expire while the server loads and counts may be in its count or not. */
function differentCounts(
  expiries: ReadonlyMap<number, KeyTimes>,
  keys: ReadonlyMap<number, number> = new Map(),
  startedAtMs: number,
): string | undefined {
  const countedAtMs = Date.now();
  for (const database of new Set([...expiries.keys(), ...keys.keys()])) {
    const times = expiries.get(database) ?? { keys: 0, instants: [], fading: 0 };
    const leftAt = (ms: number) => times.keys - times.instants.filter((instant) => instant < ms).length;
    const [least, most] = [leftAt(countedAtMs) - times.fading, leftAt(startedAtMs)];
    const counted = keys.get(database) ?? 0;
    if (counted < least || counted > most)
      return `database ${database}: the reader has ${most} keys that have not expired, the server ${counted}`;
  }
  return undefined;
}

function differentContent(summary: RdbSummary, saved: Uint8Array | undefined): string | undefined {
  const { ours, said, summary: after } = read(saved ?? new Uint8Array());
  if (ours === 'unsupported') return `what the server saves cannot be compared: ${said}`;
  if (!after?.digest || !summary.digest) return `the reader refuses what the server saves: ${said}`;
  const compared = compareDigests(summary.digest, after.digest, Date.now());
  return compared.matches ? undefined : 'the server holds another content';
}

const MAX_LINES = 3;
function lastLines(said: string): string {
  const lines = said.trimEnd().split('\n');
  return lines.slice(-MAX_LINES).join('\n');
}
