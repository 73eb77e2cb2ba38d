import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Crc64 } from '../crc64.ts';
import {
  BUCKET_COUNT,
  bucketOf,
  ContentDigest,
  compareDigests,
  DigestFormatError,
  digestDump,
  MAX_BINS,
} from '../index.ts';
import { bytes, double, file, key, le, len, listpack, payload, read, str } from '../testing/build.ts';

const ascii = new TextEncoder();
const SECOND = 1000;
const NOW = 1_800_000_000_000;

/** A digest of string keys: name → expiry in ms, or none. */
function digestOf(keys: Readonly<Record<string, number | undefined>>): ContentDigest {
  const digest = new ContentDigest();
  for (const [name, expiresAtMs] of Object.entries(keys)) {
    digestDump(digest, {
      database: 0,
      key: ascii.encode(name),
      payload: payload(10, 0, str(`value of ${name}`)),
      expiresAtMs,
    });
  }
  return digest;
}

const expiries = fc.dictionary(
  fc.string(),
  fc.option(fc.integer({ min: 0, max: 4e12 }), { nil: undefined }),
  { maxKeys: 60 },
);

describe('a content digest', () => {
  it('survives being stored', () => {
    fc.assert(
      fc.property(expiries, (keys) => {
        const digest = digestOf(keys);
        digest.addFunction(ascii.encode('code'));
        const again = ContentDigest.fromBytes(digest.toBytes());
        expect(again.toBytes()).toEqual(digest.toBytes());
        expect(again).toMatchObject({ keys: digest.keys, volatileFields: 0, total: digest.total });
      }),
      { numRuns: 30 },
    );
  });

  it('of the whole is the sum of those of its parts', () => {
    fc.assert(
      fc.property(expiries, (keys) => {
        const entries = Object.entries(keys);
        const half = entries.length >> 1;
        const merged = digestOf(Object.fromEntries(entries.slice(half)));
        merged.merge(digestOf(Object.fromEntries(entries.slice(0, half))));
        expect(merged.toBytes()).toEqual(digestOf(keys).toBytes());
      }),
      { numRuns: 30 },
    );
  });

  it('refuses what is not a digest', () => {
    const whole = digestOf({ a: undefined, b: NOW }).toBytes();
    const flip = fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(flip, ([at, mask]) => {
        const damaged = whole.slice();
        damaged[at] = (damaged[at] ?? 0) ^ mask;
        expect(() => ContentDigest.fromBytes(damaged)).toThrowError(DigestFormatError);
      }),
    );
    for (let size = 0; size < whole.length; size++) {
      expect(() => ContentDigest.fromBytes(whole.subarray(0, size))).toThrowError(DigestFormatError);
    }
    expect(() => ContentDigest.fromBytes(bytes(whole, [0]))).toThrowError(DigestFormatError);
  });

  it('counts a library of every shard once', () => {
    const code = ascii.encode('#!lua name=lib\n');
    const shard = new ContentDigest();
    shard.addFunction(code);
    const other = new ContentDigest();
    other.addFunction(code);
    shard.merge(other);
    expect(shard.functionHashes).toHaveLength(1);
  });
});

