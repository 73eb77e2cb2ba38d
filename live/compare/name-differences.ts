import { hashOfName, type KeyType, type RangedBytes, slotOf } from '@redrill/rdb';
import type { TargetCluster } from '../recover/target-cluster.ts';
import { keysInFile, type SideKey } from './file-keys.ts';
import { keysInServer } from './live-suspects.ts';
import { readDump } from './readable.ts';
import type { Suspects } from './suspects.ts';

/** Questions under way at the same time. */
const ABREAST = 1_000;

export const DIFFERENCES = ['missing', 'added', 'different', 'ttl'] as const;
/** `missing`: in the file only. `added`: in the cache only. `different`: type or value. `ttl`: only when it expires. */
export type Difference = (typeof DIFFERENCES)[number];

export interface NamedKey {
  readonly database: number;
  readonly name: Uint8Array;
  readonly type: KeyType;
  /** When it expires in the file and in the cache. */
  readonly expiresAtMs: readonly [file: number | undefined, cache: number | undefined];
}

/** The keys that differ in one way. */
export class Differing {
  keys = 0;
  readonly byType: Partial<Record<KeyType, number>> = {};
  /** The first ones. */
  readonly named: NamedKey[] = [];
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(key: NamedKey): void {
    this.keys++;
    this.byType[key.type] = (this.byType[key.type] ?? 0) + 1;
    if (this.named.length < this.#limit) this.named.push(key);
  }
}

export interface NamingOrder {
  readonly sources: readonly RangedBytes[];
  readonly cluster: TargetCluster;
  readonly suspects: Suspects;
  /** How many keys of each kind are named. */
  readonly limit: number;
}

export interface Named {
  readonly found: Readonly<Record<Difference, Differing>>;
  /** Keys that are gone because their time has come. */
  readonly expired: number;
}

export const noDifferences = (limit: number): Named['found'] => ({
  missing: new Differing(limit),
  added: new Differing(limit),
  different: new Differing(limit),
  ttl: new Differing(limit),
});

/** Looks at the keys behind a difference on both sides, so many at a time that memory stays small. */
export async function nameDifferences(order: NamingOrder): Promise<Named> {
  const { limit, suspects } = order;
  const found = noDifferences(limit);
  let expired = 0;
  for (let pass = 0; pass < suspects.passes; pass++) {
    const left = await inFile(order, pass);
    await matchLive(order, pass, left, found);
    expired += await settleMissing(order, left, found);
  }
  return { found, expired };
}

const idOf = ({ database, name }: Pick<SideKey, 'database' | 'name'>): string =>
  `${database}:${Buffer.from(name).toString('latin1')}`;

async function inFile({ sources, suspects }: NamingOrder, pass: number): Promise<Map<string, SideKey>> {
  const keys = new Map<string, SideKey>();
  const accepts = (name: Uint8Array, expiresAtMs: number | undefined) => {
    const hash = hashOfName(name);
    return suspects.passOf(hash) === pass && suspects.includes(hash, expiresAtMs);
  };
  for (const source of sources) for await (const key of keysInFile(source, accepts)) keys.set(idOf(key), key);
  return keys;
}

/** Takes out of `left` what is on both sides. */
async function matchLive(
  { cluster, suspects }: NamingOrder,
  pass: number,
  left: Map<string, SideKey>,
  found: Named['found'],
): Promise<void> {
  /** A scan may return a key more than once. */
  const seen = new Set<string>();
  const filter = {
    concerns: (name: Uint8Array) => suspects.passOf(hashOfName(name)) === pass,
    includes: (name: Uint8Array, expiresAtMs: number | undefined) =>
      suspects.includes(hashOfName(name), expiresAtMs),
  };
  for (const lane of cluster.primaries) {
    for await (const live of keysInServer(lane, filter)) {
      const id = idOf(live);
      if (seen.has(id)) continue;
      seen.add(id);
      compare(left.get(id), live, found);
      left.delete(id);
    }
  }
}

function compare(file: SideKey | undefined, live: SideKey, found: Named['found']): void {
  const { database, name } = live;
  const named = { database, name, expiresAtMs: [file?.expiresAtMs, live.expiresAtMs] as const };
  if (file === undefined) found.added.add({ ...named, type: live.type });
  else if (file.valueHash !== live.valueHash) found.different.add({ ...named, type: file.type });
  else if (file.expiresAtMs !== live.expiresAtMs) found.ttl.add({ ...named, type: file.type });
}

/** What has not been found may be there after all, or have expired. @returns how many have expired */
async function settleMissing(
  { cluster }: NamingOrder,
  left: ReadonlyMap<string, SideKey>,
  found: Named['found'],
): Promise<number> {
  const serverTimeMs = Math.max(...(await cluster.serverTimesMs()));
  let expired = 0;
  const missing = [...left.values()].filter(({ expiresAtMs }) => {
    const isExpired = expiresAtMs !== undefined && expiresAtMs <= serverTimeMs;
    if (isExpired) expired++;
    return !isExpired;
  });
  for (let from = 0; from < missing.length; from += ABREAST)
    await Promise.all(missing.slice(from, from + ABREAST).map((key) => settleOne(cluster, key, found)));
  return expired;
}

/** Of one that was written, or moved, while we looked, the cache is asked again. */
async function settleOne(cluster: TargetCluster, key: SideKey, found: Named['found']): Promise<void> {
  const { database, name, type, expiresAtMs } = key;
  const ask = (command: string) => cluster.askAbout(slotOf(name), database, [command, name]);
  const [expiry, payload] = await Promise.all([ask('PEXPIRETIME'), ask('DUMP')]);
  if (!(payload instanceof Uint8Array)) {
    found.missing.add({ database, name, type, expiresAtMs: [expiresAtMs, undefined] });
    return;
  }
  const { valueHash } = readDump({ database, name, payload });
  const until = Number(expiry) < 0 ? undefined : Number(expiry);
  compare(key, { database, name, type, expiresAtMs: until, valueHash }, found);
}
