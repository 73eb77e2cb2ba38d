import { RdbError } from '../../errors.ts';
import { Type } from '../../format.ts';
import { type ExactMs, instantOf, type KeyItem, MAX_FIELD_EXPIRY_MS } from './item.ts';
import type { PackedCursor } from './packed/cursor.ts';
import { IntsetCursor } from './packed/intset.ts';
import { ListpackCursor } from './packed/listpack.ts';
import { ZiplistCursor } from './packed/ziplist.ts';
import { ZipmapCursor } from './packed/zipmap.ts';
import { hashScore, parseScore } from './scores.ts';

/** A packed value: `bytes[start, end)`, which the file holds at `offset`. */
export interface Blob {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly offset: number;
}

/** The expiry that the cursor is on: fields stand in the order in which they expire, those that never do last. */
function expiryOf(cursor: PackedCursor, before: number, offset: number): ExactMs {
  const instant = instantOf(cursor.low, cursor.high, offset);
  const expiry = cursor.number();
  if (expiry > MAX_FIELD_EXPIRY_MS) {
    throw new RdbError('BadExpiry', offset, `expected at most ${MAX_FIELD_EXPIRY_MS} ms, found ${expiry}`);
  }
  if (before === 0 || expiry < before) cursor.fail('expected fields in the order in which they expire');
  return instant;
}

/** Puts packed values into a {@link KeyItem}, in the same canonical form as values that are not packed. */
export class PackedReader {
  readonly #item: KeyItem;
  readonly #listpack = new ListpackCursor();
  readonly #ziplist = new ZiplistCursor();
  readonly #intset = new IntsetCursor();
  readonly #zipmap = new ZipmapCursor();

  constructor(item: KeyItem) {
    this.#item = item;
  }

  read(type: number, blob: Blob): void {
    switch (type) {
      case Type.listZiplist:
      case Type.listQuicklist2:
        this.#list(this.#open(type, blob));
        break;
      case Type.setIntset:
      case Type.setListpack:
        this.#set(this.#open(type, blob));
        break;
      case Type.zsetZiplist:
      case Type.zsetListpack:
        this.#zset(this.#open(type, blob), blob.offset);
        break;
      case Type.hashListpackEx:
        this.#hashWithExpiry(this.#open(type, blob), blob.offset);
        break;
      default:
        this.#hash(this.#open(type, blob));
    }
  }

  #open(type: number, blob: Blob): PackedCursor {
    const cursor = this.#cursorOf(type);
    cursor.open(blob.bytes, blob.start, blob.end, blob.offset);
    return cursor;
  }

  #cursorOf(type: number): PackedCursor {
    switch (type) {
      case Type.listZiplist:
      case Type.zsetZiplist:
      case Type.hashZiplist:
        return this.#ziplist;
      case Type.setIntset:
        return this.#intset;
      case Type.hashZipmap:
        return this.#zipmap;
      default:
        return this.#listpack;
    }
  }

  #list(cursor: PackedCursor): void {
    while (cursor.next()) {
      cursor.text();
      this.#item.body.prefixed(cursor.bytes, cursor.start, cursor.end);
      this.#item.elements++;
    }
  }

  #set(cursor: PackedCursor): void {
    while (cursor.next()) {
      this.#startWith(cursor, 'member');
      this.#item.addElement();
    }
  }

  #zset(cursor: PackedCursor, offset: number): void {
    while (cursor.next()) {
      const message = this.#startWith(cursor, 'member');
      cursor.require('a score');
      const isWhole = cursor.isInteger;
      hashScore(
        message,
        isWhole ? cursor.number() : parseScore(cursor.bytes, cursor.start, cursor.end, offset),
      );
      this.#item.addElement();
    }
  }

  #hash(cursor: PackedCursor): void {
    while (cursor.next()) {
      this.#field(cursor);
      this.#item.addElement();
    }
  }

  /** Redis 7.4: field, value, when it expires; 0 for never. */
  #hashWithExpiry(cursor: PackedCursor, offset: number): void {
    let before = -1;
    while (cursor.next()) {
      this.#field(cursor);
      cursor.require('the expiry of a field');
      if (!cursor.isInteger) cursor.fail('expected the expiry of a field, found a string');
      const expiry = cursor.number();
      if (expiry === 0) this.#item.addElement();
      else this.#item.addVolatileField(expiryOf(cursor, before, offset));
      before = expiry;
    }
  }

  #field(cursor: PackedCursor): void {
    const message = this.#startWith(cursor, 'field');
    cursor.require('a value');
    cursor.text();
    message.prefixed(cursor.bytes, cursor.start, cursor.end);
  }

  #startWith(cursor: PackedCursor, what: string) {
    cursor.text();
    const message = this.#item.startElement().prefixed(cursor.bytes, cursor.start, cursor.end);
    this.#item.see(what, message);
    return message;
  }
}
