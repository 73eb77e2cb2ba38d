import { damaged } from './refusal.ts';

/** From here on a control byte refers back; below, literal bytes follow. */
const FIRST_REFERENCE = 32;
/** The three bits of a run's length that say "more in the next byte". */
const LONG_RUN = 7;

/** Unpacks what must come to exactly `length` bytes. */
export function unpackLzf(packed: Buffer, length: number): Buffer {
  const out = Buffer.alloc(length);
  let size = 0;
  let at = 0;
  const next = (): number => packed[at++] ?? damaged('LZF that is cut off');
  const put = (byte: number): void => {
    if (size === length) damaged(`LZF of more than ${length} bytes`);
    out[size++] = byte;
  };
  while (at < packed.length) {
    const control = next();
    if (control < FIRST_REFERENCE) {
      for (let left = control + 1; left > 0; left--) put(next());
      continue;
    }
    const run = control >> 5;
    const runBytes = 2 + (run === LONG_RUN ? run + next() : run);
    const back = (((control & 0x1f) << 8) | next()) + 1;
    if (back > size) damaged('LZF that refers to before its beginning');
    // One by one, for what is copied may be copied again.
    for (let left = runBytes; left > 0; left--) put(out.readUInt8(size - back));
  }
  return size === length ? out : damaged(`LZF of ${size} bytes instead of ${length}`);
}
