import { describe, expect, it } from 'vitest';
import { bytes, file, key, le, len, listpack, read, str } from '../testing/build.ts';

const EXPIRY = 1_800_000_000_000;
const seconds = (ms: number) => Math.floor(ms / 1000) * 1000;

describe('hash fields that expire by themselves', () => {
  const persistent = [str('p'), str('1')] as const;
  const encodings: readonly (readonly [string, string, Uint8Array])[] = [
    [
      'Redis 7.4, plain',
      'REDIS0012',
      key(
        24,
        'h',
        le(EXPIRY, 8),
        len(3),
        len(0),
        ...persistent,
        len(1),
        str('v'),
        str('2'),
        len(5001),
        str('w'),
        str('3'),
      ),
    ],
    [
      'Redis 7.4, packed',
      'REDIS0012',
      key(25, 'h', le(EXPIRY, 8), str(listpack('v', 2, EXPIRY, 'w', '3', EXPIRY + 5000, 'p', 1, 0))),
    ],
    [
      'Valkey 9',
      'VALKEY080',
      key(
        22,
        'h',
        len(3),
        str('w'),
        str('3'),
        le(EXPIRY + 5000, 8),
        ...persistent,
        le(-1, 8),
        str('v'),
        str('2'),
        le(EXPIRY, 8),
      ),
    ],
  ];

  it.each(encodings)('are items of their own: %s', (_name, header, content) => {
    const summary = read(file(header, content), {}, 3);
    expect(summary).toMatchObject({ keys: 1, elements: 3, fieldsWithExpiry: 2, withExpiry: 0 });
    expect(summary.digest?.keys).toBe(1);
    expect(summary.digest?.volatileFields).toBe(2);
    expect(summary.digest?.bins.sorted().map((bin) => bin.index * 1000)).toEqual([
      EXPIRY,
      seconds(EXPIRY + 5000),
    ]);
    expect(read(file(header, content), { depth: 'structural' }, 3).keys).toBe(1);
  });

  it('have one digest in all encodings', () => {
    const totals = encodings.map(([, header, content]) => read(file(header, content)).digest?.total);
    expect(new Set(totals).size).toBe(1);
  });

  it('leave the key as it is without them', () => {
    const plain = read(file('REDIS0012', key(4, 'h', len(1), ...persistent))).digest;
    const mixed = read(file('REDIS0012', encodings[0]?.[2] ?? [])).digest;
    expect(mixed?.bucketSums).toEqual(plain?.bucketSums);
  });

  it('stay in the bin of the key that expires before them', () => {
    const content = bytes(
      [252],
      le(EXPIRY - 60_000, 8),
      key(22, 'h', len(1), str('v'), str('2'), le(EXPIRY, 8)),
    );
    const { digest, ...summary } = read(file('VALKEY080', content));
    expect(digest?.bins.sorted().map((bin) => bin.index * 1000)).toEqual([EXPIRY - 60_000]);
    expect(summary).toMatchObject({ keys: 1, withExpiry: 1, fieldsWithExpiry: 1 });
    // The key is nothing but its volatile field.
    expect(digest).toMatchObject({ keys: 0, volatileFields: 1 });
  });
});
