import { RdbError } from './errors.ts';
import { joined } from './joined.ts';

/**
 * A primary that sends a replica its data without a file of its own cannot tell the size beforehand: it announces a
 * random mark of 40 characters (`$EOF:`) and sends it again at the end.
 * @see https://github.com/redis/redis/blob/8.6.3/src/rdb.c `rdbSaveRioWithEOFMark`
 */
const MARK_BYTES = 40;
const MARK = /^[0-9a-f]+$/;

/** What the mark is called in the refusal. */
export const REPLICATION_MARK = 'the mark at the end of a replication stream';

/** The refusal of a file that goes on behind its end at `offset`; `there` is what has arrived of that. */
export function trailingBytes(
  there: readonly Uint8Array[],
  offset: number,
  sizeBytes: number | undefined,
): RdbError {
  const arrived = there.reduce((sum, part) => sum + part.length, 0);
  const first = joined(there.map((part) => part.subarray(0, MARK_BYTES)));
  const all = sizeBytes === undefined ? arrived : sizeBytes - offset;
  const isMark = all === MARK_BYTES && MARK.test(String.fromCharCode(...first.subarray(0, MARK_BYTES)));
  const found = isMark ? `${MARK_BYTES} bytes: ${REPLICATION_MARK}` : `${arrived} bytes or more`;
  return new RdbError('TrailingBytes', offset, `expected the end of the file, found ${found}`);
}
