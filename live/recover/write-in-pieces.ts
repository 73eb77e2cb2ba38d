import { createHash } from 'node:crypto';
import { elementsOf, hasElements, type RangedBytes, slotOf, type TooBig, typeNameOf } from '@redrill/rdb';
import { type Reply, type RespConnection, ServerRefusal } from '../../adapters/redis/resp-connection.ts';
import { AppError } from '../../core/model/errors.ts';
import { DAY_SECONDS } from '../../core/model/time.ts';
import type { TargetCluster } from './target-cluster.ts';

/** What one command of a value may hold, bytes, about. */
const PIECE_BYTES = 1024 * 1024;
const PIECE_ELEMENTS = 4_096;
/** How long what is unfinished stays if nobody goes on with it, seconds. */
const ABANDONED_SECONDS = DAY_SECONDS;
/** What RENAME answers if there is nothing to rename. */
const NO_KEY = 'ERR no such key';

/** Where a value is read from, and what it is written to. */
export interface WriteContext {
  readonly source: RangedBytes;
  readonly cluster: TargetCluster;
  readonly mode: 'missing' | 'overwrite';
}

interface Way {
  readonly command: string;
  /** The command that says how much there is: elements, of a string bytes. */
  readonly count: string;
  /** How many texts make an element. */
  readonly each: number;
  /** Whether the command wants the second text of an element first. */
  readonly swaps?: true;
  /** Whether the command answers how many elements were not there before. */
  readonly answersNew?: true;
}

/** The commands that add to a value of a type. */
const WAYS: Readonly<Record<string, Way>> = {
  string: { command: 'APPEND', count: 'STRLEN', each: 1 },
  list: { command: 'RPUSH', count: 'LLEN', each: 1 },
  set: { command: 'SADD', count: 'SCARD', each: 1, answersNew: true },
  hash: { command: 'HSET', count: 'HLEN', each: 2, answersNew: true },
  zset: { command: 'ZADD', count: 'ZCARD', each: 2, swaps: true, answersNew: true },
};

/** Streams, values of modules and hashes whose fields expire are not. */
export const canBeInPieces = ({ type, format }: TooBig): boolean =>
  hasElements(type) && WAYS[typeNameOf(type, format)] !== undefined;

/** A value under its temporary name. */
interface Unfinished {
  readonly way: Way;
  readonly name: Uint8Array;
}

/**
 * Builds a value element by element under a name of its own in the same slot, and renames it when it is whole. What an
 * interrupted run has left is begun anew; what nobody goes on with expires after a day.
 *
 * @throws ServerRefusal in the server's own words
 * @throws AppError `TargetFull` if what was written does not stay there until it is whole
 */
export async function writeInPieces(
  connection: RespConnection,
  context: WriteContext,
  big: TooBig,
): Promise<'written' | 'skipped'> {
  const way = WAYS[typeNameOf(big.type, big.format)] as Way;
  const unfinished = { way, name: unfinishedName(big.name) };
  try {
    const whole = await build(connection, context, unfinished, big);
    return await finish(connection, context, { ...unfinished, whole }, big);
  } catch (error) {
    await connection.ask('UNLINK', unfinished.name).catch(() => undefined);
    throw error;
  }
}

/** What expires may be evicted, and the next piece would begin it anew: so it is counted after each. @returns the count */
async function build(
  connection: RespConnection,
  { source, cluster }: WriteContext,
  { way, name }: Unfinished,
  big: TooBig,
): Promise<number> {
  let whole = 0;
  await connection.ask('UNLINK', name);
  for await (const piece of piecesOf(elementsOf(source, big), way)) {
    const [added, , there] = await Promise.all([
      connection.ask(way.command, name, ...piece),
      connection.ask('EXPIRE', name, ABANDONED_SECONDS),
      connection.ask(way.count, name),
    ]);
    whole += way.answersNew ? Number(added) : sizeOf(piece, way);
    if (Number(there) !== whole) throw gone(cluster.name);
  }
  return whole;
}

const sizeOf = (piece: readonly Uint8Array[], { count, each }: Way): number =>
  count === 'STRLEN' ? piece.reduce((sum, { length }) => sum + length, 0) : piece.length / each;

function gone(server: string): AppError {
  return new AppError(
    'TargetFull',
    `${server} lost a large value before it was complete, most likely because its memory is full and it evicts (make room or scale it up, then resume)`,
  );
}

/** Renames what is whole. Were the connection left inside a transaction, all that came next would be queued, and lost. */
async function finish(
  connection: RespConnection,
  context: WriteContext,
  unfinished: Unfinished & { readonly whole: number },
  big: TooBig,
): Promise<'written' | 'skipped'> {
  try {
    return await rename(connection, context, unfinished, big);
  } catch (error) {
    if ((await connection.ask('DISCARD').catch(() => undefined)) !== 'OK') connection.close();
    throw error;
  }
}

/** Expiry and name in one transaction: no moment at which a kill would leave the key to expire. */
async function rename(
  connection: RespConnection,
  { mode, cluster }: WriteContext,
  { way, name, whole }: Unfinished & { readonly whole: number },
  big: TooBig,
): Promise<'written' | 'skipped'> {
  await connection.ask('WATCH', name);
  if (Number(await connection.ask(way.count, name)) !== whole) throw gone(cluster.name);
  await connection.ask('MULTI');
  if (big.expiresAtMs === undefined) await connection.ask('PERSIST', name);
  else await connection.ask('PEXPIREAT', name, big.expiresAtMs);
  await connection.ask(mode === 'overwrite' ? 'RENAME' : 'RENAMENX', name, big.name);
  await connection.ask('UNLINK', name);
  const answers = await execute(connection);
  // Redis 5 does not take an eviction for a change of what is watched, but finds nothing to set an expiry of.
  const [kept, renamed] = answers ?? [0];
  if (kept === 0) throw gone(cluster.name);
  if (kept === 1 && renamed === (mode === 'overwrite' ? 'OK' : 1)) return 'written';
  if (kept === 1 && renamed === 0) return 'skipped';
  if (kept !== 1 || renamed !== NO_KEY) throw new ServerRefusal(String(kept === 1 ? renamed : kept));
  // Its time has come meanwhile, which deletes it: as RESTORE would have, it replaces what is there by nothing.
  if (mode === 'overwrite') await connection.ask('UNLINK', big.name);
  return 'written';
}

/** @returns undefined if what is watched has changed. @throws ServerRefusal which says why nothing was carried out */
async function execute(connection: RespConnection): Promise<readonly Reply[] | undefined> {
  try {
    return (await connection.ask('EXEC')) as readonly Reply[] | undefined;
  } catch (error) {
    if (!(error instanceof ServerRefusal)) throw error;
    throw new ServerRefusal(error.message.replace(/^EXECABORT .* because of: /, ''));
  }
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
): AsyncGenerator<readonly Uint8Array[], void, undefined> {
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
