import { describe, expect, it } from 'vitest';
import { RdbError } from '../index.ts';
import {
  be,
  bytes,
  crc,
  double,
  file,
  intset,
  key,
  le,
  len,
  listpack,
  lzf,
  read,
  str,
  ziplist,
  zipmap,
} from '../testing/build.ts';

const entry = key(0, 'k', str('v'));
const id = bytes(be(5, 8), be(1, 8));
const small = file(
  'REDIS0010',
  [250],
  str('redis-ver'),
  str('7.0.15'),
  [254, 0, 251, 9, 1],
  entry,
  [252],
  le(1_900_000_000_000, 8),
  key(0, 'expiring', [0xc1], le(300, 2)),
  key(0, 'compressed', lzf(`x${'y'.repeat(200)}`)),
  key(18, 'list', len(1), len(2), str(listpack('a', 1, -3000, 'b'.repeat(70)))),
  key(11, 'intset', str(intset(2, 1, 2, 3))),
  key(5, 'zset', len(1), str('m'), double(1.5)),
  key(16, 'hash', str(listpack('f', 'v'))),
  key(
    19,
    'stream',
    len(1),
    str(id),
    str(listpack(1, 0, 1, 'a', 0, 2, 0, 0, 1, 4)),
    len(1),
    len(5),
    len(1),
    len(5),
    len(1),
    len(0),
    len(0),
    len(1),
    len(0),
  ),
  [245],
  str('#!lua name=x\n'),
);

/** Where the content begins: what lies before is the header and AUX fields. */
const FIRST_DATABASE = bytes('REDIS0010', [250], str('redis-ver'), str('7.0.15')).length;
/** Where the first key begins: what lies before are hints on how many keys there are. */
const FIRST_KEY = FIRST_DATABASE + 5;

/** What reading the small file with this bit flipped and a checksum that fits comes to. */
function outcomeOf(bit: number, end: number, total: string | undefined): 'refused' | 'differs' | 'same' {
  const damaged = small.slice();
  damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  damaged.set(le(crc(damaged.subarray(0, end)), 8), end);
  try {
    return read(damaged).digest?.total === total ? 'same' : 'differs';
  } catch (error) {
    if (error instanceof RdbError) return 'refused';
    throw error;
  }
}

