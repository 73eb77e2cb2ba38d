import { RdbError } from '../../errors.ts';
import type { KeyItem } from './item.ts';
import { ListpackCursor } from './packed/listpack.ts';
import type { Blob } from './packed-reader.ts';
import { StreamId } from './stream-id.ts';

const DELETED = 1;
const SAME_FIELDS = 2;
const KNOWN_FLAGS = DELETED | SAME_FIELDS;

/** Elements of an entry besides its values: flags, two ID differences. */
const FIXED_ELEMENTS = 3;

/**
 * The entries of a stream, from its nodes: listpacks that begin with a master entry (how many entries live, how many
 * are deleted, the usual field names), followed by entries that give their ID relative to the node's.
 */
export class StreamEntries {
  /** Of the stream so far: the first ID that is not deleted, and the last ID of all. */
  readonly first = new StreamId();
  readonly last = new StreamId();
  live = 0;

  readonly #item: KeyItem;
  readonly #cursor = new ListpackCursor();
  readonly #id = new StreamId();
  #masterFields: Uint8Array[] = [];
  #entries = 0;
  #hasFirst = false;

  constructor(item: KeyItem) {
    this.#item = item;
  }

  reset(): void {
    this.live = 0;
    this.#entries = 0;
    this.#hasFirst = false;
    // What the server answers for the first entry of a stream that has none.
    this.first.words.fill(0xffff_ffff);
    this.last.words.fill(0);
  }

  /** Reads one node. */
  read(nodeId: StreamId, blob: Blob): void {
    const cursor = this.#cursor;
    cursor.open(blob.bytes, blob.start, blob.end, blob.offset);
    const live = this.#integer('the number of entries');
    const deleted = this.#integer('the number of deleted entries');
    this.#readMasterFields(this.#fieldCount());
    const end = this.#integer('the end of the master entry');
    if (end !== 0) cursor.fail(`expected 0 at the end of the master entry, found ${end}`);
    let seenLive = 0;
    let seenDeleted = 0;
    while (cursor.next()) {
      const isDeleted = this.#readEntry(nodeId, blob.offset);
      if (isDeleted) seenDeleted++;
      else seenLive++;
    }
    if (seenLive !== live || seenDeleted !== deleted || live + deleted === 0) {
      const detail = `expected ${live} entries and ${deleted} deleted ones, found ${seenLive} and ${seenDeleted}`;
      throw new RdbError('BadStream', blob.offset, detail);
    }
    this.live += live;
    this.#item.elements += live;
  }

  #readMasterFields(count: number): void {
    this.#masterFields = [];
    for (let field = 0; field < count; field++) {
      this.#cursor.require('a field of the master entry');
      this.#cursor.text();
      this.#masterFields.push(this.#cursor.bytes.slice(this.#cursor.start, this.#cursor.end));
    }
  }

  /** Reads the entry whose flags the cursor is on. @returns whether it is deleted */
  #readEntry(nodeId: StreamId, offset: number): boolean {
    const flags = this.#current('flags');
    if (flags < 0 || flags > KNOWN_FLAGS) this.#cursor.fail(`expected flags of 0 to 3, found ${flags}`);
    const isDeleted = (flags & DELETED) !== 0;
    this.#readId(nodeId, offset);
    if (!isDeleted) {
      if (!this.#hasFirst) this.first.copy(this.#id);
      this.#hasFirst = true;
      this.#id.hash(this.#item.body);
    }
    const elements = (flags & SAME_FIELDS) !== 0 ? this.#sameFields(isDeleted) : this.#ownFields(isDeleted);
    const counted = this.#integer('the length of the entry');
    if (counted !== elements)
      this.#cursor.fail(`expected an entry of ${elements} elements, found ${counted}`);
    return isDeleted;
  }

  #readId(nodeId: StreamId, offset: number): void {
    this.#integer('a difference of milliseconds');
    this.#id.setRelative(nodeId, 0, this.#cursor.low, this.#cursor.high);
    this.#integer('a difference of sequence numbers');
    this.#id.setRelative(nodeId, 2, this.#cursor.low, this.#cursor.high);
    if (this.#entries > 0 && this.#id.compare(this.last) <= 0) {
      throw new RdbError('BadStream', offset, `expected an ID after ${this.last}, found ${this.#id}`);
    }
    this.last.copy(this.#id);
    this.#entries++;
  }

  #sameFields(isDeleted: boolean): number {
    const fields = this.#masterFields;
    if (!isDeleted) this.#item.body.count(fields.length);
    for (const field of fields) {
      if (!isDeleted) this.#item.body.prefixed(field, 0, field.length);
      this.#part('a value', isDeleted);
    }
    return fields.length + FIXED_ELEMENTS;
  }

  #ownFields(isDeleted: boolean): number {
    const count = this.#fieldCount();
    if (!isDeleted) this.#item.body.count(count);
    for (let field = 0; field < count; field++) {
      this.#part('a field', isDeleted);
      this.#part('a value', isDeleted);
    }
    return count * 2 + FIXED_ELEMENTS + 1;
  }

  #part(what: string, isDeleted: boolean): void {
    const cursor = this.#cursor;
    cursor.require(what);
    if (isDeleted) return;
    cursor.text();
    this.#item.body.prefixed(cursor.bytes, cursor.start, cursor.end);
  }

  #fieldCount(): number {
    const count = this.#integer('the number of fields');
    if (count < 0) this.#cursor.fail(`expected a number of fields, found ${count}`);
    return count;
  }

  #integer(what: string): number {
    this.#cursor.require(what);
    return this.#current(what);
  }

  #current(what: string): number {
    if (!this.#cursor.isInteger) this.#cursor.fail(`expected ${what}, found a string`);
    return this.#cursor.number();
  }
}
