/** A 128-bit value as four little-endian 32-bit words: of a hash, h1 low, h1 high, h2 low, h2 high. */
export type Word128 = Uint32Array;

export const newWord128 = (): Word128 => new Uint32Array(4);

/** `sums[at..at+3] += value`, modulo 2^128. */
export function add128(sums: Uint32Array, at: number, value: Uint32Array, valueAt = 0): void {
  let total = (sums[at] as number) + (value[valueAt] as number);
  sums[at] = total;
  total = (sums[at + 1] as number) + (value[valueAt + 1] as number) + (total > 0xffff_ffff ? 1 : 0);
  sums[at + 1] = total;
  total = (sums[at + 2] as number) + (value[valueAt + 2] as number) + (total > 0xffff_ffff ? 1 : 0);
  sums[at + 2] = total;
  sums[at + 3] = (sums[at + 3] as number) + (value[valueAt + 3] as number) + (total > 0xffff_ffff ? 1 : 0);
}

/** Whether two 128-bit values are the same. */
export function equal128(a: Uint32Array, aAt: number, b: Uint32Array, bAt: number): boolean {
  return (
    a[aAt] === b[bAt] && a[aAt + 1] === b[bAt + 1] && a[aAt + 2] === b[bAt + 2] && a[aAt + 3] === b[bAt + 3]
  );
}

/** The value as a number in 32 hexadecimal digits, most significant first. */
export function hex128(words: Uint32Array, at = 0): string {
  let text = '';
  for (let word = 3; word >= 0; word--) text += (words[at + word] ?? 0).toString(16).padStart(8, '0');
  return text;
}
