/** Reflected. `jones` is what files and payloads end with; S3's `nvme` begins with ones and is inverted at its end. */
const KINDS = {
  jones: { polynomial: 0x95ac9329ac4bc9b5n, inversion: 0n },
  nvme: { polynomial: 0x9a6c9329ac4bc9b5n, inversion: 2n ** 64n - 1n },
} as const;

/** What each byte contributes. */
const tableOf = (polynomial: bigint): BigUint64Array =>
  BigUint64Array.from({ length: 256 }, (_, byte) => {
    let sum = BigInt(byte);
    for (let bit = 0; bit < 8; bit++) sum = (sum >> 1n) ^ (sum & 1n ? polynomial : 0n);
    return sum;
  });
const TABLES = { jones: tableOf(KINDS.jones.polynomial), nvme: tableOf(KINDS.nvme.polynomial) };

export function crc64(bytes: Uint8Array, kind: keyof typeof KINDS = 'jones'): bigint {
  const { inversion } = KINDS[kind];
  // In halves: big integers would take six times as long.
  const table = new Uint32Array(TABLES[kind].buffer);
  let low = Number(inversion & 0xffffffffn);
  let high = low;
  for (const byte of bytes) {
    const at = ((low ^ byte) & 0xff) * 2;
    low = ((low >>> 8) | (high << 24)) ^ (table[at] ?? 0);
    high = (high >>> 8) ^ (table[at + 1] ?? 0);
  }
  return ((BigInt(high >>> 0) << 32n) | BigInt(low >>> 0)) ^ inversion;
}
