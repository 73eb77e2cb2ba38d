/** Streams: entries in packed nodes, counters, and consumer groups with what is pending. */
import type { Cursor } from './cursor.ts';
import { counted, H, id as idOf, lp, SEED, u64 } from './hashes.ts';
import { ascends, LISTPACK, textOf } from './packed.ts';
import { damaged } from './refusal.ts';
import { type Content, distinct, type Value } from './value.ts';

/** Redis 5.0, 7.0, 7.2 and 8.6 each have one of their own. */
type Form = 1 | 2 | 3 | 4;
type Stream = ReturnType<typeof readStream>;
type Group = ReturnType<typeof readGroup>;

interface Entry {
  readonly id: bigint;
  readonly isDeleted: boolean;
  /** Field, value, field, value. */
  readonly parts: readonly Buffer[];
}

const ID_BYTES = 16;
const TIME_BYTES = 8;
const LAST_ID = 2n ** 128n - 1n;
const NOT_KNOWN = 2n ** 64n - 1n;

/** Milliseconds in the upper half, sequence number in the lower. Each is cut to 64 bits. */
const idFrom = (ms: bigint, sequence: bigint): bigint =>
  (BigInt.asUintN(64, ms) << 64n) | BigInt.asUintN(64, sequence);
const bytesOf = (id: bigint): Buffer => idOf(id >> 64n, id);
const readId = (cursor: Cursor): bigint => idFrom(cursor.integer(), cursor.integer());
/** As nodes and pending entries have it. */
const bigEndian = (raw: Buffer): bigint => BigInt(`0x${raw.toString('hex')}`);

export const streamOf =
  (form: Form) =>
  (cursor: Cursor): Value => {
    const stream = readStream(cursor, form);
    return { isEmpty: false, content: () => contentOf(stream) };
  };

const readStream = (cursor: Cursor, form: Form) => ({
  nodes: cursor.many(() => readNode(cursor)),
  length: cursor.integer(),
  lastId: readId(cursor),
  /** First ID, greatest deleted ID, number of entries ever added. */
  added: form === 1 ? [] : [readId(cursor), readId(cursor), cursor.integer()],
  groups: cursor.many(() => readGroup(cursor, form)),
  checkProducers: form === 4 ? readProducers(cursor) : undefined,
});

function readNode(cursor: Cursor) {
  const node = { id: cursor.text(), packed: cursor.text() };
  return node.id.length === ID_BYTES ? node : damaged(`a node's ID of ${node.id.length} bytes`);
}

const readGroup = (cursor: Cursor, form: Form) => ({
  name: cursor.text(),
  lastId: readId(cursor),
  entriesRead: form === 1 ? undefined : cursor.integer(),
  pending: cursor.many(() => ({
    id: cursor.take(ID_BYTES),
    time: cursor.take(TIME_BYTES),
    deliveries: cursor.integer(),
  })),
  consumers: cursor.many(() => ({
    name: cursor.text(),
    seen: cursor.take(form < 3 ? TIME_BYTES : 2 * TIME_BYTES),
    owned: cursor.many(() => cursor.take(ID_BYTES)),
  })),
});

/** What Redis 8.6 keeps of producers. It expires by itself, so it is no content. @returns what checks it */
function readProducers(cursor: Cursor): () => void {
  const [seconds, messages] = [cursor.integer(), cursor.integer()];
  const readSent = () => ({ message: cursor.text(), id: readId(cursor) });
  const producers = cursor.many(() => ({ name: cursor.text(), sent: cursor.many(readSent) }));
  for (let totals = 2; totals > 0; totals--) cursor.integer();
  return () => {
    if (seconds < 1n || seconds > 86_400n || messages < 1n || messages > 10_000n)
      damaged('limits of producers');
    for (const { name, sent } of producers)
      for (const text of [name, ...sent.map(({ message }) => message)]) text.bytes();
  };
}

function entriesOf(nodes: readonly (readonly [id: bigint, packed: Buffer])[]): readonly Entry[] {
  if (!ascends(nodes.map(([id]) => id))) damaged('nodes of a stream out of order');
  const entries = nodes.flatMap(([id, packed]) => entriesOfNode(id, packed));
  return ascends(entries.map(({ id }) => id)) ? entries : damaged('entries out of order');
}

