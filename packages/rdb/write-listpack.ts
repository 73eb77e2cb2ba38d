/** https://github.com/antirez/listpack/blob/master/listpack.md */

const HEADER_BYTES = 6;
const END = 0xff;
const encoder = new TextEncoder();

/** Numbers from 0 to 2^31 - 1 in their integer encodings, texts of up to 4,095 bytes as strings. */
export function listpack(values: readonly (string | number)[]): Uint8Array {
  const entries = values.flatMap((value) => {
    const content = typeof value === 'number' ? integer(value) : string(encoder.encode(value));
    return [...content, ...backwards(content.length)];
  });
  const all = new Uint8Array(HEADER_BYTES + entries.length + 1);
  const view = new DataView(all.buffer);
  view.setUint32(0, all.length, true);
  view.setUint16(4, values.length, true);
  all.set(entries, HEADER_BYTES);
  all[all.length - 1] = END;
  return all;
}

function integer(value: number): readonly number[] {
  if (!Number.isInteger(value) || value < 0 || value > 0x7fff_ffff)
    throw new RangeError(`${value} cannot be written into a listpack here; use 0 to 2147483647`);
  if (value < 128) return [value];
  return [0xf3, value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, value >> 24];
}

function string(content: Uint8Array): readonly number[] {
  if (content.length < 64) return [0x80 | content.length, ...content];
  if (content.length < 4096) return [0xe0 | (content.length >> 8), content.length & 0xff, ...content];
  throw new RangeError(
    `a text of ${content.length} bytes cannot be written into a listpack here; use up to 4095`,
  );
}

/** The entry's length, to be read from its end. */
function backwards(length: number): readonly number[] {
  return length < 128 ? [length] : [length >> 7, (length & 127) | 128];
}