describe('bins', () => {
  const many = (count: number, stepMs: number, from = 0) => {
    const digest = new ContentDigest();
    for (let i = 0; i < count; i++) {
      digest.addExpiringKey(Uint32Array.of(i, i * 3, i * 5, i * 7), from + i * stepMs);
    }
    return digest;
  };

  it('are a second wide until there are too many, then as narrow as fits', () => {
    expect(many(MAX_BINS, SECOND).bins.widthSeconds).toBe(1);
    expect(many(MAX_BINS + 1, SECOND).bins.widthSeconds).toBe(2);
    expect(many(MAX_BINS + 1, 100 * SECOND).bins.widthSeconds).toBe(128);
  });

  it('come out the same however they were added and merged', () => {
    const whole = many(3 * MAX_BINS, SECOND);
    const merged = many(MAX_BINS, SECOND, 2 * MAX_BINS * SECOND).bins.widthSeconds;
    expect(merged).toBe(1);
    const reversed = new ContentDigest();
    for (let i = 3 * MAX_BINS - 1; i >= 0; i--)
      reversed.addExpiringKey(Uint32Array.of(i, i * 3, i * 5, i * 7), i * SECOND);
    expect(reversed.toBytes()).toEqual(whole.toBytes());
    const odd = new ContentDigest();
    const even = new ContentDigest();
    for (let i = 0; i < 3 * MAX_BINS; i++) {
      (i % 2 ? odd : even).addExpiringKey(Uint32Array.of(i, i * 3, i * 5, i * 7), i * SECOND);
    }
    odd.merge(even);
    expect(odd.toBytes()).toEqual(whole.toBytes());
    expect(whole.bins.widthSeconds).toBe(4);
  });

  it('of a digest that was merged into an empty one stay its own, however either goes on', () => {
    const shard = many(100, SECOND);
    const before = shard.toBytes();
    const merged = new ContentDigest();
    merged.merge(shard);
    expect(merged.toBytes()).toEqual(before);
    merged.merge(many(200, SECOND, 50 * SECOND));
    expect(shard.toBytes()).toEqual(before);
    expect([merged.keys, merged.bins.keys, merged.bins.size]).toEqual([300, 300, 250]);
    const addedOneByOne = many(100, SECOND);
    for (let i = 0; i < 200; i++)
      addedOneByOne.addExpiringKey(Uint32Array.of(i, i * 3, i * 5, i * 7), (50 + i) * SECOND);
    expect(merged.toBytes()).toEqual(addedOneByOne.toBytes());
  });

  it('are read only as they are written: ascending, none empty, with numbers that are exact', () => {
    const HEADER_BYTES = 28;
    const BIN_BYTES = 40;
    const whole = many(2, SECOND, NOW).toBytes();
    const altered = (alter: (bins: Uint8Array) => void): Uint8Array => {
      const digest = whole.slice();
      alter(digest.subarray(HEADER_BYTES, HEADER_BYTES + 2 * BIN_BYTES));
      const crc = new Crc64('jones');
      crc.updateRange(digest, 0, digest.length - 8);
      new DataView(digest.buffer).setBigUint64(digest.length - 8, crc.digest(), true);
      return digest;
    };
    const refused = (alter: (bins: Uint8Array) => void, why: string) =>
      expect(() => ContentDigest.fromBytes(altered(alter))).toThrowError(why);
    expect(ContentDigest.fromBytes(altered(() => undefined)).toBytes()).toEqual(whole);
    refused((bins) => bins.copyWithin(BIN_BYTES, 0, BIN_BYTES), 'expected ascending order');
    refused((bins) => bins.fill(0, BIN_BYTES, BIN_BYTES + 8), 'expected ascending order');
    refused((bins) => bins.fill(0, 8, 24), 'expected items in bin');
    refused((bins) => bins.fill(255, 8, 16), 'a number of keys below 2^53');
  });

  it('take the most distant expiry there is', () => {
    const digest = new ContentDigest();
    const item = { database: 0, key: ascii.encode('k'), payload: payload(10, 0, str('v')) };
    digestDump(digest, { ...item, expiresAtMs: 2n ** 63n - 1n });
    const [bin] = digest.bins.sorted();
    expect(bin?.index).toBe(Math.floor(Number.MAX_SAFE_INTEGER / SECOND));
    expect(ContentDigest.fromBytes(digest.toBytes()).total).toBe(digest.total);
    const content = file('REDIS0010', [252], le(2n ** 63n - 1n, 8), key(0, 'k', str('v')));
    expect(read(content).digest?.total).toBe(digest.total);
  });
});

