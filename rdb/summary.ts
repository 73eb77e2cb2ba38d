import type { ContentDigest } from './digest.ts';
import type { KeyType, RdbFlavour } from './format.ts';
import type { SlotRange } from './slots.ts';

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

/** What is kept of a file while it is read, beside plain counts. */
export interface ProfileState {
  readonly aux: readonly (readonly [string, string])[];
  readonly byDatabase: readonly (readonly [number, number])[];
  readonly biggest: readonly BigKey[];
}

/** AUX fields, keys by database, and the biggest keys. */
export class Profile {
  readonly #aux = new Map<string, string>();
  readonly #byDatabase = new Map<number, number>();
  #biggest: readonly BigKey[] = [];

  restore(state: ProfileState): void {
    for (const [name, value] of state.aux) this.#aux.set(name, value);
    for (const [database, keys] of state.byDatabase) this.#byDatabase.set(database, keys);
    this.#biggest = state.biggest;
  }

  get state(): ProfileState {
    return { aux: [...this.#aux], byDatabase: [...this.#byDatabase], biggest: this.#biggest };
  }

  addAux(name: string, value: string): void {
    if (name !== AUX_SCRIPT && (this.#aux.has(name) || this.#aux.size < MAX_AUX_FIELDS))
      this.#aux.set(name, value);
  }

  addKeys(database: number, keys: number): void {
    this.#byDatabase.set(database, (this.#byDatabase.get(database) ?? 0) + keys);
  }

  /** A key must be larger than this to be among the largest so far. */
  get bigThresholdBytes(): number {
    return this.#biggest.length < BIGGEST_KEYS ? -1 : (this.#biggest.at(-1)?.sizeBytes ?? -1);
  }

  addBig(key: BigKey): void {
    const larger = this.#biggest.findIndex((other) => other.sizeBytes < key.sizeBytes);
    const keys = [...this.#biggest];
    keys.splice(larger < 0 ? keys.length : larger, 0, key);
    this.#biggest = keys.slice(0, BIGGEST_KEYS);
  }

  get biggestKeys(): readonly BigKey[] {
    return this.#biggest;
  }

  /** What the summary says of it. */
  described(flavour: RdbFlavour) {
    const createdAt = this.#aux.get('ctime');
    const engine: RdbFlavour = this.#aux.has('valkey-ver') ? 'valkey' : flavour;
    return {
      engine,
      aux: Object.fromEntries(this.#aux),
      ...(createdAt !== undefined && /^\d{1,15}$/.test(createdAt)
        ? { createdAtSeconds: Number(createdAt) }
        : {}),
      byDatabase: Object.fromEntries(this.#byDatabase),
    };
  }
}
