import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashOf } from '../hashes.ts';
import { Crc64, slotOf } from '../index.ts';
import { add128, hex128 } from '../word128.ts';
import { crc64 } from './oracle/crc64.ts';
import { murmur3 } from './oracle/murmur3.ts';

const ascii = new TextEncoder();
const hex = (value: bigint) => value.toString(16).padStart(32, '0');
/** The usual notation, h1 then h2, as the number that the digest adds: h2 is the upper half. */
const vector = (h1: string, h2: string) => h2 + h1;

describe('CRC-64', () => {
  it.each([
    ['jones', 0xe9c6d914c4b8d9can],
    ['nvme', 0xae8b14860a799888n],
  ] as const)('%s has the published check value', (kind, expected) => {
    const crc = new Crc64(kind);
    crc.update(ascii.encode('123456789'));
    expect(crc.digest()).toBe(expected);
  });

  it.each(['jones', 'nvme'] as const)('%s of a long message is what the oracle makes of it', (kind) => {
    for (const size of [8191, 8192, 8193, 12_345, 300_000]) {
      const content = Uint8Array.from({ length: size }, (_, at) => Math.imul(at ^ size, 0x9e3779b1) >>> 23);
      const crc = new Crc64(kind);
      crc.update(content);
      expect(crc.digest()).toBe(crc64(content, kind));
    }
  });

  it('of nothing is zero', () => {
    expect(new Crc64('jones').digest()).toBe(0n);
    expect(new Crc64('nvme').digest()).toBe(0n);
  });

  it.each(['jones', 'nvme'] as const)('%s goes on from what it was anywhere', (kind) => {
    const content = createHash('sha512').update('x').digest();
    const whole = new Crc64(kind);
    whole.update(content);
    for (let at = 0; at <= content.length; at++) {
      const before = new Crc64(kind);
      before.update(content.subarray(0, at));
      const after = new Crc64(kind, before.digest());
      after.update(content.subarray(at));
      expect(after.digest()).toBe(whole.digest());
    }
  });

  it('does not depend on how the bytes are cut', () => {
    const content = createHash('sha512').update('x').digest();
    const split = fc.array(fc.integer({ min: 0, max: 64 }), { maxLength: 5 });
    fc.assert(
      fc.property(split, (cuts) => {
        const whole = new Crc64('nvme');
        whole.update(content);
        const parts = new Crc64('nvme');
        let from = 0;
        for (const cut of [...cuts, 64].sort((a, b) => a - b)) {
          parts.update(content.subarray(from, cut));
          from = cut;
        }
        expect(parts.digest()).toBe(whole.digest());
      }),
    );
  });
});

describe('MurmurHash3 x64 128', () => {
  // From the reference implementation, as many ports publish them.
  it.each([
    ['', 0, vector('0000000000000000', '0000000000000000')],
    ['hello', 0, vector('cbd8a7b341bd9b02', '5b1e906a48ae1d19')],
    ['hello, world', 0, vector('342fac623a5ebc8e', '4cdcbc079642414d')],
    ['19 Jan 2038 at 3:14:07 AM', 0, vector('b89e5988b737affc', '664fc2950231b2cb')],
    ['The quick brown fox jumps over the lazy dog.', 0, vector('cd99481f9ee902c9', '695da1a38987b6e7')],
  ])('of %j', (text, seed, expected) => {
    expect(hex128(hashOf(seed, ascii.encode(text)))).toBe(expected);
    expect(hex(murmur3(ascii.encode(text), seed))).toBe(expected);
  });

  it('is what the oracle makes of any message', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 9000 }), fc.nat(), (message, seed) => {
        expect(hex128(hashOf(seed, message))).toBe(hex(murmur3(message, seed)));
      }),
      { numRuns: 60 },
    );
    const long = Uint8Array.from({ length: 300_001 }, (_, at) => (at * 2654435761) >>> 13);
    expect(hex128(hashOf(3, long))).toBe(hex(murmur3(long, 3)));
  });
});

it('128-bit sums carry and wrap', () => {
  const word = fc.bigInt({ min: 0n, max: 2n ** 128n - 1n });
  const words = (value: bigint) =>
    Uint32Array.from([0, 1, 2, 3], (i) => Number((value >> BigInt(32 * i)) & 0xffffffffn));
  fc.assert(
    fc.property(word, word, (a, b) => {
      const sum = words(a);
      add128(sum, 0, words(b));
      expect(BigInt(`0x${hex128(sum)}`)).toBe(BigInt.asUintN(128, a + b));
    }),
  );
});

it.each([
  ['', 0],
  ['123456789', 0x31c3],
  ['foo', 12182],
  ['{user1000}.following', 3443],
  ['{user1000}.followers', 3443],
  ['foo{}{bar}', 8363],
  ['foo{{bar}}zap', 4015],
  ['foo{bar}{zap}', 5061],
])('the slot of %j is %d', (name, slot) => {
  expect(slotOf(ascii.encode(name))).toBe(slot);
});