describe('a comparison', () => {
  const all = {
    a: undefined,
    b: undefined,
    soon: NOW + 5 * SECOND,
    later: NOW + 500 * SECOND,
    past: NOW - 500 * SECOND,
  };
  const without = (name: keyof typeof all) =>
    digestOf(Object.fromEntries(Object.entries(all).filter(([key]) => key !== name)));

  it('finds nothing wrong with the same data', () => {
    expect(compareDigests(digestOf(all), digestOf(all), NOW)).toEqual({
      matches: true,
      keysExpected: 5,
      keysCompared: 5,
      keysExpired: 0,
      volatileFieldsExpected: 0,
      volatileFieldsCompared: 0,
      volatileFieldsExpired: 0,
      mismatchedBuckets: [],
      mismatchedBins: [],
      functionsMatch: true,
    });
  });

  it('explains what has expired', () => {
    const comparison = compareDigests(digestOf(all), without('past'), NOW);
    expect(comparison).toMatchObject({ matches: true, keysCompared: 4, keysExpired: 1 });
  });

  it('does not explain what has not', () => {
    const comparison = compareDigests(digestOf(all), without('later'), NOW);
    expect(comparison).toMatchObject({ matches: false, keysExpired: 0 });
    expect(comparison.mismatchedBins).toEqual([{ fromMs: NOW + 500 * SECOND, toMs: NOW + 501 * SECOND }]);
  });

  it('explains a loss in the very second of the server', () => {
    expect(compareDigests(digestOf(all), without('soon'), NOW + 5 * SECOND).matches).toBe(true);
    expect(compareDigests(digestOf(all), without('soon'), NOW + 5 * SECOND - 1).matches).toBe(false);
  });

  it('names the bucket of a key that is missing, added or changed', () => {
    const bucket = bucketOf(ascii.encode('a'));
    expect(compareDigests(digestOf(all), without('a'), NOW).mismatchedBuckets).toEqual([bucket]);
    expect(compareDigests(without('a'), digestOf(all), NOW).mismatchedBuckets).toEqual([bucket]);
    expect(bucket).toBeLessThan(BUCKET_COUNT);
  });

  it('sees a key that has lost or gained its expiry', () => {
    expect(compareDigests(digestOf(all), digestOf({ ...all, later: undefined }), NOW).matches).toBe(false);
    expect(compareDigests(digestOf(all), digestOf({ ...all, a: NOW + 1 }), NOW).matches).toBe(false);
    expect(compareDigests(digestOf(all), digestOf({ ...all, past: undefined }), NOW).matches).toBe(false);
  });

  it('lets nothing be added to the past, nor replaced there', () => {
    expect(compareDigests(without('past'), digestOf(all), NOW).matches).toBe(false);
    const replaced = without('past');
    digestDump(replaced, {
      database: 0,
      key: ascii.encode('past'),
      payload: payload(10, 0, str('other')),
      expiresAtMs: all.past,
    });
    expect(compareDigests(digestOf(all), replaced, NOW).matches).toBe(false);
  });

  it('compares bins of different widths', () => {
    const wide = new ContentDigest();
    for (let i = 0; i <= MAX_BINS; i++) wide.addExpiringKey(Uint32Array.of(i, 0, 0, 0), NOW + i * SECOND);
    const rest = new ContentDigest();
    for (let i = 10; i <= MAX_BINS; i++) rest.addExpiringKey(Uint32Array.of(i, 0, 0, 0), NOW + i * SECOND);
    expect([wide.bins.widthSeconds, rest.bins.widthSeconds]).toEqual([2, 1]);
    expect(compareDigests(wide, rest, NOW + 10 * SECOND)).toMatchObject({ matches: true, keysExpired: 10 });
    expect(compareDigests(wide, rest, NOW).matches).toBe(false);
  });

  it('sees a library that is missing', () => {
    const expected = digestOf(all);
    expected.addFunction(ascii.encode('code'));
    expect(compareDigests(expected, digestOf(all), NOW)).toMatchObject({
      matches: false,
      functionsMatch: false,
    });
  });
});

describe('a DUMP payload', () => {
  const item = (content: Uint8Array) => ({
    database: 0,
    key: ascii.encode('k'),
    payload: content,
    expiresAtMs: undefined,
  });
  const add = (content: Uint8Array, engine?: 'redis' | 'valkey') => {
    const digest = new ContentDigest();
    digestDump(digest, item(content), engine && { engine });
    return digest;
  };

  it('adds what the file adds', () => {
    const parts = [len(2), str('m'), double(1.5), str('n'), double(-2)] as const;
    expect(add(payload(10, 5, ...parts)).total).toBe(
      read(file('REDIS0010', key(5, 'k', ...parts))).digest?.total,
    );
  });

  it('is refused if any bit is flipped, or a byte is missing or added', () => {
    const whole = payload(10, 16, str(listpack('f', 'v')));
    for (let bit = 0; bit < whole.length * 8; bit++) {
      const damaged = whole.slice();
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => add(damaged)).toThrowError(expect.objectContaining({ code: 'BadChecksum' }));
    }
    for (let size = 0; size < whole.length; size++) expect(() => add(whole.subarray(0, size))).toThrowError();
    expect(() => add(payload(10, 0, str('v'), [0]))).toThrowError(
      expect.objectContaining({ code: 'TrailingBytes' }),
    );
    expect(() => add(payload(10, 2, len(2), str('v')))).toThrowError(
      expect.objectContaining({ code: 'Truncated' }),
    );
    // A failure leaves nothing behind in what is shared between calls.
    expect(add(whole).keys).toBe(1);
  });

  it('goes by its version where one type has two meanings', () => {
    const fields = [len(1), str('f'), str('v'), le(NOW, 8)] as const;
    expect(add(payload(80, 22, ...fields)).volatileFields).toBe(1);
    expect(() => add(payload(12, 22, ...fields))).toThrowError(
      expect.objectContaining({ code: 'UnsupportedType' }),
    );
    expect(() => add(payload(80, 22, ...fields), 'redis')).toThrowError(
      expect.objectContaining({ unsupported: true }),
    );
    expect(() => add(payload(14, 0, str('v')))).toThrowError(
      expect.objectContaining({ code: 'UnsupportedVersion' }),
    );
    expect(() => add(payload(81, 0, str('v')))).toThrowError(
      expect.objectContaining({ code: 'UnsupportedVersion' }),
    );
    expect(add(payload(11, 0, str('v')), 'valkey').keys).toBe(1);
    const packed = payload(12, 25, le(NOW, 8), str(listpack('f', 'v', NOW)));
    expect(add(packed).total).toBe(add(payload(80, 22, ...fields)).total);
  });
});
