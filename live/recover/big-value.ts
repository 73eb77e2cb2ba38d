import { Crc64, LiveDigest, MAX_PAYLOAD_BYTES, type TooBig, typeNameOf } from '@redrill/rdb';
import { readInPieces } from '../../adapters/redis/read-in-pieces.ts';
import { encodeStart } from '../../adapters/redis/resp-command.ts';
import { type RespConnection, ServerRefusal } from '../../adapters/redis/resp-connection.ts';
import { atSlotOwner, type How } from './at-slot-owner.ts';
import type { Lane } from './lane.ts';
import type { RefusedItem } from './progress.ts';
import { codeOf, notOk, PASSING, REDIRECTS, refusedKey, STOPS } from './refusals.ts';
import { refusedBy, textOf } from './server-facts.ts';
import { canBeInPieces, type WriteContext, writeInPieces } from './write-in-pieces.ts';

/** Values up to here are sent in batches, from memory. A larger one goes alone, and is read again from the file. */
export const BIG_BYTES = 2 * 1024 * 1024;

/** Larger values go in pieces, for a server does nothing else while it takes a value in. */
export const PIECES_FROM_BYTES = 64 * 1024 * 1024;

export interface BigContext extends WriteContext {
  readonly database: number;
  readonly signal: AbortSignal;
  /** How long it may wait in all for the slot, ms. */
  readonly patienceMs: number;
  /** Whether an earlier run may have written it. */
  readonly mayBeOwn: boolean;
  /** Called before any of it is sent to be written. */
  readonly onSending?: (lane: Lane) => void;
  /** @default {@link PIECES_FROM_BYTES} */
  readonly piecesFromBytes?: number;
}

const VERSION_BYTES = 2;

/**
 * Writes a value that is too large for a batch: with one RESTORE that is read from the file as it is sent, or piece by
 * piece. Begun anew when the connection is lost or the slot moves.
 * @throws AppError as the batches do
 */
export async function writeBig(
  context: BigContext,
  big: TooBig,
): Promise<'written' | 'skipped' | RefusedItem> {
  const type = typeNameOf(big.type, big.format);
  const named = { database: context.database, key: big.name, type };
  if (big.sizeBytes <= BIG_BYTES) return refusedKey(named, 'its name is longer than 1 MiB', 'TOO_BIG');
  const inPieces = big.sizeBytes > (context.piecesFromBytes ?? PIECES_FROM_BYTES) && canBeInPieces(big);
  if (!inPieces && big.sizeBytes > MAX_PAYLOAD_BYTES) {
    const why = `its payload of ${big.sizeBytes} bytes is larger than a command may be, and a ${type} is not written in pieces`;
    return refusedKey(named, why, 'TOO_BIG');
  }
  try {
    return await atSlotOwner(context, big.name, (lane, how) =>
      attempt({ ...context, inPieces, ...how }, lane, big),
    );
  } catch (error) {
    if (!(error instanceof ServerRefusal)) throw error;
    const code = codeOf(error.message);
    if (code === 'BUSYKEY') return 'skipped';
    if (STOPS.has(code) || PASSING.has(code) || REDIRECTS.has(code))
      throw refusedBy(context.cluster.name, error.message);
    return refusedKey(named, error.message, code);
  }
}

type Context = BigContext & How & { readonly inPieces: boolean };

async function attempt(context: Context, lane: Lane, big: TooBig): Promise<'written' | 'skipped'> {
  const { database, mode, mayBeOwn, asking, inPieces } = context;
  return lane.exclusively(database, async (connection) => {
    const ask = asking ? askingEach(connection) : connection.ask.bind(connection);
    // Asked in any mode: a slot that is somewhere else says so before a large value is sent in vain.
    const isThere = Number(await ask('EXISTS', big.name)) === 1;
    if (isThere && mode === 'missing')
      return mayBeOwn && (await isAsInFile(ask, context, big)) ? 'written' : 'skipped';
    // Commands about two keys need their slot to be in one place.
    if (inPieces && asking) throw new ServerRefusal('TRYAGAIN the slot is being moved');
    lane.noteSending();
    context.onSending?.(lane);
    if (inPieces) return writeInPieces(connection, context, big);
    if (asking) connection.ask('ASKING').catch(() => undefined);
    return restoreFromFile(connection, context, big);
  });
}

