import type { ContentDigest } from '../../digest.ts';
import { RdbError } from '../../errors.ts';
import { ELASTICACHE_KEY, Opcode, type RdbFormat, type RdbType, typeOf } from '../../format.ts';
import type { FoundKey } from '../../reader-options.ts';
import { slotOf } from '../../slots.ts';
import { hex128 } from '../../word128.ts';
import { binMsOf, type ExactMs, hashKey, instantOf, KeyItem } from './item.ts';
import { OpcodeReader } from './opcode-reader.ts';
import { Skimmer } from './skimmer.ts';
import type { Source, Suspendable } from './source.ts';
import type { Strings } from './strings.ts';
import type { Tally } from './tally.ts';
import { ValueReader } from './value-reader.ts';

/** Bytes from here on are opcodes, below are types of values; what is in between belongs to no known version. */
const FIRST_OPCODE = Opcode.slotImport;
const MS_PER_SECOND = 1000;

export interface KeyReaderParts {
  readonly source: Source;
  readonly strings: Strings;
  readonly format: RdbFormat;
  readonly tally: Tally;
  /** Given for a deep reading. */
  readonly digest: ContentDigest | undefined;
  readonly onKey: ((key: FoundKey) => void) | undefined;
}

/** Reads everything between the header and the end-of-file opcode. */
export class KeyReader {
  readonly #source: Source;
  readonly #strings: Strings;
  readonly #format: RdbFormat;
  readonly #tally: Tally;
  readonly #opcodes: OpcodeReader;
  readonly #skimmer: Skimmer;
  readonly #item: KeyItem | undefined;
  readonly #values: ValueReader | undefined;
  readonly #onKey: ((key: FoundKey) => void) | undefined;
  #expiry: ExactMs | undefined;
  /** Whether opcodes have been read that say something of the next key. */
  #keyAnnounced = false;
  /** Keys by database and hash of the name, and where the first one is that came before. */
  readonly #seen = new Set<string>();
  #twiceAt: number | undefined;

  constructor(parts: KeyReaderParts) {
    this.#source = parts.source;
    this.#strings = parts.strings;
    this.#format = parts.format;
    this.#tally = parts.tally;
    this.#onKey = parts.onKey;
    this.#opcodes = new OpcodeReader(parts);
    this.#skimmer = new Skimmer(parts.source, parts.strings);
    const { digest } = parts;
    if (!digest) return;
    this.#item = new KeyItem(() => digest);
    this.#values = new ValueReader(parts.source, parts.strings, this.#item);
  }

  #isOwn = false;

  *readAll(): Suspendable<void> {
    const source = this.#source;
    for (;;) {
      source.reading = 'the file: a key or the end-of-file mark';
      while (!source.has(1)) yield;
      const offset = source.offset;
      const opcode = source.u8();
      if (opcode < FIRST_OPCODE) {
        yield* this.#readKey(opcode, offset);
      } else if (
        opcode >= Opcode.idle &&
        opcode <= Opcode.expireTime &&
        opcode !== Opcode.aux &&
        opcode !== Opcode.resizeDatabase
      ) {
        yield* this.#readAnnouncement(opcode);
      } else {
        if (this.#keyAnnounced && opcode !== Opcode.aux)
          throw new RdbError('BadOpcode', offset, `expected a key, found opcode ${opcode}`);
        if (opcode === Opcode.endOfFile) return;
        yield* this.#opcodes.read(opcode, offset);
      }
    }
  }

  /** Reads what is said of the next key: when it expires, and how recently or often it was used. */
  *#readAnnouncement(opcode: number): Suspendable<void> {
    const source = this.#source;
    this.#keyAnnounced = true;
    switch (opcode) {
      case Opcode.expireTimeMs: {
        while (!source.has(8)) yield;
        const offset = source.offset;
        const low = source.u32le();
        this.#expiry = instantOf(low, source.u32le(), offset);
        return;
      }
      case Opcode.expireTime: {
        while (!source.has(4)) yield;
        const offset = source.offset;
        const ms = (source.u32le() | 0) * MS_PER_SECOND;
        this.#expiry = instantOf(ms | 0, Math.floor(ms / 0x1_0000_0000), offset);
        return;
      }
      case Opcode.frequency:
        while (!source.has(1)) yield;
        source.at++;
        return;
      default:
        yield* source.integer('an idle time');
    }
  }

