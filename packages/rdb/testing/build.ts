/** Builds RDB bytes by hand, for encodings that no server at hand writes any more, or not yet. */
import { Crc64, RdbReader, type RdbReaderOptions, type RdbSummary } from '../index.ts';

const encoder = new TextEncoder();
export type Part = Uint8Array | readonly number[] | string;

export const bytes = (...parts: readonly Part[]): Uint8Array => {
  const arrays = parts.map((part) =>
    typeof part === 'string' ? encoder.encode(part) : Uint8Array.from(part),
  );
  const joined = new Uint8Array(arrays.reduce((size, array) => size + array.length, 0));
  let at = 0;
  for (const array of arrays) {
    joined.set(array, at);
    at += array.length;
  }
  return joined;
};

const littleEndian = (value: bigint, width: number): number[] =>
  Array.from({ length: width }, (_, byte) => Number((value >> BigInt(8 * byte)) & 0xffn));
export const le = (value: number | bigint, width: number): number[] => littleEndian(BigInt(value), width);
export const be = (value: number | bigint, width: number): number[] => le(value, width).reverse();

/** A length, in the shortest form. */
export function len(value: number | bigint): number[] {
  if (value < 64) return [Number(value)];
  if (value < 16384) return [0x40 | (Number(value) >> 8), Number(value) & 0xff];
  return value <= 0xffff_ffff ? [0x80, ...be(value, 4)] : [0x81, ...be(value, 8)];
}

/** A raw string. */
export const str = (value: Part): Uint8Array => {
  const content = bytes(value);
  return bytes(len(content.length), content);
};

/** A string under LZF: literals, and runs of one byte as references. */
export function lzf(value: Part): Uint8Array {
  const content = bytes(value);
  const packed = lzfData(content);
  return bytes([0xc3], len(packed.length), len(content.length), packed);
}

export function lzfData(content: Uint8Array): Uint8Array {
  const out: number[] = [];
  for (let at = 0; at < content.length; ) {
    let run = 0;
    while (at > 0 && run < 264 && content[at + run] === content[at - 1] && at + run < content.length) run++;
    if (run >= 9) {
      out.push(0xe0, run - 9, 0);
      at += run;
    } else {
      out.push(0, content[at] ?? 0);
      at++;
    }
  }
  return Uint8Array.from(out);
}

export const double = (value: number): Uint8Array => new Uint8Array(new Float64Array([value]).buffer);

function backlen(entry: number): number[] {
  if (entry <= 127) return [entry];
  if (entry < 16383) return [entry >> 7, (entry & 127) | 128];
  return [entry >> 14, ((entry >> 7) & 127) | 128, (entry & 127) | 128];
}

/** A listpack entry: numbers in the narrowest integer encoding, the rest as strings. */
export function listpackEntry(value: Part | number | bigint): Uint8Array {
  const content = listpackContent(value);
  return bytes(content, backlen(content.length));
}

function listpackContent(value: Part | number | bigint): Uint8Array {
  if (typeof value === 'number' || typeof value === 'bigint') {
    const n = BigInt(value);
    if (n >= 0n && n < 128n) return bytes([Number(n)]);
    if (n >= -4096n && n < 4096n) {
      const bits = Number(BigInt.asUintN(13, n));
      return bytes([0xc0 | (bits >> 8), bits & 0xff]);
    }
    for (const [code, width] of [
      [0xf1, 2],
      [0xf2, 3],
      [0xf3, 4],
      [0xf4, 8],
    ] as const) {
      if (BigInt.asIntN(8 * width, n) === n) return bytes([code], le(n, width));
    }
  }
  const content = bytes(value as Part);
  if (content.length < 64) return bytes([0x80 | content.length], content);
  if (content.length < 4096) return bytes([0xe0 | (content.length >> 8), content.length & 0xff], content);
  return bytes([0xf0], le(content.length, 4), content);
}

export function listpack(...values: readonly (Part | number | bigint)[]): Uint8Array {
  const entries = bytes(...values.map(listpackEntry));
  return bytes(le(entries.length + 7, 4), le(values.length, 2), entries, [0xff]);
}

function ziplistContent(value: Part | number | bigint): Uint8Array {
  if (typeof value === 'number' || typeof value === 'bigint') {
    const n = BigInt(value);
    if (n >= 0n && n <= 12n) return bytes([0xf1 + Number(n)]);
    for (const [code, width] of [
      [0xfe, 1],
      [0xc0, 2],
      [0xf0, 3],
      [0xd0, 4],
      [0xe0, 8],
    ] as const) {
      if (BigInt.asIntN(8 * width, n) === n) return bytes([code], le(n, width));
    }
  }
  const content = bytes(value as Part);
  if (content.length < 64) return bytes([content.length], content);
  if (content.length < 16384) return bytes([0x40 | (content.length >> 8), content.length & 0xff], content);
  return bytes([0x80], be(content.length, 4), content);
}

export function ziplist(...values: readonly (Part | number | bigint)[]): Uint8Array {
  const entries: Uint8Array[] = [];
  let previous = 0;
  let at = 10;
  let tail = 10;
  for (const value of values) {
    const header = previous < 254 ? [previous] : [254, ...le(previous, 4)];
    const entry = bytes(header, ziplistContent(value));
    entries.push(entry);
    tail = at;
    at += entry.length;
    previous = entry.length;
  }
  return bytes(le(at + 1, 4), le(tail, 4), le(values.length, 2), ...entries, [0xff]);
}

export const intset = (width: 2 | 4 | 8, ...values: readonly (number | bigint)[]): Uint8Array =>
  bytes(
    le(width, 4),
    le(values.length, 4),
    ...values.map((value) => le(BigInt.asUintN(64, BigInt(value)), width)),
  );

/** @param unused bytes left free after each value */
export function zipmap(fields: Readonly<Record<string, string>>, unused = 0): Uint8Array {
  const size = (length: number) => (length < 254 ? [length] : [254, ...le(length, 4)]);
  const parts = Object.entries(fields).flatMap(([field, value]) => [
    bytes(size(field.length), field),
    bytes(size(value.length), [unused], value, new Array<number>(unused).fill(0)),
  ]);
  return bytes([Object.keys(fields).length], ...parts, [0xff]);
}

/** A key with its value: type, name, and the value's bytes. */
export const key = (type: number, name: string, ...value: readonly Part[]): Uint8Array =>
  bytes([type], str(name), ...value);

/** A whole file: header, parts, end mark and checksum where the version has one. */
export function file(header: string, ...parts: readonly Part[]): Uint8Array {
  const content = bytes(header, ...parts, [0xff]);
  return Number(header.replace(/\D/g, '')) < 5 ? content : bytes(content, le(crc(content), 8));
}

/** What DUMP would answer. */
export function payload(version: number, type: number, ...value: readonly Part[]): Uint8Array {
  const content = bytes([type], ...value, le(version, 2));
  return bytes(content, le(crc(content), 8));
}

export function crc(content: Uint8Array): bigint {
  const sum = new Crc64('jones');
  sum.update(content);
  return sum.digest();
}

export function read(
  content: Uint8Array,
  options: Partial<RdbReaderOptions> = {},
  chunkBytes = Infinity,
): RdbSummary {
  const reader = new RdbReader({ depth: 'deep', ...options });
  const step = Math.min(chunkBytes, content.length);
  for (let at = 0; at < content.length; at += step) reader.write(content.slice(at, at + step));
  return reader.end();
}

/** The digest's total of a file of version 10 with these parts. */
export const totalOf = (...parts: readonly Part[]): string | undefined =>
  read(file('REDIS0010', ...parts)).digest?.total;
