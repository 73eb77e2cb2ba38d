import { RdbError } from '../../errors.ts';
import { type RdbType, Type } from '../../format.ts';
import { instantOf, type KeyItem, MAX_FIELD_EXPIRY_MS } from './item.ts';
import { ModuleReader } from './module-reader.ts';
import type { Murmur3 } from './murmur3.ts';
import { PackedReader } from './packed-reader.ts';
import { hashScore, parseScore, readScore } from './scores.ts';
import type { Source, Suspendable } from './source.ts';
import { StreamReader } from './stream-reader.ts';
import type { Strings } from './strings.ts';

/** Scores of RDB < 8: a length byte and text, or one of these in place of the length. */
const TEXT_SCORES: Readonly<Record<number, number>> = {
  253: Number.NaN,
  254: Number.POSITIVE_INFINITY,
  255: Number.NEGATIVE_INFINITY,
};

const CONTAINER_PLAIN = 1;
const CONTAINER_PACKED = 2;

/** Decodes values of every type, checks them throughout and puts their canonical form into a {@link KeyItem}. */
export class ValueReader {
  readonly #source: Source;
  readonly #strings: Strings;
  readonly #item: KeyItem;
  readonly #packed: PackedReader;
  readonly #stream: StreamReader;
  readonly #module: ModuleReader;

  constructor(source: Source, strings: Strings, item: KeyItem) {
    this.#source = source;
    this.#strings = strings;
    this.#item = item;
    this.#packed = new PackedReader(item);
    this.#stream = new StreamReader(source, strings, item);
    this.#module = new ModuleReader(source, strings, item);
  }

  /** Streams that say another number of entries than they hold. */
  get wrongLengths(): number {
    return this.#stream.wrongLengths;
  }

  /** Reads a value whose type has been checked. */
  *read(type: number, described: RdbType): Suspendable<void> {
    if (described.emptyBlobBytes !== undefined) return yield* this.#blob(type);
    switch (type) {
      case Type.string:
        return yield* this.#string(this.#item.body);
      case Type.list:
        return yield* this.#list();
      case Type.set:
        return yield* this.#set();
      case Type.zset:
      case Type.zset2:
        return yield* this.#zset(type);
      case Type.hash:
        return yield* this.#hash();
      case Type.valkeyHash2:
        return yield* this.#hashWithExpiryAfter();
      case Type.hashMetadata:
        return yield* this.#hashWithExpiryBefore();
      case Type.listQuicklist:
        return yield* this.#quicklist();
      case Type.listQuicklist2:
        return yield* this.#quicklist2();
      case Type.module2:
        return yield* this.#module.read(this.#item.body);
      default:
        return yield* this.#stream.read(type);
    }
  }

