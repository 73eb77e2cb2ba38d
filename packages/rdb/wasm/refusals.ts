import { RdbError, type RdbErrorCode } from '../errors.ts';
import { KEY_TYPES, type RdbFormat, unknownOpcode, unknownVersion } from '../format.ts';
import * as R from './assembly/refusals.ts';
import { EXPECTED } from './expected.ts';

/** What the words of a refusal take from the core. */
interface Core {
  readonly calls: { report(): void; reportPacked(): void };
  latin1(at: number, size: number): string;
  exact(index: number): bigint;
  double(index: number): number;
  reported(index: number): number;
}

/** What the core passes when it gives up. */
export interface Refusal {
  readonly core: Core;
  readonly refusal: number;
  readonly offset: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

type Words = (refusal: Refusal) => string;

/** The codes of packed values, by the core's numbers of their kinds. */
const PACKED_CODES: readonly RdbErrorCode[] = ['BadListpack', 'BadZiplist', 'BadIntset', 'BadZipmap'];
const MAX_LENGTH = 2 ** 40;
const HEADER_BYTES = 9;
/** Quoted integers start at this number of the report. */
const QUOTED = 2;
const ENVELOPES = ['VKCS', 'VCS'];

const hex = (value: number): string => `0x${value.toString(16)}`;
const what = (id: number): string => EXPECTED[id] ?? 'something else';
const quotedId = (core: Core, index: number): string =>
  `${core.exact(QUOTED + index)}-${core.exact(QUOTED + index + 1)}`;

function formatIn(core: Core): RdbFormat {
  core.calls.report();
  return { version: core.reported(7), flavour: core.reported(6) === 1 ? 'valkey' : 'redis' };
}

function formatOf(core: Core): string {
  const { version, flavour } = formatIn(core);
  return `RDB ${version} of ${flavour}`;
}

function tooLong({ a, b, c }: Refusal): string {
  const bound = Number.isFinite(c) ? `${c} bytes are left` : `the limit is ${MAX_LENGTH}`;
  return `expected ${what(a)}, found ${b}, but ${bound}`;
}

/** What a value has that may come once only: by the digest's number of its type; 2 are the groups of a stream. */
function memberOf(keyType: number, kind: number): string {
  if (KEY_TYPES[keyType] === 'stream') return kind === 2 ? 'group' : 'consumer of a group';
  return KEY_TYPES[keyType] === 'hash' ? 'field' : 'member';
}

const WORDS: Readonly<Record<number, readonly [RdbErrorCode, Words]>> = {
  [R.BAD_VERSION]: [
    'UnsupportedVersion',
    ({ a, b }) => unknownVersion({ version: a, flavour: b === 1 ? 'valkey' : 'redis' }),
  ],
  [R.BAD_TYPE]: [
    'UnsupportedType',
    ({ core, a }) => `expected a type of value that ${formatOf(core)} has, found ${a}`,
  ],
  [R.BAD_OPCODE_FOR_FORMAT]: ['UnsupportedOpcode', ({ core, a }) => unknownOpcode(a, formatIn(core))],
  [R.TOO_LARGE]: [
    'UnsupportedSize',
    ({ a, b, c }) => `expected ${what(a)} of at most ${b} bytes, found ${c}`,
  ],
  [R.NAMES_TOO_LARGE]: [
    'UnsupportedSize',
    ({ a }) => `expected field names of at most ${a} bytes in a node of a stream, found more`,
  ],
  [R.BAD_CHECKSUM]: [
    'BadChecksum',
    ({ core }) =>
      `expected CRC-64 ${core.exact(QUOTED).toString(16)} of all bytes before, found ${core.exact(QUOTED + 1).toString(16)}`,
  ],
  [R.DUPLICATE_KEY]: ['DuplicateKey', () => 'expected every key of a database once, found one again'],
  [R.DUPLICATE_MEMBER]: [
    'DuplicateMember',
    ({ a, b }) => `expected every ${memberOf(a, b)} once, found one twice`,
  ],
  [R.BAD_LENGTH_ENCODING]: ['BadLength', ({ a }) => `expected a length encoding, found ${hex(a)}`],
  [R.LENGTH_IS_STRING]: ['BadLength', ({ a, b }) => `expected ${what(a)}, found string encoding ${b}`],
  [R.LENGTH_BEYOND]: ['BadLength', tooLong],
  [R.BAD_DATABASE]: ['BadLength', ({ a, b }) => `expected a database number of at most ${a}, found ${b}`],
  [R.BAD_IMPORT_NAME]: ['BadLength', ({ a, b }) => `expected a name of ${a} bytes, found ${b}`],
  [R.IMPORT_RANGE]: [
    'BadLength',
    ({ a, b }) => `expected hash slots in order, up to 16383, found ${a} to ${b}`,
  ],
  [R.PRODUCER_LIMIT]: [
    'BadStream',
    ({ a, b, c }) => `expected a limit of 1 to ${a} for ${what(b)}, found ${c}`,
  ],
  [R.EXPECTED_KEY]: ['BadOpcode', ({ a }) => `expected a key, found opcode ${a}`],
  [R.BAD_STRING_ENCODING]: ['BadString', ({ a }) => `expected a string encoding of 0 to 3, found ${a}`],
  [R.LZF_IMPOSSIBLE]: [
    'BadLzf',
    ({ a, b }) => `expected lengths that LZF can have, found ${a} bytes for ${b}`,
  ],
  [R.LZF_TOO_MUCH]: ['BadLzf', ({ a }) => `expected LZF data for ${a} bytes, found more than that`],
  [R.LZF_TOO_FAR]: [
    'BadLzf',
    ({ a, b, c }) => `expected LZF data for ${a} bytes, found a reference ${b} bytes back, after ${c} bytes`,
  ],
  [R.LZF_CUT_SHORT]: [
    'BadLzf',
    ({ a, b }) => `expected LZF data for ${a} bytes, found an item cut short after ${b} bytes`,
  ],
  [R.LZF_TOO_LITTLE]: ['BadLzf', ({ a, b }) => `expected LZF data for ${a} bytes, found ${b} bytes`],
  [R.BAD_CONTAINER]: ['BadQuicklist', ({ a }) => `expected a container of 1 or 2, found ${a}`],
  [R.EMPTY_NODE]: ['BadQuicklist', () => 'expected an element in a node of its own, found none'],
  [R.FIELD_EXPIRY_BEYOND]: ['BadExpiry', ({ a, b }) => `expected at most ${a} ms, found ${b}`],
  [R.NEGATIVE_EXPIRY]: ['BadExpiry', () => 'expected an expiry since 1970, found a negative one'],
  [R.NODE_ID_SIZE]: ['BadStream', ({ a }) => `expected a node ID of 16 bytes, found ${a}`],
  [R.NODE_ENTRIES]: [
    'BadStream',
    ({ core, a, b, c }) =>
      `expected ${a} entries and ${b} deleted ones, found ${c} and ${core.double(QUOTED)}`,
  ],
  [R.NODE_ORDER]: [
    'BadStream',
    ({ core }) => `expected the ID of a node after ${quotedId(core, 0)}, found ${quotedId(core, 2)}`,
  ],
  [R.PENDING_ORDER]: [
    'BadStream',
    ({ core }) => `expected a pending ID after ${quotedId(core, 0)}, found ${quotedId(core, 2)}`,
  ],
  [R.STREAM_ORDER]: [
    'BadStream',
    ({ core }) => `expected an ID after ${quotedId(core, 0)}, found ${quotedId(core, 2)}`,
  ],
  [R.STREAM_LENGTH]: ['BadStream', ({ core }) => `expected ${core.exact(QUOTED)} entries, found no node`],
  [R.STREAM_LAST_ID]: [
    'BadStream',
    ({ core }) => `expected no ID after ${quotedId(core, 0)}, found ${quotedId(core, 2)}`,
  ],
  [R.STREAM_OWNERS]: [
    'BadStream',
    ({ a, b }) => `expected ${a} pending entries among the consumers, found ${b} or other ones`,
  ],
  [R.MODULE_PART]: ['BadModule', ({ a }) => `expected a part of a module value, 0 to 5, found ${a}`],
  [R.VECTOR_SET]: ['BadModule', ({ a, b }) => `expected part ${a} of a vector set, found ${b}`],
  [R.MODULE_WHEN]: ['BadModule', ({ a, b }) => `expected ${a} before when to load, found ${b}`],
  [R.SCORE_NAN]: ['BadScore', () => 'expected a number, found NaN'],
  [R.SCORE_TEXT]: [
    'BadScore',
    ({ core, a, b }) => `expected a number, found ${JSON.stringify(core.latin1(a, b))}`,
  ],
  [R.SCORE_TOO_LONG]: ['BadScore', ({ a, b }) => `expected at most ${a} bytes, found ${b}`],
};

const TOTAL: Words = ({ a, b }) => `expected a total of ${a} bytes, found ${b}`;

/** Inside a packed value: the code depends on its kind, and the place in it is added. */
const PACKED_WORDS: Readonly<Record<number, Words>> = {
  [R.PACKED_TOO_SHORT]: ({ a, b }) => `expected at least ${a} bytes, found ${b}`,
  [R.PACKED_TOTAL]: TOTAL,
  [R.PACKED_END_MARK]: () => 'expected the end mark in the last byte',
  [R.PACKED_BEYOND_END]: () => 'expected an entry that ends before the end mark',
  [R.PACKED_COUNT]: ({ a, b }) => `expected ${a} elements, found ${b}`,
  [R.PACKED_ENCODING]: ({ a }) => `expected an entry encoding, found ${hex(a)}`,
  [R.PACKED_BACKWARD_LENGTH]: ({ a }) => `expected a backward length of ${a}`,
  [R.PACKED_BACKWARD_LENGTH_FOUND]: ({ a, b }) => `expected a backward length of ${a}, found ${b}`,
  [R.PACKED_PREVIOUS_LENGTH]: ({ a, b }) => `expected a previous length of ${a}, found ${b}`,
  [R.PACKED_LAST_ELEMENT]: ({ a, b }) => `expected the last element at ${a}, found ${b}`,
  [R.PACKED_MISSING]: ({ a }) => `expected ${what(a)}, found the end of the blob`,
  [R.PACKED_NOT_INTEGER]: ({ a }) => `expected ${what(a)}, found a string`,
  [R.PACKED_MASTER_END]: ({ a }) => `expected 0 at the end of the master entry, found ${a}`,
  [R.PACKED_FLAGS]: ({ a }) => `expected flags of 0 to 3, found ${a}`,
  [R.PACKED_ENTRY_LENGTH]: ({ a, b }) => `expected an entry of ${a} elements, found ${b}`,
  [R.PACKED_EMPTY]: ({ a }) => `expected ${what(a)}, found none`,
  [R.PACKED_EXPIRY_ORDER]: () => 'expected fields in the order in which they expire',
  [R.PACKED_NEGATIVE]: ({ a }) => `expected a number of fields, found ${a}`,
  [R.INTSET_WIDTH]: ({ a }) => `expected integers of 2, 4 or 8 bytes, found ${a}`,
  [R.INTSET_SIZE]: ({ a, b }) => `expected ${a} bytes, found ${b}`,
  [R.INTSET_ORDER]: () => 'expected integers in ascending order',
  [R.ZIPMAP_NO_VALUE]: () => 'expected a value for the last field',
  [R.ZIPMAP_COUNT]: ({ a, b }) => `expected ${a} fields, found ${b}`,
  [R.ZIPMAP_LONG_LENGTH]: ({ a }) => `expected the length ${a} in one byte, found it in five`,
  [R.ZIPMAP_NO_LENGTH]: () => 'expected a length, found the end mark',
};

/** Puts a refusal of the core into words. */
export function refusalOf(refusal: Refusal): RdbError {
  const { offset } = refusal;
  if (refusal.refusal === R.BAD_MAGIC) return badMagic(refusal);
  const known = WORDS[refusal.refusal];
  if (known) return new RdbError(known[0], offset, known[1](refusal));
  return refusalOfPacked(refusal);
}

function refusalOfPacked(refusal: Refusal): RdbError {
  const { core, offset } = refusal;
  const detail = PACKED_WORDS[refusal.refusal]?.(refusal) ?? 'expected something else';
  core.calls.reportPacked();
  const code = PACKED_CODES[core.reported(0)] ?? 'BadListpack';
  const where = `${core.reported(1)} bytes into the ${core.reported(2)} of the blob, element ${core.reported(3)}`;
  return new RdbError(code, offset, `${detail} (${where})`);
}

function badMagic({ core, a }: Refusal): RdbError {
  const header = core.latin1(a, HEADER_BYTES);
  if (ENVELOPES.some((magic) => header.startsWith(magic))) {
    const detail = 'expected an RDB file, found one inside the compression envelope of Valkey 9.2 or later';
    return new RdbError('UnsupportedVersion', 0, detail);
  }
  const detail = `expected a file that begins with REDISnnnn or VALKEYnnn, found ${JSON.stringify(header)}`;
  return new RdbError('BadMagic', 0, detail);
}