/** A node begins with how many entries there are and with the names of fields that most of them have. */
function entriesOfNode(nodeId: bigint, packed: Buffer): readonly Entry[] {
  const left = LISTPACK.elementsOf(packed).reverse();
  const text = (): Buffer => textOf(left.pop() ?? damaged('a node that is cut off'));
  const texts = (count: bigint): Buffer[] =>
    count >= 0n && count <= left.length
      ? Array.from({ length: Number(count) }, text)
      : damaged('fields of a node');
  const integer = (): bigint => {
    const element = left.pop();
    return typeof element === 'bigint' ? element : damaged('a node without an integer');
  };
  const [live, deleted, names] = [integer(), integer(), texts(integer())];
  if (integer() !== 0n) damaged('a node without the end of its beginning');
  const entries: Entry[] = [];
  while (left.length > 0) {
    const flags = integer();
    if (flags < 0n || flags > 3n) damaged('flags of an entry');
    const id = idFrom((nodeId >> 64n) + integer(), nodeId + integer());
    const hasNames = (flags & 2n) !== 0n;
    const parts = hasNames ? names.flatMap((name) => [name, text()]) : texts(integer() * 2n);
    if (integer() !== BigInt(hasNames ? names.length + 3 : parts.length + 4))
      damaged('the length of an entry');
    entries.push({ id, isDeleted: (flags & 1n) !== 0n, parts });
  }
  const gone = entries.filter(({ isDeleted }) => isDeleted).length;
  if (BigInt(gone) !== deleted || BigInt(entries.length - gone) !== live || entries.length === 0)
    damaged('another number of entries in a node');
  return entries;
}

function contentOf({ nodes, length, lastId, added, groups, checkProducers }: Stream): Content {
  checkProducers?.();
  const all = entriesOf(nodes.map(({ id, packed }) => [bigEndian(id.bytes()), packed.bytes()]));
  // Every node has an entry, be it a deleted one.
  if (all.length === 0 && length !== 0n) damaged('entries without a node');
  if ((all.at(-1)?.id ?? 0n) > lastId) damaged('an entry after the last ID');
  const entries = all.filter(({ isDeleted }) => !isDeleted);
  // What a newer server makes of the first form on loading.
  const [firstId = entries[0]?.id ?? LAST_ID, maxDeletedId = 0n, entriesAdded = length] = added;
  const entriesReadBy = (id: bigint): bigint => {
    if (entriesAdded === 0n) return 0n;
    if (id >= lastId) return id === lastId ? entriesAdded : NOT_KNOWN;
    if (id > firstId) return NOT_KNOWN;
    return id === firstId ? 1n : 0n;
  };
  distinct(groups.map(({ name }) => name.bytes()));
  const body = [
    ...entries.flatMap(({ id, parts }) => [bytesOf(id), u64(parts.length / 2), ...parts.map(lp)]),
    ...[u64(length), ...[lastId, firstId, maxDeletedId].map(bytesOf), u64(entriesAdded)],
    counted(groups.map((group) => hashOfGroup(group, group.entriesRead ?? entriesReadBy(group.lastId)))),
  ];
  const hasWrongLength = length !== BigInt(entries.length);
  return { body: Buffer.concat(body), elements: entries.length, hasWrongLength };
}

function hashOfGroup({ name, lastId, pending, consumers }: Group, entriesRead: bigint): bigint {
  const inGroup = pending.map(({ id }) => bigEndian(id));
  const owned = consumers.map((consumer) => consumer.owned.map(bigEndian));
  if (![inGroup, ...owned].every(ascends)) damaged('pending entries out of order');
  const [one, other] = [inGroup, owned.flat()].map((ids) => ids.map(String).sort().join());
  if (one !== other) damaged('other pending entries of the consumers than of their group');
  distinct(consumers.map((consumer) => consumer.name.bytes()));
  const hashes = consumers.map((consumer) =>
    H(SEED.consumer, lp(consumer.name.bytes()), counted(consumer.owned.map((raw) => H(SEED.owned, raw)))),
  );
  return H(
    SEED.group,
    ...[lp(name.bytes()), bytesOf(lastId), u64(entriesRead)],
    counted(pending.map(({ id, time, deliveries }) => H(SEED.pending, id, time, u64(deliveries)))),
    counted(hashes),
  );
}
