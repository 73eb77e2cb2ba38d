import { type RdbError, RdbReader } from '@redrill/rdb';
import type { StoredObject } from '../../core/contracts/recovery-point.ts';
import { AppError } from '../../core/model/errors.ts';
import { comparedAgain, deepReader, type Judgement, judge } from '../../live/soundness.ts';
import { counted, grouped } from '../terminal/figures.ts';
import type { ProgressBar } from '../terminal/progress.ts';
import { quoted } from '../terminal/shell.ts';
import type { Input } from './input.ts';
import { BEGINNING_BYTES, beginsAof, looksLike } from './look-alikes.ts';
import { openInput } from './open-input.ts';
import type { Verification } from './verification.ts';

export interface ReadOptions {
  readonly structural?: true;
  readonly names?: true;
  /** Of an object: the version to read. @default the current one */
  readonly version?: Pick<StoredObject, 'versionId' | 'etag'> | undefined;
}

export interface VerifyOptions extends ReadOptions {
  readonly json?: true;
  readonly load?: true;
  /** A server program for `load`. */
  readonly server?: string;
  /** The file that was deployed: where the vault is. */
  readonly config?: string;
}

/**
 * Reads a file to its end, or to what is wrong with it.
 * @throws AppError `UnreadableFile`, `NotRdb`, and what S3 refuses with
 */
export async function read(name: string, options: ReadOptions, bar: ProgressBar): Promise<Verification> {
  const input = await openInput(name, options.version);
  const { sizeBytes } = input;
  const depth = options.structural ? 'structural' : 'deep';
  const reading = {
    ...(sizeBytes === undefined ? {} : { sizeBytes }),
    ...(options.names ? { namesBiggest: true as const } : {}),
  };
  const reader = options.structural ? new RdbReader({ ...reading, depth }) : deepReader(reading);
  const startedAt = performance.now();
  const first = await outcomeOf(name, input, reader, (bytes) => {
    const elapsedMs = performance.now() - startedAt;
    bar.update(elapsedMs, () => ({ bytes, sizeBytes, seconds: elapsedMs / 1000, keys: reader.counts.keys }));
  });
  const feedAgain = (again: RdbReader) => input.feed(again, () => undefined);
  const outcome = sizeBytes === undefined ? first : await comparedAgain(first, feedAgain);
  const seconds = Math.round(performance.now() - startedAt) / 1000;
  return { name, depth, sizeBytes, seconds, ...outcome };
}

async function outcomeOf(
  name: string,
  input: Input,
  reader: RdbReader,
  onBytes: (bytes: number) => void,
): Promise<Judgement> {
  const beginning: number[] = [];
  let bytes = 0;
  const judgement = await judge(reader, () =>
    input.feed(reader, (piece) => {
      if (beginning.length < BEGINNING_BYTES) beginning.push(...piece.subarray(0, BEGINNING_BYTES));
      bytes += piece.length;
      onBytes(bytes);
    }),
  );
  if (judgement.verdict !== 'sound') refuseOther(name, judgement.error, Uint8Array.from(beginning), reader);
  return judgement;
}

/** @throws AppError `NotRdb` if the file is of another kind, so that there is nothing to judge */
function refuseOther(name: string, error: RdbError, beginning: Uint8Array, { counts }: RdbReader): void {
  if (error.code === 'BadMagic') {
    const what = looksLike(beginning, name);
    if (what !== undefined) throw new AppError('NotRdb', `${name} is not an RDB file: ${what}`);
  }
  if (error.code === 'TrailingBytes' && beginsAof(counts)) {
    throw new AppError(
      'NotRdb',
      `${name} is an append-only file (AOF) that begins with an RDB file of ${grouped(error.offset)} bytes, ` +
        `${counted(counts.keys, 'key')}; the commands behind it are not verified. Check them with redis-check-aof; ` +
        `see what the RDB file holds with: head -c ${error.offset} ${quoted(name)} | npx redrill verify -`,
    );
  }
}
