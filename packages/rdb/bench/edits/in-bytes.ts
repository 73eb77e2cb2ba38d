/**
 * Edits of single values in the bytes of a file, for what no command changes (an entry of a stream) or no server at
 * hand has (fields with a TTL). A model is written as a file, a copy with one value changed as another one.
 */
import { Type } from '../../format.ts';
import { be, bytes, double, file, key, le, len, listpack, lzf, str } from '../../testing/build.ts';
import { pick, type Random } from '../fuzz/random.ts';

interface Id {
  ms: number;
  sequence: number;
}

interface Pending {
  id: Id;
  deliveredMs: number;
  deliveries: number;
  /** Index of the consumer. */
  owner: number;
}

interface Group {
  name: string;
  last: Id;
  entriesRead: number;
  consumers: string[];
  pending: Pending[];
}

export interface Model {
  name: string;
  database: number;
  expiresAtMs: number;
  entries: { id: Id; fields: [string, string][] }[];
  last: Id;
  first: Id;
  maxDeleted: Id;
  added: number;
  groups: Group[];
  /** Fields of a hash; a TTL of 0 is none. */
  fields: { field: string; value: string; expiresAtMs: number }[];
  module: { id: number; signed: number; double: number; text: string };
}

const LATER_MS = 1_900_000_000_000;

const text = (random: Random): string =>
  random(6) === 0
    ? String(random(100_000) - 50_000)
    : Array.from({ length: 1 + random(12) }, () => String.fromCharCode(97 + random(26))).join('');
const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const unique = (prefix: string, index: number, random: Random): string => `${prefix}${index}${text(random)}`;

export function randomModel(random: Random): Model {
  const entries = many(1 + random(12), (index) => ({
    id: { ms: 1000 + index * 10, sequence: 1 + random(5) * 3 },
    fields: many(1 + random(3), (): [string, string] => [text(random), text(random)]),
  }));
  return {
    name: text(random),
    database: random(16),
    expiresAtMs: LATER_MS + random(1e9),
    entries,
    last: { ms: 5000 + random(1000), sequence: random(100) },
    first: { ...(entries[0]?.id ?? { ms: 0, sequence: 0 }) },
    maxDeleted: { ms: random(900), sequence: random(9) },
    added: 50 + random(1000),
    groups: many(1 + random(3), (index) => randomGroup(index, entries, random)),
    fields: many(2 + random(8), (index) => ({
      field: unique('f', index, random),
      value: text(random),
      expiresAtMs: index === 0 || random(3) > 0 ? LATER_MS + random(1e9) : 0,
    })),
    module: { id: random(1e9), signed: random(1000), double: random(1000) / 7, text: text(random) },
  };
}

function randomGroup(index: number, entries: Model['entries'], random: Random): Group {
  const consumers = many(2 + random(2), (each) => unique('c', each, random));
  const pending = entries
    .filter((_, at) => at === 0 || random(2) === 0)
    .map(({ id }) => ({
      id: { ...id },
      deliveredMs: random(1e12),
      deliveries: 1 + random(200),
      owner: random(consumers.length),
    }));
  return {
    name: unique('g', index, random),
    last: { ms: random(5000), sequence: random(9) },
    entriesRead: random(99),
    consumers,
    pending,
  };
}

/** Ways of writing the same content. */
export interface Form {
  readonly streamType: typeof Type.streamListpacks2 | typeof Type.streamListpacks3;
  readonly entriesPerNode: number;
  readonly compresses: boolean;
  /** How fields with a TTL are stored. */
  readonly hash: 'valkey' | 'plain' | 'packed';
}

export const randomForm = (random: Random): Form => ({
  streamType: pick([Type.streamListpacks2, Type.streamListpacks3] as const, random),
  entriesPerNode: 1 + random(6),
  compresses: random(2) === 0,
  hash: pick(['valkey', 'plain', 'packed'] as const, random),
});

