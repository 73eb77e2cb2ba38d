import { RdbError } from '../../errors.ts';
import { Type } from '../../format.ts';
import { Seed } from '../../hashes.ts';
import { add128, equal128, newWord128 } from '../../word128.ts';
import type { KeyItem } from './item.ts';
import { Murmur3 } from './murmur3.ts';
import type { Source, Suspendable } from './source.ts';
import { StreamEntries } from './stream-entries.ts';
import { StreamId } from './stream-id.ts';
import type { Strings } from './strings.ts';

const ID_BYTES = 16;
const TIME_BYTES = 8;
/** What Redis 8.6 takes as limits of what it keeps of producers. */
const MAX_PRODUCER_SECONDS = 86_400;
const MAX_PRODUCER_MESSAGES = 10_000;

/** "Not known", as the number of entries that a group has read. */
const UNKNOWN_ENTRIES_READ = 0xffff_ffff_ffff_ffffn;

const wide = (low: number, high: number): bigint => (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
const halves = (value: bigint): [low: number, high: number] => [
  Number(BigInt.asIntN(32, value)),
  Number(BigInt.asIntN(32, value >> 32n)),
];

function ascend(what: string, before: StreamId, id: StreamId, offset: number): void {
  if (id.compare(before) > 0) return;
  throw new RdbError('BadStream', offset, `expected ${what} after ${before}, found ${id}`);
}

/**
 * Streams: entries, IDs and counters, and consumer groups with what is pending. Pending entries come twice in the
 * file, per group and per consumer; sums of hashes prove that both name the same IDs without holding them in memory.
 */
export class StreamReader {
  readonly #source: Source;
  readonly #strings: Strings;
  readonly #item: KeyItem;
  readonly #entries: StreamEntries;

  readonly #nodeId = new StreamId();
  /** The ID before: of a node, or of a pending entry. */
  readonly #before = new StreamId();
  readonly #pendingId = new StreamId();
  readonly #lastId = new StreamId();
  readonly #firstId = new StreamId();
  readonly #maxDeletedId = new StreamId();
  readonly #groupId = new StreamId();
  #length = 0n;
  #nodes = 0;
  #wrongLengths = 0;
  #entriesAdded = 0n;

  readonly #group = new Murmur3();
  readonly #consumer = new Murmur3();
  readonly #hash = newWord128();
  readonly #groups = newWord128();

  constructor(source: Source, strings: Strings, item: KeyItem) {
    this.#source = source;
    this.#strings = strings;
    this.#item = item;
    this.#entries = new StreamEntries(item);
  }

  *read(type: number): Suspendable<void> {
    yield* this.#readNodes();
    yield* this.#readCounters(type);
    const groups = yield* this.#source.count('a number of groups');
    this.#groups.fill(0);
    for (let left = groups; left > 0; left--) yield* this.#readGroup(type);
    if (type === Type.streamListpacks4) yield* this.#readProducers();
    const { body } = this.#item;
    // What the server keeps and answers, also where it is not the number of entries.
    body.u64(...halves(this.#length));
    for (const id of [this.#lastId, this.#firstId, this.#maxDeletedId]) id.hash(body);
    body.u64(...halves(this.#entriesAdded));
    body.word128(this.#groups).count(groups);
  }

  /** Streams that say another number of entries than they hold. */
  get wrongLengths(): number {
    return this.#wrongLengths;
  }

  /** What Redis 8.6 keeps of producers. Not content: it expires by itself. */
  *#readProducers(): Suspendable<void> {
    const source = this.#source;
    for (const most of [MAX_PRODUCER_SECONDS, MAX_PRODUCER_MESSAGES]) {
      const offset = source.offset;
      const limit = yield* this.#integer('an integer of a producer');
      if (limit >= 1n && limit <= BigInt(most)) continue;
      const detail = `expected a limit of 1 to ${most} for an integer of a producer, found ${Number(limit)}`;
      throw new RdbError('BadStream', offset, detail);
    }
    const { element } = this.#item;
    for (let left = yield* source.count('a number of producers', 2); left > 0; left--) {
      yield* this.#strings.hash(element.reset(Seed.element));
      for (let of = yield* source.count('a number of messages of a producer', 3); of > 0; of--) {
        yield* this.#strings.hash(element.reset(Seed.element));
        for (let part = 0; part < 2; part++) yield* source.integer('an integer of a producer');
      }
    }
    for (let total = 0; total < 2; total++) yield* source.integer('an integer of a producer');
  }

  *#readNodes(): Suspendable<void> {
    this.#entries.reset();
    const nodes = yield* this.#source.count('a number of nodes', 2);
    this.#nodes = nodes;
    for (let left = nodes; left > 0; left--) {
      const idOffset = this.#source.offset;
      yield* this.#strings.whole('the ID of a node');
      if (this.#strings.length !== ID_BYTES) {
        const detail = `expected a node ID of ${ID_BYTES} bytes, found ${this.#strings.length}`;
        throw new RdbError('BadStream', idOffset, detail);
      }
      this.#before.copy(this.#nodeId);
      this.#nodeId.read(this.#strings.bytes, this.#strings.start);
      if (left < nodes) ascend('the ID of a node', this.#before, this.#nodeId, idOffset);
      const offset = this.#source.offset;
      yield* this.#strings.whole('a node of a stream');
      const { bytes, start, end } = this.#strings;
      this.#entries.read(this.#nodeId, { bytes, start, end, offset });
    }
  }

  *#readCounters(type: number): Suspendable<void> {
    const offset = this.#source.offset;
    this.#length = yield* this.#integer('a number of entries');
    yield* this.#readId(this.#lastId);
    if (this.#length !== BigInt(this.#entries.live)) {
      const detail = `expected ${this.#length} entries, found no node`;
      if (this.#nodes === 0) throw new RdbError('BadStream', offset, detail);
      // Betas of Redis 5.0 miscounted, and every server has carried it on since; only newer Valkeys refuse it.
      this.#wrongLengths++;
    }
    if (this.#entries.last.compare(this.#lastId) > 0) {
      const detail = `expected no ID after ${this.#lastId}, found ${this.#entries.last}`;
      throw new RdbError('BadStream', offset, detail);
    }
    if (type === Type.streamListpacks) {
      // Before Redis 7.0 the rest was not kept; these are the values that a newer server gives it on loading.
      this.#firstId.copy(this.#entries.first);
      this.#maxDeletedId.words.fill(0);
      this.#entriesAdded = this.#length;
      return;
    }
    yield* this.#readId(this.#firstId);
    yield* this.#readId(this.#maxDeletedId);
    this.#entriesAdded = yield* this.#integer('a number of entries added');
  }

  *#readGroup(type: number): Suspendable<void> {
    const group = this.#group.reset(Seed.group);
    yield* this.#strings.hash(group);
    this.#item.see('group', group);
    yield* this.#readId(this.#groupId);
    this.#groupId.hash(group);
    const isCounted = type !== Type.streamListpacks;
    const entriesRead = isCounted
      ? yield* this.#integer('a number of entries read')
      : this.#estimateEntriesRead();
    group.u64(...halves(entriesRead));
    const offset = this.#source.offset;
    const pending = newWord128();
    const pendingCount = yield* this.#readPending(pending);
    const owned = newWord128();
    const ownedCount = yield* this.#readConsumers(type, owned);
    if (pendingCount !== ownedCount || !equal128(pending, 0, owned, 0)) {
      const detail = `expected ${pendingCount} pending entries among the consumers, found ${ownedCount} or other ones`;
      throw new RdbError('BadStream', offset, detail);
    }
    add128(this.#groups, 0, group.finish(this.#hash));
  }

  /** Reads what is pending in the group, into the group's message; sums the IDs alone into `ids`. */
  *#readPending(ids: Uint32Array): Suspendable<number> {
    const source = this.#source;
    const { element } = this.#item;
    const sum = newWord128();
    const count = yield* source.count('a number of pending entries', ID_BYTES + TIME_BYTES + 1);
    for (let left = count; left > 0; left--) {
      while (!source.has(ID_BYTES + TIME_BYTES)) yield;
      const at = source.at;
      this.#checkOrder(left < count);
      element.reset(Seed.owned).bytes(source.bytes, at, at + ID_BYTES);
      add128(ids, 0, element.finish(this.#hash));
      element.reset(Seed.pending).bytes(source.bytes, at, at + ID_BYTES + TIME_BYTES);
      source.at += ID_BYTES + TIME_BYTES;
      yield* source.integer('a number of deliveries');
      add128(sum, 0, element.u64(source.low, source.high).finish(this.#hash));
    }
    this.#group.word128(sum).count(count);
    return count;
  }

  /** Refuses the pending ID at hand unless it comes after the one before, if there is one. */
  #checkOrder(hasBefore: boolean): void {
    const { bytes, at, offset } = this.#source;
    this.#before.copy(this.#pendingId);
    this.#pendingId.read(bytes, at);
    if (hasBefore) ascend('a pending ID', this.#before, this.#pendingId, offset);
  }

  /** Reads the group's consumers into its message; sums the IDs they own into `ids`. @returns how many they own */
  *#readConsumers(type: number, ids: Uint32Array): Suspendable<number> {
    const source = this.#source;
    // When a consumer was last seen and active is not content: any attempt to read changes it.
    const timesBytes = type >= Type.streamListpacks3 ? 2 * TIME_BYTES : TIME_BYTES;
    const sum = newWord128();
    let ownedInAll = 0;
    const count = yield* source.count('a number of consumers', 2 + timesBytes);
    this.#item.forget('consumer of a group');
    for (let left = count; left > 0; left--) {
      yield* this.#strings.hash(this.#consumer.reset(Seed.consumer));
      this.#item.see('consumer of a group', this.#consumer);
      while (!source.has(timesBytes)) yield;
      source.at += timesBytes;
      const owned = newWord128();
      const ownedCount = yield* this.#readOwned(owned);
      add128(ids, 0, owned);
      ownedInAll += ownedCount;
      add128(sum, 0, this.#consumer.word128(owned).count(ownedCount).finish(this.#hash));
    }
    this.#group.word128(sum).count(count);
    return ownedInAll;
  }

  *#readOwned(sum: Uint32Array): Suspendable<number> {
    const source = this.#source;
    const { element } = this.#item;
    const count = yield* source.count('a number of entries of a consumer', ID_BYTES);
    for (let left = count; left > 0; left--) {
      while (!source.has(ID_BYTES)) yield;
      this.#checkOrder(left < count);
      element.reset(Seed.owned).bytes(source.bytes, source.at, source.at + ID_BYTES);
      add128(sum, 0, element.finish(this.#hash));
      source.at += ID_BYTES;
    }
    return count;
  }

  /**
   * How many entries a group has read that an old file says nothing about. A server that loads it estimates the same
   * way, so the digest of the file equals that of the loaded data.
   */
  #estimateEntriesRead(): bigint {
    if (this.#entriesAdded === 0n) return 0n;
    const toLast = this.#groupId.compare(this.#lastId);
    if (toLast === 0) return this.#entriesAdded;
    if (toLast > 0) return UNKNOWN_ENTRIES_READ;
    const toFirst = this.#groupId.compare(this.#firstId);
    // Nothing counts as deleted in an old file, so only an ID strictly inside the stream is left unknown.
    if (toFirst < 0) return 0n;
    return toFirst === 0 ? 1n : UNKNOWN_ENTRIES_READ;
  }

  *#readId(id: StreamId): Suspendable<void> {
    const source = this.#source;
    yield* source.integer('the milliseconds of an ID');
    const { low, high } = source;
    yield* source.integer('the sequence number of an ID');
    id.set(high, low, source.high, source.low);
  }

  *#integer(what: string): Suspendable<bigint> {
    yield* this.#source.integer(what);
    return wide(this.#source.low, this.#source.high);
  }
}
