/** MurmurHash3 x64 128 as its reference reads, in big integers; the 128-bit number is h2 above h1. */
export function plainMurmur(message: Uint8Array, seed: number): bigint {
  const mask = (value: bigint) => BigInt.asUintN(64, value);
  const rotate = (value: bigint, bits: bigint) => mask((value << bits) | (value >> (64n - bits)));
  const mix = (value: bigint) => {
    let k = mask((value ^ (value >> 33n)) * 0xff51afd7ed558ccdn);
    k = mask((k ^ (k >> 33n)) * 0xc4ceb9fe1a85ec53n);
    return k ^ (k >> 33n);
  };
  const padded = new Uint8Array(Math.ceil(message.length / 16) * 16);
  padded.set(message);
  const view = new DataView(padded.buffer);
  const c1 = 0x87c37b91114253d5n;
  const c2 = 0x4cf5ad432745937fn;
  let h1 = BigInt(seed);
  let h2 = BigInt(seed);
  for (let at = 0; at < padded.length; at += 16) {
    h1 ^= mask(rotate(mask(view.getBigUint64(at, true) * c1), 31n) * c2);
    const isTail = at + 16 > message.length;
    if (!isTail) h1 = mask((rotate(h1, 27n) + h2) * 5n + 0x52dce729n);
    h2 ^= mask(rotate(mask(view.getBigUint64(at + 8, true) * c2), 33n) * c1);
    if (!isTail) h2 = mask((rotate(h2, 31n) + h1) * 5n + 0x38495ab5n);
  }
  const length = BigInt(message.length);
  h1 = mask((h1 ^ length) + (h2 ^ length));
  h2 = mask((h2 ^ length) + h1);
  h1 = mix(h1);
  h2 = mix(h2);
  h1 = mask(h1 + h2);
  h2 = mask(h2 + h1);
  return (h2 << 64n) | h1;
}
