import type { LiveDigest, LiveKey, RdbFormat } from '@redrill/rdb';
import type { Argument } from './resp-command.ts';
import type { Reply, RespConnection } from './resp-connection.ts';
import { valueSize } from './value-sizes.ts';

/** What asks the server. */
type Caller = Pick<RespConnection, 'call' | 'ask'>;

export interface LargeValue {
  readonly key: Uint8Array;
  readonly live: LiveKey;
  readonly digest: LiveDigest;
  readonly hasFieldExpiry: boolean;
}

/** What one reply may hold, bytes, about. */
const PIECE_BYTES = 1024 * 1024;
/** Elements of one reply at most. */
const PIECE_ELEMENTS = 4_096;
/** What a value is written as for the digest: the plainest of the encodings that RDB files have for its type. */
const FORMAT: RdbFormat = { flavour: 'redis', version: 10 };

/** How to read a type: its plain encoding in RDB files, the command that counts, and the pieces. */
interface Way {
  readonly rdbType: number;
  readonly count: string;
  readonly pieces: (read: Read) => AsyncIterable<readonly Reply[]>;
  /** How many replies make one element. */
  readonly repliesEach: number;
  readonly encode: (element: readonly Uint8Array[]) => readonly Uint8Array[];
}

interface Read {
  readonly call: (command: string, ...rest: readonly Argument[]) => Promise<Reply>;
  readonly count: number;
  /** How many elements to ask for at once. */
  readonly step: number;
}

const WAYS: Readonly<Record<string, Way>> = {
  list: { rdbType: 1, count: 'LLEN', pieces: byRange('LRANGE'), repliesEach: 1, encode: encodeStrings },
  set: { rdbType: 2, count: 'SCARD', pieces: byScan('SSCAN'), repliesEach: 1, encode: encodeStrings },
  hash: { rdbType: 4, count: 'HLEN', pieces: byScan('HSCAN'), repliesEach: 2, encode: encodeStrings },
  zset: {
    rdbType: 5,
    count: 'ZCARD',
    pieces: byRange('ZRANGE', 'WITHSCORES'),
    repliesEach: 2,
    encode: encodeScored,
  },
};

/**
 * Adds a value to the digest by reading it in pieces with the commands of its type: neither the server nor we hold more
 * than a piece. It comes to the same item as its DUMP does.
 *
 * @returns false if only DUMP reads it exactly: streams (delivery times are not told otherwise), values of modules, and
 *   hashes where fields may expire. Also if it is not the same from beginning to end, for it expired or is being moved
 *   within the server's table. Nothing has been added then.
 */
export async function readInPieces(connection: Caller, value: LargeValue): Promise<boolean> {
  const { key, hasFieldExpiry } = value;
  const type = await connection.call('TYPE', key);
  if (type === 'string') return readString(connection, value);
  const way = WAYS[String(type)];
  if (way === undefined || (type === 'hash' && hasFieldExpiry)) return false;
  const count = Number(await connection.call(way.count, key));
  const size = await valueSize(connection, key);
  const step = Math.floor(Math.min(PIECE_ELEMENTS, Math.max(1, (PIECE_BYTES * count) / size)));
  const call: Read['call'] = (command, ...rest) => connection.call(command, key, ...rest);
  return readElements(value, way, { call, count, step });
}

async function readElements({ digest, live }: LargeValue, way: Way, read: Read): Promise<boolean> {
  const begun = digest.begin(live, way.rdbType, FORMAT);
  begun.write(lengthOf(read.count));
  let elements = 0;
  for await (const replies of way.pieces(read)) {
    elements += replies.length / way.repliesEach;
    // One too many, and the announced length would be wrong.
    if (elements > read.count) return false;
    begun.write(Buffer.concat(elementsOf(replies, way).flatMap(way.encode)));
  }
  if (elements !== read.count || elements === 0) return false;
  begun.end();
  return true;
}

function elementsOf(replies: readonly Reply[], { repliesEach }: Way): readonly (readonly Uint8Array[])[] {
  return Array.from({ length: replies.length / repliesEach }, (_, at) =>
    replies.slice(at * repliesEach, (at + 1) * repliesEach).map(bytesOf),
  );
}

async function readString(connection: Caller, { key, live, digest }: LargeValue): Promise<boolean> {
  const size = Number(await connection.call('STRLEN', key));
  const begun = digest.begin(live, 0, FORMAT);
  begun.write(lengthOf(size));
  for (let from = 0; from < size; from += PIECE_BYTES) {
    const piece = bytesOf(await connection.call('GETRANGE', key, from, from + PIECE_BYTES - 1));
    if (piece.length !== Math.min(PIECE_BYTES, size - from)) return false;
    begun.write(piece);
  }
  if (size === 0) return false;
  begun.end();
  return true;
}

/** Elements by their place. */
function byRange(command: string, ...options: readonly string[]): Way['pieces'] {
  return async function* ({ call, count, step }) {
    for (let from = 0; from < count; from += step)
      yield listOf(await call(command, from, from + step - 1, ...options));
  };
}

/** Elements by a scan, which returns each at least once: if as many come as there are, then each came once. */
function byScan(command: string): Way['pieces'] {
  return async function* ({ call, step }) {
    let cursor = '0';
    do {
      const [next, elements] = listOf(await call(command, cursor, 'COUNT', step));
      cursor = new TextDecoder().decode(bytesOf(next));
      yield listOf(elements);
    } while (cursor !== '0');
  };
}

function encodeStrings(element: readonly Uint8Array[]): readonly Uint8Array[] {
  return element.flatMap((part) => [lengthOf(part.length), part]);
}

/** The score as its IEEE 754 bits, least significant byte first. Servers write it so that it reads back as the same. */
function encodeScored([member = new Uint8Array(), score]: readonly Uint8Array[]): readonly Uint8Array[] {
  const bits = new Uint8Array(8);
  new DataView(bits.buffer).setFloat64(0, scoreIn(new TextDecoder().decode(score)), true);
  return [...encodeStrings([member]), bits];
}

function scoreIn(text: string): number {
  if (text === 'inf') return Number.POSITIVE_INFINITY;
  if (text === '-inf') return Number.NEGATIVE_INFINITY;
  return Number(text);
}

/** A length as RDB files write it. */
function lengthOf(length: number): Uint8Array {
  const bytes = Buffer.alloc(9);
  if (length < 0x40) return bytes.subarray(0, bytes.writeUInt8(length));
  if (length < 0x4000) return bytes.subarray(0, bytes.writeUInt16BE(0x4000 | length));
  if (length < 2 ** 32) return bytes.subarray(0, bytes.writeUInt32BE(length, bytes.writeUInt8(0x80)));
  return bytes.subarray(0, bytes.writeBigUInt64BE(BigInt(length), bytes.writeUInt8(0x81)));
}

const listOf = (reply: Reply): readonly Reply[] => (Array.isArray(reply) ? reply : []);

function bytesOf(reply: Reply): Uint8Array {
  return reply instanceof Uint8Array ? reply : new Uint8Array();
}
