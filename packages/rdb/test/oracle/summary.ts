/** What is counted in a file. */
import { type BigKey, ContentDigest, type RdbSummary, type SlotRange, slotOf } from '../../index.ts';
import { type Entry, isOwn, type KeyEntry } from './entries.ts';
import { H, SEED } from './hashes.ts';
import { addItems, addLibrary } from './items.ts';
import type { RdbFormat } from './read-value.ts';
import { damaged } from './refusal.ts';

const MAX_AUX_BYTES = 4096;
const MAX_AUX_FIELDS = 64;
/** AUX fields of this name are scripts, of which old files hold any number. */
const SCRIPT = 'lua';
const BIGGEST_KEYS = 10;

const utf8 = new TextDecoder();

type EntryOf<K extends Entry['kind']> = Extract<Entry, { readonly kind: K }>;
const ofKind = <K extends Entry['kind']>(entries: readonly Entry[], kind: K): readonly EntryOf<K>[] =>
  entries.filter((entry): entry is EntryOf<K> => entry.kind === kind);
const contentIn = (entries: readonly Entry[]): readonly KeyEntry[] =>
  ofKind(entries, 'key').filter((key) => !key.value.isEmpty && !isOwn(key));

function countBy<T>(all: readonly T[], by: (one: T) => string | number): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const one of all) counts[by(one)] = (counts[by(one)] ?? 0) + 1;
  return counts;
}

/** What any reading counts. */
export function countsOf(entries: readonly Entry[], format: RdbFormat): Omit<RdbSummary, 'bytes' | 'crc64'> {
  const [all, keys] = [ofKind(entries, 'key'), contentIn(entries)];
  const aux = auxOf(entries);
  const createdAt = aux.get('ctime') ?? '';
  const byType = countBy(keys, ({ type }) => type.keyType);
  return {
    engine: aux.has('valkey-ver') ? 'valkey' : format.flavour,
    rdbVersion: format.version,
    aux: Object.fromEntries(aux),
    ...(/^\d{1,15}$/.test(createdAt) ? { createdAtSeconds: Number(createdAt) } : {}),
    keys: keys.length,
    byType: { string: 0, list: 0, set: 0, zset: 0, hash: 0, stream: 0, module: 0, ...byType },
    byEncoding: countBy(keys, ({ type }) => type.name),
    byDatabase: countBy(keys, ({ database }) => database),
    withExpiry: keys.filter(({ expiresAtMs }) => expiresAtMs !== undefined).length,
    emptyKeys: all.filter(({ value }) => value.isEmpty).length,
    elastiCacheKeys: all.filter(isOwn).length,
    functions: ofKind(entries, 'library').length,
    slotImports: rangesOf(new Set(ofKind(entries, 'import').flatMap(({ slots }) => slots))),
    opaqueKeys: byType.module ?? 0,
  };
}

function auxOf(entries: readonly Entry[]): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const { name: bytes, value } of ofKind(entries, 'aux')) {
    const name = utf8.decode(bytes);
    if (name === SCRIPT || Math.max(bytes.length, value.length) > MAX_AUX_BYTES) continue;
    if (fields.has(name) || fields.size < MAX_AUX_FIELDS) fields.set(name, utf8.decode(value));
  }
  return fields;
}

/** In ascending order, with neighbours in one range. */
function rangesOf(slots: ReadonlySet<number>): readonly SlotRange[] {
  const ascending = [...slots].sort((one, other) => one - other);
  const lasts = ascending.filter((slot) => !slots.has(slot + 1));
  const firsts = ascending.filter((slot) => !slots.has(slot - 1));
  return firsts.map((first, index) => ({ first, last: lasts[index] ?? first }));
}

/** What only a deep reading knows. @throws Refusal if a key comes twice */
export function deepCountsOf(entries: readonly Entry[]) {
  const all = ofKind(entries, 'key').filter(({ value }) => !value.isEmpty);
  const names = new Set(all.map(({ database, name }) => `${database} ${name.bytes().toString('latin1')}`));
  if (names.size < all.length) damaged('a key twice');
  const keys = contentIn(entries);
  const contents = keys.map(({ value }) => value.content());
  const total = (numbers: readonly number[]) => numbers.reduce((sum, one) => sum + one, 0);
  const fieldsWithExpiry = total(contents.map(({ volatileFields }) => volatileFields?.length ?? 0));
  const slots = new Set(keys.map(({ name }) => slotOf(name.bytes())));
  const bySize = keys.toSorted((one, other) => sizeOf(other) - sizeOf(one));
  const digest = new ContentDigest();
  for (const key of keys) addItems(digest, key);
  for (const { code } of ofKind(entries, 'library')) addLibrary(digest, code.bytes());
  return {
    elements: total(contents.map(({ elements }) => elements)) + fieldsWithExpiry,
    fieldsWithExpiry,
    streamsOfWrongLength: contents.filter(({ hasWrongLength }) => hasWrongLength).length,
    slots: { count: slots.size, ranges: rangesOf(slots) },
    biggestKeys: bySize.slice(0, BIGGEST_KEYS).map(bigKeyOf),
    duplicates: { keyPasses: 1, memberPasses: 1, forgotten: false },
    digest,
  };
}

const sizeOf = ({ from, to }: KeyEntry): number => to - from;

const bigKeyOf = (key: KeyEntry): BigKey => ({
  database: key.database,
  type: key.type.keyType,
  sizeBytes: sizeOf(key),
  nameHash: H(SEED.name, key.name.bytes()).toString(16).padStart(32, '0'),
});
