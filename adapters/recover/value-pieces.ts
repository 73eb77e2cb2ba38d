import { createHash } from 'node:crypto';
import { elementsOf, hasElements, slotOf, type TooBig, typeNameOf } from '../../rdb/index.ts';
import type { Argument } from '../redis/resp-command.ts';
import type { RespConnection } from '../redis/resp-connection.ts';
import type { BigContext } from './big-value.ts';

/** What one command of a value may hold, bytes, about. */
const PIECE_BYTES = 1024 * 1024;
const PIECE_ELEMENTS = 4_096;
/** How long what is unfinished stays if nobody goes on with it, seconds. */
const ABANDONED_SECONDS = 86_400;

interface Way {
  readonly command: string;
  /** How many texts make an element. */
  readonly each: number;
  /** Whether the command wants the second text of an element first. */
  readonly swaps?: true;
}

/** The commands that add to a value of a type. */
const WAYS: Readonly<Record<string, Way>> = {
  string: { command: 'APPEND', each: 1 },
  list: { command: 'RPUSH', each: 1 },
  set: { command: 'SADD', each: 1 },
  hash: { command: 'HSET', each: 2 },
  zset: { command: 'ZADD', each: 2, swaps: true },
};

/** Streams, values of modules and hashes whose fields expire are not. */
export const canBeInPieces = ({ type, format }: TooBig): boolean =>
  hasElements(type) && WAYS[typeNameOf(type, format)] !== undefined;

/**
 * Builds a value element by element under a name of its own in the same slot, and renames it when it is whole. What an
 * interrupted run has left is begun anew; what nobody goes on with expires after a day.
 *
 * @throws ServerRefusal in the server's own words
 */
export async function writeInPieces(
  connection: RespConnection,
  { source, mode }: BigContext,
  big: TooBig,
): Promise<'written' | 'skipped'> {
  const way = WAYS[typeNameOf(big.type, big.format)] as Way;
  const unfinished = unfinishedName(big.name);
  await connection.ask('DEL', unfinished);
  for await (const piece of piecesOf(elementsOf(source, big), way)) {
    await connection.ask(way.command, unfinished, ...piece);
    await connection.ask('EXPIRE', unfinished, ABANDONED_SECONDS);
  }
  return finish(connection, unfinished, big, mode);
}

/** Expiry and name in one transaction: no moment at which a kill would leave the key to expire. */
async function finish(
  connection: RespConnection,
  unfinished: Uint8Array,
  { name, expiresAtMs }: TooBig,
  mode: BigContext['mode'],
): Promise<'written' | 'skipped'> {
  await connection.ask('MULTI');
  if (expiresAtMs === undefined) await connection.ask('PERSIST', unfinished);
  else await connection.ask('PEXPIREAT', unfinished, expiresAtMs);
  await connection.ask(mode === 'overwrite' ? 'RENAME' : 'RENAMENX', unfinished, name);
  const [, renamed] = (await connection.ask('EXEC')) as readonly unknown[];
  if (renamed !== 0) return 'written';
  await connection.ask('UNLINK', unfinished);
  return 'skipped';
}

/** A name that no application has, in the slot of the key. */
export function unfinishedName(name: Uint8Array): Uint8Array {
  const slot = slotOf(name);
  const id = createHash('sha256').update(name).digest('hex').slice(0, 32);
  for (let tag = 0; ; tag++) {
    const candidate = Buffer.from(`redrill-unfinished-${id}-{${tag}}`);
    if (slotOf(candidate) === slot) return candidate;
  }
}

/** Arguments of one command each. */
async function* piecesOf(
  elements: AsyncIterable<Uint8Array>,
  { each, swaps }: Way,
): AsyncGenerator<readonly Argument[], void, undefined> {
  let piece: Uint8Array[] = [];
  let bytes = 0;
  let element: Uint8Array[] = [];
  for await (const text of elements) {
    element.push(text);
    bytes += text.length;
    if (element.length < each) continue;
    piece.push(...(swaps ? element.reverse() : element));
    element = [];
    if (bytes < PIECE_BYTES && piece.length < PIECE_ELEMENTS * each) continue;
    yield piece;
    piece = [];
    bytes = 0;
  }
  if (piece.length > 0) yield piece;
}
