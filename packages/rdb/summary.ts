import type { ContentDigest } from './digest.ts';
import type { Duplicates } from './duplicates.ts';
import { KEY_TYPES, type KeyType, type RdbFlavour, type RdbType } from './format.ts';
import { type SlotRange, SlotSet } from './slots.ts';

/** How many of the largest keys are named (by hash). */
const BIGGEST_KEYS = 10;
/** Of a biggest key's name, bytes: ten of them must fit into a checkpoint. */
const MAX_NAME_BYTES = 256;
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
  /** The first 256 bytes of the name as UTF-8 text, if names were asked for. */
  readonly name?: string;
}

/** What has been counted in a file, or in the part of it that has been read. */
export interface RdbCounts {
  /** Bytes read and understood. */
  readonly bytes: number;
  /** Which engine wrote it: by magic, or by the `valkey-ver` field where Valkey still used the magic of Redis. */
  readonly engine: RdbFlavour;
  /** 0 before the header has been read. */
  readonly rdbVersion: number;
  readonly aux: Readonly<Record<string, string>>;
  /** When it was written, in seconds since the epoch, if it says so. */
  readonly createdAtSeconds?: number;
  readonly keys: number;
  readonly byType: Readonly<Record<KeyType, number>>;
  /** By the way the file stores the value, such as `hash-listpack`. What does not occur is not named. */
  readonly byEncoding: Readonly<Record<string, number>>;
  readonly byDatabase: Readonly<Record<number, number>>;
  readonly withExpiry: number;
  /** Collections without elements, which a server drops when it loads the file. They are in no other count. */
  readonly emptyKeys: number;
  /**
   * ElastiCache's own `ElastiCacheMasterReplicationTimestamp` in database 0, which it writes into its clusters. It is no
   * content and in no other count, nor in the digest, and it is not restored.
   */
  readonly elastiCacheKeys: number;
  /** Function libraries. */
  readonly functions: number;
  /**
   * Hash slots that the node that wrote the file was importing (Valkey 9). Keys in them may still have belonged to
   * another shard.
   */
  readonly slotImports: readonly SlotRange[];
  /** Keys whose value belongs to a module and was hashed without being understood. */
  readonly opaqueKeys: number;
}

/** What a file of which every byte has been read was found to hold. */
export interface RdbSummary extends RdbCounts {
  /** `absent`: the writer's checksum was off, so damage cannot be told. `none`: before RDB 5 there was none. */
  readonly crc64: 'valid' | 'absent' | 'none';
  /** List elements, set and sorted set members, hash fields and stream entries. Deep only, like all that follows. */
  readonly elements?: number;
  /** Hash fields that expire by themselves. */
  readonly fieldsWithExpiry?: number;
  /**
   * Streams that say another number of entries than they hold: betas of Redis 5.0 miscounted. Valkey 9.1 refuses the
   * file, other servers load it.
   */
  readonly streamsOfWrongLength?: number;
  /** The hash slots that the keys fall into. */
  readonly slots?: { readonly count: number; readonly ranges: readonly SlotRange[] };
  readonly digest?: ContentDigest;
  /** How far duplicates were looked for. */
  readonly duplicates?: Duplicates;
  /** By descending size. */
  readonly biggestKeys?: readonly BigKey[];
}

/** What is kept of a file while it is read, beside plain counts. */
export interface ProfileState {
  readonly aux: readonly (readonly [string, string])[];
  readonly byDatabase: readonly (readonly [number, number])[];
  readonly biggest: readonly BigKey[];
  readonly slotImports: readonly SlotRange[];
}

/** AUX fields, keys by database, and the biggest keys. */
export class Profile {
  readonly #aux = new Map<string, string>();
  readonly #byDatabase = new Map<number, number>();
  #biggest: readonly BigKey[] = [];
  #slotImports: SlotSet | undefined;