  *#readKey(type: number, offset: number): Suspendable<void> {
    const described = typeOf(type, this.#format, offset);
    this.#source.reading = `a key of type ${described.name}`;
    const isEmpty = this.#values
      ? yield* this.#digestKey(type, described, offset)
      : yield* this.#skimKey(type, described);
    if (this.#isOwn) this.#tally.elastiCacheKeys++;
    else if (isEmpty) this.#tally.emptyKeys++;
    else this.#tally.addKey(described, this.#opcodes.database, this.#expiry !== undefined);
    this.#expiry = undefined;
    this.#keyAnnounced = false;
  }

  *#skimKey(type: number, described: RdbType): Suspendable<boolean> {
    yield* this.#skimName(type);
    if (type !== 0 || !this.#strings.trySkip()) return yield* this.#skimmer.skip(type, described);
    return false;
  }

  /** Other names than those as long as ElastiCache's own are passed over. */
  *#skimName(type: number): Suspendable<void> {
    const source = this.#source;
    const strings = this.#strings;
    this.#isOwn = false;
    while (!source.has(1)) yield;
    if (source.bytes[source.at] !== ELASTICACHE_KEY.length) {
      if (!strings.trySkip()) yield* strings.skip();
      return;
    }
    if (!strings.tryWhole()) yield* strings.whole('a key');
    this.#isOwn = type === 0 && isOwnName(strings, this.#opcodes.database);
  }

  *#digestKey(type: number, described: RdbType, offset: number): Suspendable<boolean> {
    const strings = this.#strings;
    const item = this.#item as KeyItem;
    if (!strings.tryWhole()) yield* strings.whole('a key');
    const { bytes, start, end } = strings;
    this.#isOwn = type === 0 && isOwnName(strings, this.#opcodes.database);
    hashKey(bytes, start, end, item.keyHash);
    const slot = slotOf(bytes, start, end);
    const name = this.#onKey ? bytes.slice(start, end) : undefined;
    item.begin(described.keyType, this.#opcodes.database, this.#expiry);
    if (type === 0 && strings.tryWhole()) item.body.prefixed(strings.bytes, strings.start, strings.end);
    else yield* (this.#values as ValueReader).read(type, described);
    this.#tally.streamsOfWrongLength = this.#values?.wrongLengths ?? 0;
    if (item.twice !== undefined) {
      throw new RdbError('DuplicateMember', offset, `expected every ${item.twice} once, found one twice`);
    }
    if (item.isEmpty) return true;
    this.#see(offset, hex128(item.keyHash));
    if (this.#isOwn) return true;
    item.finish();
    this.#tally.slots.add(slot);
    this.#tally.elements += item.elements + item.volatileFields;
    this.#tally.fieldsWithExpiry += item.volatileFields;
    this.#noteSize(described, this.#source.offset - offset);
    if (name) this.#tell(name, described);
    return false;
  }

  #see(offset: number, name: string): void {
    const key = `${this.#opcodes.database} ${name}`;
    if (this.#seen.has(key)) this.#twiceAt ??= offset;
    this.#seen.add(key);
  }

  /** To be called when all else is sound. */
  checkKeys(): void {
    if (this.#twiceAt === undefined) return;
    const detail = 'expected every key of a database once, found one again';
    throw new RdbError('DuplicateKey', this.#twiceAt, detail);
  }

  #noteSize(described: RdbType, sizeBytes: number): void {
    if (sizeBytes <= this.#tally.bigThresholdBytes) return;
    const nameHash = hex128((this.#item as KeyItem).keyHash);
    this.#tally.addBig({ database: this.#opcodes.database, type: described.keyType, sizeBytes, nameHash });
  }

  #tell(name: Uint8Array, described: RdbType): void {
    const { bucket, hash, elements, volatileFields } = this.#item as KeyItem;
    const expiresAtMs = this.#expiry && binMsOf(this.#expiry);
    const { database } = this.#opcodes;
    this.#onKey?.({
      database,
      name,
      type: described.keyType,
      expiresAtMs,
      bucket,
      hash,
      elements,
      volatileFields,
    });
  }
}

/** ElastiCache's own key: no content. */
export function isOwnName(
  { bytes, start, end }: Pick<Strings, 'bytes' | 'start' | 'end'>,
  database: number,
): boolean {
  return database === 0 && new TextDecoder('latin1').decode(bytes.subarray(start, end)) === ELASTICACHE_KEY;
}
