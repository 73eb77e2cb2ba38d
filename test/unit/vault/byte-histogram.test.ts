import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ByteHistogram } from '../../../vault/byte-histogram.ts';

const MIB = 1024 ** 2;

function entropyOf(bytes: Uint8Array, pieceBytes = bytes.length): number {
  let histogram = new ByteHistogram();
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    histogram.update(bytes.subarray(at, at + pieceBytes), at);
    histogram = ByteHistogram.load(histogram.save());
  }
  return histogram.entropy;
}

describe('the byte histogram', () => {
  it.each([
    ['one byte over and over', new Uint8Array(100_000), 0],
    ['two bytes in turn', Uint8Array.from({ length: 100_000 }, (_, at) => at % 2), 1],
    ['every byte alike', Uint8Array.from({ length: 100_000 }, (_, at) => at % 256), 8],
    ['nothing', new Uint8Array(), 0],
  ])('of %s', (_what, bytes, entropy) => expect(entropyOf(bytes)).toBe(entropy));

  it('tells text from rubbish of the same length', () => {
    const text = Buffer.from(JSON.stringify({ user: 12, roles: ['admin'] }).repeat(2_000));
    const rubbish = Buffer.from(randomBytes(text.length).map((byte) => 33 + (byte % 94)));
    expect(entropyOf(rubbish) - entropyOf(text)).toBeGreaterThan(1);
  });

  it('is the same in whatever pieces the file comes, over the border to the sparser sample', () => {
    const bytes = randomBytes(MIB + 300_000).map((byte, at) => byte & (at % 7));
    const whole = entropyOf(bytes);
    for (const size of [1_000, 4_096, 65_536, 77_777]) expect(entropyOf(bytes, size)).toBe(whole);
  });

  it('counts a sixteenth of the first MiB, and a sixty-fourth of the rest', () => {
    const counted = (length: number) => {
      const histogram = new ByteHistogram();
      histogram.update(new Uint8Array(length), 0);
      return new Float64Array(histogram.save().slice().buffer)[0];
    };
    expect(counted(MIB)).toBe(MIB / 16);
    expect(counted(5 * MIB) ?? 0).toBe(MIB / 16 + (4 * MIB) / 64);
    expect(counted(500)).toBe(500);
  });
});
