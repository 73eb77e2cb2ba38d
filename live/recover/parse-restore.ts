import { slotOf } from '@redrill/rdb';

/** `*5\r\n$7\r\nRESTORE\r\n`, with any digit for the 5: no RESTORE has ten words. */
const HEAD_BYTES = 17;
const ZERO = 0x30;
const CARRIAGE_RETURN = 0x0d;
const LINE_END_BYTES = 2;

/** Where a word of a command begins and ends. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** The word whose length stands at `at`. */
function wordAt(bytes: Uint8Array, at: number): Span {
  let length = 0;
  let end = at + 1;
  for (; bytes[end] !== CARRIAGE_RETURN; end++) length = length * 10 + (bytes[end] ?? 0) - ZERO;
  const from = end + LINE_END_BYTES;
  return { from, to: from + length };
}

/** The hash slot of the key of the RESTORE that begins at `from`. */
export function slotOfRestore(bytes: Uint8Array, from: number): number {
  const key = wordAt(bytes, from + HEAD_BYTES);
  return slotOf(bytes, key.from, key.to);
}

/** What a RESTORE writes. */
export interface Restored {
  readonly key: Uint8Array;
  readonly payload: Uint8Array;
  readonly expiresAtMs: number | undefined;
}

/** Takes a RESTORE apart. */
export function readRestore(command: Uint8Array): Restored {
  const key = wordAt(command, HEAD_BYTES);
  const expiry = wordAt(command, key.to + LINE_END_BYTES);
  const payload = wordAt(command, expiry.to + LINE_END_BYTES);
  const expiresAtMs = Number(Buffer.from(command.subarray(expiry.from, expiry.to)).toString('latin1'));
  return {
    key: command.subarray(key.from, key.to),
    payload: command.subarray(payload.from, payload.to),
    expiresAtMs: expiresAtMs === 0 ? undefined : expiresAtMs,
  };
}