  /** Appends the next string, with its length, to a message. */
  *#string(into: Murmur3): Suspendable<void> {
    const strings = this.#strings;
    if (strings.tryWhole()) into.prefixed(strings.bytes, strings.start, strings.end);
    else yield* strings.hash(into);
  }

  *#list(): Suspendable<void> {
    const strings = this.#strings;
    const item = this.#item;
    for (let left = yield* this.#source.count('a number of elements'); left > 0; left--) {
      if (strings.tryWhole()) item.body.prefixed(strings.bytes, strings.start, strings.end);
      else yield* strings.hash(item.body);
      item.elements++;
    }
  }

  *#set(): Suspendable<void> {
    const strings = this.#strings;
    const item = this.#item;
    for (let left = yield* this.#source.count('a number of members'); left > 0; left--) {
      const member = item.startElement();
      if (strings.tryWhole()) member.prefixed(strings.bytes, strings.start, strings.end);
      else yield* strings.hash(member);
      item.see('member', member);
      item.addElement();
    }
  }

  *#zset(type: number): Suspendable<void> {
    const strings = this.#strings;
    const item = this.#item;
    const source = this.#source;
    for (let left = yield* source.count('a number of members', 2); left > 0; left--) {
      const member = item.startElement();
      if (strings.tryWhole()) member.prefixed(strings.bytes, strings.start, strings.end);
      else yield* strings.hash(member);
      item.see('member', member);
      if (type === Type.zset) {
        hashScore(member, yield* this.#textScore());
      } else {
        while (!source.has(8)) yield;
        hashScore(member, readScore(source.bytes, source.at, source.offset));
        source.at += 8;
      }
      item.addElement();
    }
  }

  *#textScore(): Suspendable<number> {
    const source = this.#source;
    while (!source.has(1)) yield;
    const offset = source.offset;
    const length = source.u8();
    const named = TEXT_SCORES[length];
    if (Number.isNaN(named)) throw new RdbError('BadScore', offset, 'expected a number, found NaN');
    if (named !== undefined) return named;
    while (!source.has(length)) yield;
    const score = parseScore(source.bytes, source.at, source.at + length, offset);
    source.at += length;
    return score;
  }

  *#hash(): Suspendable<void> {
    for (let left = yield* this.#source.count('a number of fields', 2); left > 0; left--) {
      yield* this.#field();
      this.#item.addElement();
    }
  }

  /** A field and its value, as a message that is not finished. */
  *#field(): Suspendable<void> {
    const strings = this.#strings;
    const message = this.#item.startElement();
    for (let part = 0; part < 2; part++) {
      if (strings.tryWhole()) message.prefixed(strings.bytes, strings.start, strings.end);
      else yield* strings.hash(message);
      if (part === 0) this.#item.see('field', message);
    }
  }

  /** Valkey: field, value, then when it expires, −1 for never. */
  *#hashWithExpiryAfter(): Suspendable<void> {
    const source = this.#source;
    for (let left = yield* source.count('a number of fields', 10); left > 0; left--) {
      yield* this.#field();
      while (!source.has(8)) yield;
      const offset = source.offset;
      const low = source.u32le();
      const high = source.u32le();
      const isNever = low === 0xffff_ffff && high === 0xffff_ffff;
      if (isNever) this.#item.addElement();
      else this.#item.addVolatileField(instantOf(low, high, offset));
    }
  }

  /** Redis 7.4: the earliest expiry, then per field ms after it plus one (0 for never), field, value. */
  *#hashWithExpiryBefore(): Suspendable<void> {
    const source = this.#source;
    while (!source.has(8)) yield;
    const from = source.offset;
    const earliest = source.u32le() + source.u32le() * 0x1_0000_0000;
    if (earliest > MAX_FIELD_EXPIRY_MS + 1) {
      throw new RdbError(
        'BadExpiry',
        from,
        `expected at most ${MAX_FIELD_EXPIRY_MS + 1} ms, found ${earliest}`,
      );
    }
    for (let left = yield* source.count('a number of fields', 3); left > 0; left--) {
      const offset = source.offset;
      yield* source.integer('the expiry of a field');
      const after = source.high * 0x1_0000_0000 + source.low;
      yield* this.#field();
      if (after === 0) {
        this.#item.addElement();
        continue;
      }
      const expiry = earliest + after - 1;
      if (expiry > MAX_FIELD_EXPIRY_MS) {
        throw new RdbError(
          'BadExpiry',
          offset,
          `expected at most ${MAX_FIELD_EXPIRY_MS} ms, found ${expiry}`,
        );
      }
      this.#item.addVolatileField({ low: expiry | 0, high: Math.floor(expiry / 0x1_0000_0000) });
    }
  }

  *#quicklist(): Suspendable<void> {
    for (let left = yield* this.#source.count('a number of nodes'); left > 0; left--) {
      yield* this.#blob(Type.listZiplist);
    }
  }

  *#quicklist2(): Suspendable<void> {
    const source = this.#source;
    for (let left = yield* source.count('a number of nodes', 2); left > 0; left--) {
      const offset = source.offset;
      yield* source.integer('the container of a node');
      const container = source.high * 0x1_0000_0000 + source.low;
      if (container === CONTAINER_PACKED) {
        yield* this.#blob(Type.listQuicklist2);
      } else if (container === CONTAINER_PLAIN) {
        yield* this.#string(this.#item.body);
        if (this.#strings.length === 0) {
          throw new RdbError(
            'BadQuicklist',
            source.offset,
            'expected an element in a node of its own, found none',
          );
        }
        this.#item.elements++;
      } else {
        throw new RdbError('BadQuicklist', offset, `expected a container of 1 or 2, found ${container}`);
      }
    }
  }

  *#blob(type: number): Suspendable<void> {
    const source = this.#source;
    if (type === Type.hashListpackEx) {
      // The earliest expiry, which the fields' own repeat.
      while (!source.has(8)) yield;
      source.at += 8;
    }
    const offset = source.offset;
    yield* this.#strings.whole('a packed value');
    const { bytes, start, end } = this.#strings;
    this.#packed.read(type, { bytes, start, end, offset });
  }
}
