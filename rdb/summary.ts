import type { ContentDigest } from './digest.ts';
import { KEY_TYPES, type KeyType, type RdbFlavour } from './format.ts';
import { type SlotRange, SlotSet } from './slots.ts';

/** How many of the largest keys are named (by hash). */
const BIGGEST_KEYS = 10;
/** AUX fields beyond these are not kept: a file may repeat them without end. */
const MAX_AUX_FIELDS = 64;
/** Scripts that Redis up to 6 stored as AUX fields, one per field of this name. */
const AUX_SCRIPT = 'lua';

export interface BigKey {
  readonly database: number;
  readonly type: KeyType;
  /** Of the key and value as the file holds them. */
  readonly sizeBytes: number;
  /** The hash of the name, 32 hexadecimal digits: names do not leave the file. */
  readonly nameHash: string;
}

/** What a file of which every byte has been read was found to hold. */
export interface RdbSummary {
  readonly bytes: number;
  /** Which engine wrote it: by magic, or by the `valkey-ver` field where Valkey still used the magic of Redis. */
  readonly engine: RdbFlavour;
  readonly rdbVersion: number;
  readonly aux: Readonly<Record<string, string>>;
  /** When it was written, in seconds since the epoch, if it says so. */
  readonly createdAtSeconds?: number;
  /** `absent`: the writer's checksum was off, so damage cannot be told. `none`: before RDB 5 there was none. */
  readonly crc64: 'valid' | 'absent' | 'none';
  readonly keys: number;
  readonly byType: Readonly<Record<KeyType, number>>;
  readonly byDatabase: Readonly<Record<number, number>>;
  readonly withExpiry: number;
  /** Collections without elements, which a server drops when it loads the file. They are in no other count. */
  readonly emptyKeys: number;
  /** Function libraries. */
  readonly functions: number;
  /** Keys whose value belongs to a module and was hashed without being understood. */
  readonly opaqueKeys: number;
  /** List elements, set and sorted set members, hash fields and stream entries. Deep only, like all that follows. */
  readonly elements?: number;
  /** Hash fields that expire by themselves. */
  readonly fieldsWithExpiry?: number;
  /** The hash slots that the keys fall into. */
  readonly slots?: { readonly count: number; readonly ranges: readonly SlotRange[] };
  readonly digest?: ContentDigest;
  /** By descending size. */
  readonly biggestKeys?: readonly BigKey[];
}

/** Counts while a file is read. */
export class Tally {
  readonly slots = new SlotSet();
  readonly #byType = Object.fromEntries(KEY_TYPES.map((type) => [type, 0])) as Record<KeyType, number>;
  readonly #byDatabase = new Map<number, number>();
  readonly #aux = new Map<string, string>();
  #biggest: BigKey[] = [];
  #keys = 0;
  #withExpiry = 0;
  emptyKeys = 0;
  functions = 0;
  elements = 0;
  fieldsWithExpiry = 0;

  addAux(name: string, value: string): void {
    if (name !== AUX_SCRIPT && (this.#aux.has(name) || this.#aux.size < MAX_AUX_FIELDS))
      this.#aux.set(name, value);
  }

  addKey(type: KeyType, database: number, expires: boolean): void {
    this.#keys++;
    this.#byType[type]++;
    this.#byDatabase.set(database, (this.#byDatabase.get(database) ?? 0) + 1);
    if (expires) this.#withExpiry++;
  }

  /** Whether a key of this size is among the largest so far. */
  isBig(sizeBytes: number): boolean {
    return this.#biggest.length < BIGGEST_KEYS || sizeBytes > (this.#biggest.at(-1)?.sizeBytes ?? 0);
  }

  addBig(key: BigKey): void {
    const larger = this.#biggest.findIndex((other) => other.sizeBytes < key.sizeBytes);
    this.#biggest.splice(larger < 0 ? this.#biggest.length : larger, 0, key);
    this.#biggest = this.#biggest.slice(0, BIGGEST_KEYS);
  }

  /** What every summary holds. */
  counts(flavour: RdbFlavour) {
    const createdAt = this.#aux.get('ctime');
    const engine: RdbFlavour = this.#aux.has('valkey-ver') ? 'valkey' : flavour;
    return {
      engine,
      aux: Object.fromEntries(this.#aux),
      ...(createdAt !== undefined && /^\d{1,15}$/.test(createdAt)
        ? { createdAtSeconds: Number(createdAt) }
        : {}),
      keys: this.#keys,
      byType: { ...this.#byType },
      byDatabase: Object.fromEntries(this.#byDatabase),
      withExpiry: this.#withExpiry,
      emptyKeys: this.emptyKeys,
      functions: this.functions,
      opaqueKeys: this.#byType.module,
    };
  }

  /** What only a deep reading knows. */
  deepCounts() {
    return {
      elements: this.elements,
      fieldsWithExpiry: this.fieldsWithExpiry,
      slots: { count: this.slots.count, ranges: this.slots.ranges() },
      biggestKeys: this.#biggest,
    };
  }
}