  restore(state: ProfileState): void {
    for (const [name, value] of state.aux) this.#aux.set(name, value);
    for (const [database, keys] of state.byDatabase) this.#byDatabase.set(database, keys);
    this.#biggest = state.biggest;
    for (const { first, last } of state.slotImports) this.addSlotImport(first, last);
  }

  get state(): ProfileState {
    return {
      aux: [...this.#aux],
      byDatabase: [...this.#byDatabase],
      biggest: this.#biggest,
      slotImports: this.#importedSlots,
    };
  }

  addAux(name: string, value: string): void {
    if (name !== AUX_SCRIPT && (this.#aux.has(name) || this.#aux.size < MAX_AUX_FIELDS))
      this.#aux.set(name, value);
  }

  /** Slots that were being imported, both included. */
  addSlotImport(first: number, last: number): void {
    this.#slotImports ??= new SlotSet();
    for (let slot = first; slot <= last; slot++) this.#slotImports.add(slot);
  }

  get #importedSlots(): readonly SlotRange[] {
    return this.#slotImports?.ranges() ?? [];
  }

  addKeys(database: number, keys: number): void {
    this.#byDatabase.set(database, (this.#byDatabase.get(database) ?? 0) + keys);
  }

  /** A key must be larger than this to be among the largest so far. */
  get bigThresholdBytes(): number {
    return this.#biggest.length < BIGGEST_KEYS ? -1 : (this.#biggest.at(-1)?.sizeBytes ?? -1);
  }

  /** @param name given if names were asked for */
  addBig(found: BigKey, name?: Uint8Array): void {
    const text = name && new TextDecoder().decode(name.subarray(0, MAX_NAME_BYTES));
    const key = text === undefined ? found : { ...found, name: text };
    const larger = this.#biggest.findIndex((other) => other.sizeBytes < key.sizeBytes);
    const keys = [...this.#biggest];
    keys.splice(larger < 0 ? keys.length : larger, 0, key);
    this.#biggest = keys.slice(0, BIGGEST_KEYS);
  }

  get biggestKeys(): readonly BigKey[] {
    return this.#biggest;
  }

  /** What the summary says of it. What `read` has more keys than are known by database is in its database. */
  described(flavour: RdbFlavour, read: { readonly database: number; readonly keys: number }) {
    const createdAt = this.#aux.get('ctime');
    const engine: RdbFlavour = this.#aux.has('valkey-ver') ? 'valkey' : flavour;
    return {
      engine,
      aux: Object.fromEntries(this.#aux),
      ...(createdAt !== undefined && /^\d{1,15}$/.test(createdAt)
        ? { createdAtSeconds: Number(createdAt) }
        : {}),
      byDatabase: this.#byDatabaseWith(read),
      slotImports: this.#importedSlots,
    };
  }

  #byDatabaseWith({ database, keys }: { readonly database: number; readonly keys: number }) {
    const known = [...this.#byDatabase.values()].reduce((sum, one) => sum + one, 0);
    const byDatabase = new Map(this.#byDatabase);
    if (keys > known) byDatabase.set(database, (byDatabase.get(database) ?? 0) + keys - known);
    return Object.fromEntries(byDatabase);
  }
}

/** Keys by type and by encoding. */
export class TypeCounts {
  readonly #byEncoding = new Map<string, number>();
  readonly #byType = Object.fromEntries(KEY_TYPES.map((type) => [type, 0])) as Record<KeyType, number>;
  #keys = 0;

  get keys(): number {
    return this.#keys;
  }

  add({ name, keyType }: RdbType, keys: number): void {
    this.#byEncoding.set(name, (this.#byEncoding.get(name) ?? 0) + keys);
    this.#byType[keyType] += keys;
    this.#keys += keys;
  }

  get described() {
    return {
      keys: this.#keys,
      byType: { ...this.#byType },
      byEncoding: Object.fromEntries([...this.#byEncoding].sort(([one], [other]) => (one < other ? -1 : 1))),
      opaqueKeys: this.#byType.module,
    };
  }
}
