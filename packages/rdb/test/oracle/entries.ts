/** What a file is made of: keys, and what lies between them. */
import { ELASTICACHE_KEY, Opcode } from '../../format.ts';
import { type Cursor, type Text, textFrom } from './cursor.ts';
import { type Part, readParts } from './modules.ts';
import { type RdbFormat, typeOf } from './read-value.ts';
import { damaged, unsupported } from './refusal.ts';

/** What is said of a key before it. */
interface Announced {
  readonly expiresAtMs?: bigint;
  /** Seconds since it was last used. */
  readonly idle?: bigint;
  /** How often it is used, as the server counts it. */
  readonly frequency?: number;
}

export type KeyEntry = ReturnType<typeof readKey> & Announced & { readonly database: number };
export type Entry =
  | KeyEntry
  | { readonly kind: 'aux'; readonly name: Buffer; readonly value: Buffer }
  | { readonly kind: 'library'; readonly code: Text }
  | { readonly kind: 'module'; readonly parts: readonly Part[] }
  | { readonly kind: 'import'; readonly slots: readonly number[] };

const HEADER = /^(?:(REDIS)(\d{4})|VALKEY(\d{3}))$/;
/** A file that Valkey 9.2 has compressed as a whole. */
const COMPRESSED = /^V(K)?CS/;
const LAST_SLOT = 16_383;
const NODE_NAME_BYTES = 40;

export function readHeader(cursor: Cursor): RdbFormat {
  const text = cursor.take(9).toString('latin1');
  if (COMPRESSED.test(text)) unsupported('a compressed file');
  const [, redis, digits, valkeyDigits] = HEADER.exec(text) ?? damaged(`the header ${text}`);
  return checkedFormat({ flavour: redis ? 'redis' : 'valkey', version: Number(digits ?? valkeyDigits) });
}

/** Redis up to 8.6, and Valkey 9.0 and 9.1. Valkey 7.2 and 8 write files of Redis. */
export function checkedFormat(format: RdbFormat): RdbFormat {
  const { flavour, version } = format;
  const isKnown = flavour === 'redis' ? version >= 1 && version <= 13 : version === 80;
  return isKnown ? format : unsupported(`RDB ${version} of ${flavour}`);
}

/** Reads on from the header to the end mark. */
export function* entriesOf(cursor: Cursor, format: RdbFormat): Generator<Entry, void, undefined> {
  let database = 0;
  let announced: Announced | undefined;
  for (;;) {
    const opcode = cursor.unsigned(1);
    const more = ANNOUNCEMENTS[opcode]?.(cursor);
    if (more) {
      announced = { ...announced, ...more };
    } else if (opcode < Opcode.slotImport) {
      yield { ...readKey(cursor, opcode, format), database, ...announced };
      announced = undefined;
    } else {
      // KeyDB writes AUX fields between what it says of a key and the key.
      if (announced && opcode !== Opcode.aux) damaged(`opcode ${opcode} in place of a key`);
      if (opcode === Opcode.endOfFile) return;
      const entry = OTHERS[opcode]?.(cursor, format);
      if (entry) yield entry;
      if (opcode === Opcode.selectDatabase) database = databaseOf(cursor.integer());
    }
  }
}

const ANNOUNCEMENTS: Readonly<Record<number, (cursor: Cursor) => Announced>> = {
  [Opcode.expireTimeMs]: (cursor) => ({ expiresAtMs: since1970(cursor.signed(8)) }),
  [Opcode.expireTime]: (cursor) => ({ expiresAtMs: since1970(cursor.signed(4) * 1000n) }),
  [Opcode.idle]: (cursor) => ({ idle: cursor.integer() }),
  [Opcode.frequency]: (cursor) => ({ frequency: cursor.unsigned(1) }),
};

const since1970 = (ms: bigint): bigint => (ms >= 0n ? ms : damaged('an expiry before 1970'));
const databaseOf = (number: bigint): number =>
  number < 2n ** 31n ? Number(number) : damaged(`database ${number}`);

function once<T>(work: () => T): () => T {
  let done: { readonly value: T } | undefined;
  return () => {
    done ??= { value: work() };
    return done.value;
  };
}

function readKey(cursor: Cursor, number: number, format: RdbFormat) {
  const type = typeOf(number, format);
  const from = cursor.at - 1;
  const name = cursor.text();
  const valueFrom = cursor.at;
  const { isEmpty, content } = type.read(cursor);
  const value = { isEmpty, content: once(content) };
  return { kind: 'key', number, type, name, value, from, valueFrom, to: cursor.at } as const;
}

/** Whether it is what ElastiCache writes into its clusters, which is no content. */
export const isOwn = ({ number, database, name }: KeyEntry): boolean =>
  number === 0 &&
  database === 0 &&
  name.length === ELASTICACHE_KEY.length &&
  name.bytes().toString('latin1') === ELASTICACHE_KEY;

const OTHERS: Readonly<Record<number, (cursor: Cursor, format: RdbFormat) => Entry | undefined>> = {
  [Opcode.aux]: (cursor) => ({ kind: 'aux', name: cursor.text().bytes(), value: cursor.text().bytes() }),
  [Opcode.function2]: (cursor) => ({ kind: 'library', code: cursor.text() }),
  [Opcode.functionPreGa]: (cursor) => ({ kind: 'library', code: readOldLibrary(cursor) }),
  [Opcode.moduleAux]: readModuleAux,
  [Opcode.slotImport]: (cursor, { flavour }) =>
    flavour === 'valkey' ? readSlotImport(cursor) : unsupported('what a module keeps about a key'),
  [Opcode.resizeDatabase]: (cursor) => skipIntegers(cursor, 2),
  [Opcode.slotInfo]: (cursor) => skipIntegers(cursor, 3),
};

function skipIntegers(cursor: Cursor, count: number): undefined {
  for (let left = count; left > 0; left--) cursor.integer();
}

/** Redis 7.0 RC: name and engine were not in the code, where servers put them. */
function readOldLibrary(cursor: Cursor): Text {
  const [name, engine] = [cursor.text().bytes(), cursor.text().bytes()];
  const hasDescription = cursor.integer() !== 0n;
  if (hasDescription) cursor.text();
  const first = [Buffer.from('#!'), engine, Buffer.from(' name='), name, Buffer.from('\n')];
  return textFrom(Buffer.concat([...first, cursor.text().bytes()]));
}

/** What a module keeps beside all keys: its id, when it is to be loaded as an unsigned integer, and parts. */
function readModuleAux(cursor: Cursor): Entry {
  const [, kind] = [cursor.integer(), cursor.integer(), cursor.integer()];
  return kind === 2n
    ? { kind: 'module', parts: readParts(cursor) }
    : damaged('when a module is to be loaded');
}

/** Valkey 9: slots that are on their way to this node. */
function readSlotImport(cursor: Cursor): Entry {
  if (cursor.text().length !== NODE_NAME_BYTES) damaged('the name of a slot import');
  const ranges = cursor.many(() => [Number(cursor.integer()), Number(cursor.integer())] as const);
  const slotsOf = ([first, last]: readonly [number, number]) =>
    first <= last && last <= LAST_SLOT
      ? Array.from({ length: last - first + 1 }, (_, index) => first + index)
      : damaged(`slots ${first} to ${last}`);
  return { kind: 'import', slots: ranges.flatMap(slotsOf) };
}