export function fileOf(model: Model, form: Form): Uint8Array {
  // Streams of type 21 came with RDB 11, Redis's fields with a TTL with 12; Valkey's own version has both.
  const header = form.hash === 'valkey' ? 'VALKEY080' : 'REDIS0012';
  const moduleParts = bytes(
    ...[len(1), len(model.module.signed), len(4), double(model.module.double), len(5)],
    ...[string(model.module.text, form), len(0)],
  );
  return file(
    header,
    ...[
      [0xfe],
      len(model.database),
      [0xfc],
      le(model.expiresAtMs, 8),
      key(Type.string, model.name, str('v')),
    ],
    key(form.streamType, 'S', stream(model, form)),
    hash(model, form),
    key(Type.module2, 'M', len(model.module.id), moduleParts),
  );
}

const string = (value: string | Uint8Array, { compresses }: Form): Uint8Array =>
  compresses ? lzf(value) : str(value);
const rawId = ({ ms, sequence }: Id): Uint8Array => bytes(be(ms, 8), be(sequence, 8));
const idOf = ({ ms, sequence }: Id): Uint8Array => bytes(len(ms), len(sequence));

function stream(model: Model, form: Form): Uint8Array {
  const nodes: Uint8Array[] = [];
  for (let at = 0; at < model.entries.length; at += form.entriesPerNode)
    nodes.push(node(model.entries.slice(at, at + form.entriesPerNode), form));
  const counters = [len(model.entries.length), idOf(model.last), idOf(model.first), idOf(model.maxDeleted)];
  const groups = model.groups.map((each) => group(each, form));
  return bytes(len(nodes.length), ...nodes, ...counters, len(model.added), len(groups.length), ...groups);
}

/** Flags of an entry: 2 has the fields of the node's first entry, 0 names its own. */
function node(entries: Model['entries'], form: Form): Uint8Array {
  const [master] = entries;
  if (!master) return bytes();
  const names = master.fields.map(([field]) => field);
  const parts: (string | number)[] = [entries.length, 0, names.length, ...names, 0];
  for (const { id, fields } of entries) {
    const [ms, sequence] = [id.ms - master.id.ms, id.sequence - master.id.sequence];
    const isSame = fields.length === names.length && fields.every(([field], at) => field === names[at]);
    if (isSame) parts.push(2, ms, sequence, ...fields.map(([, value]) => value), fields.length + 3);
    else parts.push(0, ms, sequence, fields.length, ...fields.flat(), fields.length * 2 + 4);
  }
  return bytes(str(rawId(master.id)), string(listpack(...parts), form));
}

function group({ name, last, entriesRead, consumers, pending }: Group, form: Form): Uint8Array {
  const seen = form.streamType === Type.streamListpacks3 ? [le(1, 8), le(2, 8)] : [le(3, 8)];
  const owned = (owner: number) => pending.filter((each) => each.owner === owner);
  return bytes(
    ...[str(name), idOf(last), len(entriesRead), len(pending.length)],
    ...pending.flatMap((each) => [rawId(each.id), le(each.deliveredMs, 8), len(each.deliveries)]),
    len(consumers.length),
    ...consumers.flatMap((consumer, index) => [
      ...[str(consumer), ...seen, len(owned(index).length)],
      ...owned(index).map(({ id }) => rawId(id)),
    ]),
  );
}

function hash({ fields }: Model, form: Form): Uint8Array {
  const ttls = fields.map(({ expiresAtMs }) => expiresAtMs).filter((ms) => ms > 0);
  const min = Math.min(...ttls);
  if (form.hash === 'valkey') {
    const parts = fields.flatMap(({ field, value, expiresAtMs }) => [
      ...[string(field, form), string(value, form), le(expiresAtMs || -1, 8)],
    ]);
    return key(Type.valkeyHash2, 'H', len(fields.length), ...parts);
  }
  if (form.hash === 'packed') {
    // In the order in which they expire, those that never do last.
    const ordered = fields.toSorted(
      (one, other) => (one.expiresAtMs || Infinity) - (other.expiresAtMs || Infinity),
    );
    const parts = ordered.flatMap(({ field, value, expiresAtMs }) => [field, value, expiresAtMs]);
    return key(Type.hashListpackEx, 'H', le(min, 8), string(listpack(...parts), form));
  }
  const parts = fields.flatMap(({ field, value, expiresAtMs }) => [
    ...[len(expiresAtMs && expiresAtMs - min + 1), string(field, form), string(value, form)],
  ]);
  return key(Type.hashMetadata, 'H', le(min, 8), len(fields.length), ...parts);
}