function failure(work: () => unknown): RdbError {
  try {
    work();
  } catch (error) {
    if (error instanceof RdbError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
const refusal = (content: Uint8Array, options = {}) => failure(() => read(content, options));

describe('a damaged file', () => {
  it('is sound before the damage', () => {
    expect(read(small)).toMatchObject({ keys: 8, functions: 1, crc64: 'valid' });
  });

  it.each(['deep', 'structural'] as const)('is refused after any single flipped bit: %s', (depth) => {
    for (let bit = 0; bit < small.length * 8; bit++) {
      const damaged = small.slice();
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const error = refusal(damaged, { depth });
      expect(error.offset).toBeLessThanOrEqual(small.length);
      expect(error.message).toContain(`at byte ${error.offset}: expected`);
    }
  });

  it.each(['deep', 'structural'] as const)('is refused wherever it is cut short: %s', (depth) => {
    for (let size = 0; size < small.length; size++) {
      expect(refusal(small.subarray(0, size), { depth }).code).toBe('Truncated');
      expect(refusal(small.subarray(0, size), { depth, sizeBytes: size })).toBeInstanceOf(RdbError);
    }
  });

  it('is refused with anything after it', () => {
    expect(refusal(bytes(small, [0]))).toMatchObject({ code: 'TrailingBytes', offset: small.length });
    expect(refusal(bytes(small, small)).code).toBe('TrailingBytes');
    expect(failure(() => read(bytes(small, [0]), {}, 1)).code).toBe('TrailingBytes');
  });

  it('is refused if it is not as large as it should be', () => {
    expect(refusal(small, { sizeBytes: small.length + 1 }).code).toBe('Truncated');
  });

  it('is refused or has another digest when the checksum covers up the damage, except in AUX fields and hints', () => {
    const { digest } = read(small);
    const outcomes = { refused: 0, differs: 0, same: 0 };
    const end = small.length - 8;
    // Every fifth bit: the fuzz run takes them all, at random.
    for (let bit = FIRST_KEY * 8; bit < end * 8; bit += 5) outcomes[outcomeOf(bit, end, digest?.total)]++;
    expect(outcomes.same).toBe(0);
    expect(outcomes.refused).toBeGreaterThan(100);
    expect(outcomes.differs).toBeGreaterThan(100);
    // A bit in the value of an AUX field.
    expect(outcomeOf((FIRST_DATABASE - 1) * 8, end, digest?.total)).toBe('same');
  });

  it('keeps failing', () => {
    const error = failure(() => read(bytes('XEDIS0010')));
    expect(error).toMatchObject({ code: 'BadMagic', offset: 0, unsupported: false });
  });
});

describe('the checksum', () => {
  it('may be absent, which is not the same as valid', () => {
    const content = small.slice();
    content.fill(0, small.length - 8);
    expect(read(content).crc64).toBe('absent');
  });

  it('does not exist before version 5', () => {
    expect(read(file('REDIS0004', entry)).crc64).toBe('none');
    expect(refusal(bytes(file('REDIS0004', entry), le(0, 8))).code).toBe('TrailingBytes');
    expect(refusal(file('REDIS0004', entry).slice(0, -1)).code).toBe('Truncated');
  });
});

describe('what is not known is unsupported, not corrupt', () => {
  it.each([
    ['RDB 15', file('REDIS0015', entry), 'UnsupportedVersion'],
    ['RDB 14', file('REDIS0014', entry), 'UnsupportedVersion'],
    ['RDB 80 under the magic of Redis', file('REDIS0080', entry), 'UnsupportedVersion'],
    ['RDB 81', file('VALKEY081', entry), 'UnsupportedVersion'],
    ['RDB 11 under the magic of Valkey', file('VALKEY011', entry), 'UnsupportedVersion'],
    ['RDB 0', file('REDIS0000', entry), 'UnsupportedVersion'],
    ['a compressed file of Valkey 9.2', bytes('VKCS', [1, 1, 0, 0], 'something'), 'UnsupportedVersion'],
    ['a type of Redis 7.4 RC', file('REDIS0012', key(22, 'h', len(0))), 'UnsupportedType'],
    ['another type of Redis 7.4 RC', file('REDIS0012', key(23, 'h', len(0))), 'UnsupportedType'],
    ['a type of Redis in a file of Valkey', file('VALKEY080', key(24, 'h', len(0))), 'UnsupportedType'],
    ['a type of Redis 7.4 in an older file', file('REDIS0010', key(25, 'h', len(0))), 'UnsupportedType'],
    ['a stream of Redis 8.6 in an older file', file('REDIS0012', key(26, 's', len(0))), 'UnsupportedType'],
    ['an unfinished kind of module', file('REDIS0012', key(6, 'm', len(0))), 'UnsupportedType'],
    ['an opcode of Valkey in a file of Redis', file('REDIS0012', [243], len(0)), 'UnsupportedOpcode'],
    ['an opcode of Valkey 9.2', file('VALKEY080', [242], len(0)), 'UnsupportedType'],
  ])('%s', (_what, content, code) => {
    for (const depth of ['deep', 'structural']) {
      expect(refusal(content, { depth })).toMatchObject({ code, unsupported: true });
    }
  });

  it('a packed value beyond what may be held', () => {
    const content = file('REDIS0010', key(16, 'h', str(listpack('f', 'v'.repeat(3000)))));
    expect(read(content, { heldBytes: 4096 }, 100).keys).toBe(1);
    const error = failure(() => read(content, { heldBytes: 2000 }, 100));
    expect(error).toMatchObject({ code: 'UnsupportedSize', unsupported: true });
  });
});

describe('lengths', () => {
  it.each([
    ['a string beyond the end', key(0, 'k', len(1000), 'short')],
    ['a string beyond anything', key(0, 'k', [0x81], be(2n ** 50n, 8))],
    ['a count beyond the end', key(2, 's', len(1_000_000), str('a'))],
    ['an unknown encoding of a length', key(0, 'k', [0x82, 0, 0, 0, 1])],
    ['a string encoding in place of a count', key(2, 's', [0xc0, 1])],
    ['a database number beyond 31 bits', bytes([254], len(2 ** 31))],
  ])('are refused: %s', (_what, content) => {
    const whole = file('REDIS0010', content);
    expect(refusal(whole, { sizeBytes: whole.length })).toMatchObject({
      code: 'BadLength',
      unsupported: false,
    });
  });

  it.each([
    ['an unknown encoding of a string', key(0, 'k', [0xc4]), 'BadString'],
    ['LZF of impossible length', key(0, 'k', [0xc3], len(2), len(5000), [0, 97]), 'BadLzf'],
    ['LZF that yields less', key(0, 'k', [0xc3], len(2), len(2), [0, 97]), 'BadLzf'],
    ['an expiry before 1970', bytes([252], le(-5, 8), entry), 'BadExpiry'],
    ['an expiry without a key', bytes([252], le(5, 8)), 'BadOpcode'],
    ['a frequency and then a database', bytes([249, 1, 254, 1], entry), 'BadOpcode'],
    ['an unknown list container', key(18, 'l', len(1), len(3), str('x')), 'BadQuicklist'],
    ['a score that is not a number', key(5, 'z', len(1), str('m'), double(Number.NaN)), 'BadScore'],
    ['an old score that is not a number', key(3, 'z', len(1), str('m'), [253]), 'BadScore'],
    ['a score that does not look like one', key(3, 'z', len(1), str('m'), [3], '0x1'), 'BadScore'],
    ['a score of nothing', key(17, 'z', str(listpack('m', ''))), 'BadScore'],
    ['an unknown part of a module value', key(7, 'm', len(5), len(6)), 'BadModule'],
    ['module data without its time of loading', bytes([247], len(5), len(1), len(1), len(0)), 'BadModule'],
    ['a node ID of the wrong size', key(19, 's', len(1), str('short'), str(listpack(0))), 'BadStream'],
  ])('content is refused: %s', (_what, content, code) => {
    expect(refusal(file('VALKEY080', content))).toMatchObject({ code, unsupported: false });
  });
});

/** The bytes with one of them replaced; negative positions count from the end. */
function changed(content: Uint8Array, at: number, value: number): Uint8Array {
  const copy = content.slice();
  copy[at < 0 ? copy.length + at : at] = value;
  return copy;
}

describe('packed values', () => {
  const lp = listpack('a', 'bc', -3000, 'd'.repeat(200));
  const zl = ziplist('a', 'bc', -3000, 'd'.repeat(300), 'e');
  const ints = intset(2, 1, 2, 3);
  const zm = zipmap({ a: '1', b: '2' });
  it.each([
    ['a listpack with a wrong total', 20, changed(lp, 0, 99), 'BadListpack'],
    ['a listpack with a wrong count', 20, changed(lp, 4, 5), 'BadListpack'],
    ['a listpack without its end', 20, changed(lp, -1, 0), 'BadListpack'],
    ['a listpack with an early end', 20, changed(lp, 6, 255), 'BadListpack'],
    ['a listpack with an unknown entry', 20, changed(lp, 6, 0xf5), 'BadListpack'],
    ['a listpack with a wrong backward length', 20, changed(lp, 8, 3), 'BadListpack'],
    ['a listpack with a wrong long backward length', 20, changed(lp, -2, 0xcb), 'BadListpack'],
    ['a listpack with an entry beyond its end', 20, changed(lp, 6, 0xbf), 'BadListpack'],
    ['a listpack too short to be one', 20, bytes([1, 0]), 'BadListpack'],
    ['a hash with a field but no value', 16, listpack('a', 'b', 'c'), 'BadListpack'],
    ['a ziplist with a wrong total', 10, changed(zl, 0, 99), 'BadZiplist'],
    ['a ziplist with a wrong tail', 10, changed(zl, 4, 11), 'BadZiplist'],
    ['a ziplist with a wrong count', 10, changed(zl, 8, 4), 'BadZiplist'],
    ['a ziplist without its end', 10, changed(zl, -1, 0), 'BadZiplist'],
    ['a ziplist with a wrong previous length', 10, changed(zl, 13, 4), 'BadZiplist'],
    ['a ziplist with an unknown entry', 10, changed(zl, 11, 0xc1), 'BadZiplist'],
    ['a ziplist with an entry beyond its end', 10, changed(zl, 14, 0x7f), 'BadZiplist'],
    ['an intset of unknown width', 11, changed(ints, 0, 3), 'BadIntset'],
    ['an intset of another size', 11, changed(ints, 4, 4), 'BadIntset'],
    ['an intset out of order', 11, intset(2, 2, 1, 3), 'BadIntset'],
    ['an intset with the same twice', 11, intset(8, 2, 2), 'BadIntset'],
    ['a zipmap with a wrong count', 9, changed(zm, 0, 3), 'BadZipmap'],
    ['a zipmap without its end', 9, changed(zm, -1, 0), 'BadZipmap'],
    ['a zipmap with an entry beyond its end', 9, changed(zm, 1, 99), 'BadZipmap'],
  ])('are refused: %s', (_what, type, blob, code) => {
    const error = refusal(file('REDIS0010', key(type, 'k', str(blob))));
    expect(error).toMatchObject({ code, unsupported: false, offset: 9 + 3 });
    expect(read(file('REDIS0010', key(type, 'k', str(blob))), { depth: 'structural' }).crc64).toBe('valid');
  });

  it('are checked to the last byte: any change is refused or is another content', () => {
    const before = read(file('REDIS0010', key(20, 'k', str(lp)))).digest?.total;
    for (let at = 0; at < lp.length; at++) {
      for (const value of [0, 1, 127, 128, 255, (lp[at] ?? 0) ^ 1]) {
        if (value === lp[at]) continue;
        let total: string | undefined;
        try {
          total = read(file('REDIS0010', key(20, 'k', str(changed(lp, at, value))))).digest?.total;
        } catch (error) {
          expect(error).toBeInstanceOf(RdbError);
        }
        // 0xffff as the count says "not known", but one byte never makes it that.
        expect(total).not.toBe(before);
      }
    }
  });
});

describe("a module's own state", () => {
  const aux = (text: Uint8Array) =>
    file('REDIS0010', [247], len(5), len(2), len(1), len(5), text, len(0), entry);

  it('is decompressed, though it is content of no key', () => {
    const damaged = bytes([0xc3], len(2), len(40), [0xe0, 0]);
    expect(read(aux(lzf(`x${'y'.repeat(200)}`))).keys).toBe(1);
    expect(refusal(aux(damaged)).code).toBe('BadLzf');
    expect(read(aux(damaged), { depth: 'structural' }).keys).toBe(1);
  });
});