type Ask = RespConnection['ask'];

const askingEach =
  (connection: RespConnection): Ask =>
  async (...command) => {
    connection.ask('ASKING').catch(() => undefined);
    return connection.ask(...command);
  };

/** One RESTORE, of which no more than a chunk is ever held. */
async function restoreFromFile(
  connection: RespConnection,
  context: BigContext,
  big: TooBig,
): Promise<'written'> {
  const crc = new Crc64('jones');
  try {
    await sendValue(connection, context, big, crc);
  } catch (error) {
    // It would take what comes next for the rest of the value.
    connection.close();
    throw error;
  }
  const footer = Buffer.alloc(VERSION_BYTES + 8);
  footer.writeUInt16LE(big.format.version);
  crc.update(footer.subarray(0, VERSION_BYTES));
  footer.writeBigUInt64LE(crc.digest(), VERSION_BYTES);
  const options = [
    ...(context.mode === 'overwrite' ? ['REPLACE'] : []),
    ...(big.expiresAtMs === undefined ? [] : ['ABSTTL']),
  ];
  const tail = options.map((word) => `$${word.length}\r\n${word}\r\n`).join('');
  const answer = await connection.askWith(Buffer.concat([footer, Buffer.from(`\r\n${tail}`)]));
  if (answer === 'OK') return 'written';
  connection.close();
  throw notOk(`'${textOf(answer)}'`);
}

/** The command up to the end of the value's own bytes. */
async function sendValue(
  connection: RespConnection,
  { source, mode }: BigContext,
  big: TooBig,
  crc: Crc64,
): Promise<void> {
  const type = Uint8Array.of(big.type);
  crc.update(type);
  await connection.sendPart(headOf(big, mode));
  await connection.sendPart(type);
  for await (const chunk of source.read(big.valueOffset, big.valueOffset + big.valueBytes)) {
    crc.update(chunk);
    // The socket may keep it beyond the next one.
    await connection.sendPart(chunk.slice());
  }
}

/** Up to the length of the payload. */
function headOf(big: TooBig, mode: BigContext['mode']): Uint8Array {
  const options = (mode === 'overwrite' ? 1 : 0) + (big.expiresAtMs === undefined ? 0 : 1);
  const expiry = String(big.expiresAtMs ?? 0);
  // One less than it says, so that the number of words comes out right.
  const start = Buffer.from(encodeStart('RESTORE'))
    .toString('latin1')
    .replace(/^\*2/, `*${4 + options}`);
  return Buffer.concat([
    Buffer.from(`${start}$${big.name.length}\r\n`, 'latin1'),
    big.name,
    Buffer.from(`\r\n$${expiry.length}\r\n${expiry}\r\n$${big.sizeBytes}\r\n`),
  ]);
}

/** As own-writes.ts, for a value that is not held. */
async function isAsInFile(ask: Ask, { source, database }: BigContext, big: TooBig): Promise<boolean> {
  const expiry = await ask('PEXPIRETIME', big.name).catch(unlessUnknown);
  if (expiry !== undefined && Number(expiry) !== (big.expiresAtMs ?? -1)) return false;
  const [inFile, there] = [new LiveDigest(), new LiveDigest()];
  try {
    const live = { database, name: nameHashOf(inFile, big.name), expiresAtMs: undefined };
    const value = inFile.begin(live, big.type, big.format);
    for await (const chunk of source.read(big.valueOffset, big.valueOffset + big.valueBytes))
      value.write(chunk);
    value.end();
    const large = { key: big.name, live, digest: there, hasFieldExpiry: true };
    if (!(await readInPieces({ call: ask, ask }, large))) {
      const payload = await ask('DUMP', big.name);
      if (!(payload instanceof Uint8Array)) return false;
      there.add(live, payload);
    }
    return inFile.digest().total === there.digest().total;
  } finally {
    inFile.close();
    there.close();
  }
}

/** Before Redis 7.0 there is no such command. */
function unlessUnknown(error: unknown): undefined {
  if (!(error instanceof ServerRefusal) || error.code !== 'ERR') throw error;
}

function nameHashOf(digest: LiveDigest, name: Uint8Array): Uint32Array {
  const hash = new Uint32Array(4);
  digest.hashName(name, hash);
  return hash;
}