const otherText = (old: string, random: Random): string => {
  const at = random(old.length);
  const code = old.charCodeAt(at) === 122 ? 121 : 122;
  return `${old.slice(0, at)}${String.fromCharCode(code)}${old.slice(at + 1)}`;
};

type Edit = (model: Model, random: Random) => void;

/** Each changes exactly one value, and leaves the file sound. */
export const BYTE_EDITS: Readonly<Record<string, Edit>> = {
  'name of a key': (model, random) => {
    model.name = otherText(model.name, random);
  },
  'database of a key': (model) => {
    model.database = (model.database + 1) % 16;
  },
  'expiry of a key': (model, random) => {
    model.expiresAtMs += random(2) ? 1 : -1;
  },
  'field of a stream entry': (model, random) => {
    const pair = pick(pick(model.entries, random).fields, random);
    pair[0] = otherText(pair[0], random);
  },
  'value of a stream entry': (model, random) => {
    const pair = pick(pick(model.entries, random).fields, random);
    pair[1] = otherText(pair[1], random);
  },
  'ID of a stream entry, ms': (model, random) => {
    pick(model.entries, random).id.ms += 1;
  },
  'ID of a stream entry, sequence': (model, random) => {
    pick(model.entries, random).id.sequence += 1;
  },
  'last ID of a stream': (model, random) => {
    model.last[pick(['ms', 'sequence'] as const, random)] += 1;
  },
  'first ID of a stream': (model, random) => {
    model.first[pick(['ms', 'sequence'] as const, random)] += 1;
  },
  'greatest deleted ID of a stream': (model, random) => {
    model.maxDeleted[pick(['ms', 'sequence'] as const, random)] += 1;
  },
  'entries added to a stream': (model) => {
    model.added += 1;
  },
  'name of a group': (model, random) => {
    const group = pick(model.groups, random);
    group.name = otherText(group.name, random);
  },
  'last ID of a group': (model, random) => {
    pick(model.groups, random).last[pick(['ms', 'sequence'] as const, random)] += 1;
  },
  'entries read by a group': (model, random) => {
    pick(model.groups, random).entriesRead += 1;
  },
  'name of a consumer': (model, random) => {
    const { consumers } = pick(model.groups, random);
    const at = random(consumers.length);
    consumers[at] = otherText(consumers[at] ?? '', random);
  },
  'ID of a pending entry': (model, random) => {
    pick(pick(model.groups, random).pending, random).id[pick(['ms', 'sequence'] as const, random)] += 1;
  },
  'delivery time of a pending entry': (model, random) => {
    pick(pick(model.groups, random).pending, random).deliveredMs += 1;
  },
  'deliveries of a pending entry': (model, random) => {
    pick(pick(model.groups, random).pending, random).deliveries += 1;
  },
  'owner of a pending entry': (model, random) => {
    const { consumers, pending } = pick(model.groups, random);
    const each = pick(pending, random);
    each.owner = (each.owner + 1) % consumers.length;
  },
  'field of a hash with TTLs': (model, random) => {
    const each = pick(model.fields, random);
    each.field = otherText(each.field, random);
  },
  'value of a hash with TTLs': (model, random) => {
    const each = pick(model.fields, random);
    each.value = otherText(each.value, random);
  },
  'TTL of a hash field': (model, random) => {
    const each = pick(
      model.fields.filter(({ expiresAtMs }) => expiresAtMs > 0),
      random,
    );
    each.expiresAtMs += 1;
  },
  'a hash field loses its TTL, or gets one': (model, random) => {
    const each = pick(model.fields.slice(1), random);
    each.expiresAtMs = each.expiresAtMs ? 0 : LATER_MS;
  },
  'ID of a module': (model) => {
    model.module.id += 1;
  },
  'integer of a module': (model) => {
    model.module.signed += 1;
  },
  'double of a module': (model) => {
    model.module.double += 2 ** -40;
  },
  'string of a module': (model, random) => {
    model.module.text = otherText(model.module.text, random);
  },
};
