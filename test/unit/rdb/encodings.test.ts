import { describe, expect, it } from 'vitest';
import type { RdbSummary } from '../../../rdb/index.ts';
import {
  be,
  bytes,
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
  totalOf,
  ziplist,
  zipmap,
} from './build.ts';

const LONG = 'long value '.repeat(20);
const RUN = 'x'.repeat(500);

/** Each group holds the same content in every encoding that has ever been written to a file. */
const EQUAL: Readonly<Record<string, readonly Uint8Array[]>> = {
  'an integer': [
    key(0, 'k', str('-100')),
    key(0, 'k', [0xc0], le(-100, 1)),
    key(0, 'k', [0xc1], le(-100, 2)),
    key(0, 'k', [0xc2], le(-100, 4)),
  ],
  'a string': [
    key(0, 'k', str(RUN)),
    key(0, 'k', lzf(RUN)),
    key(0, 'k', [0x80], be(500, 4), RUN),
    key(0, 'k', [0x81], be(500, 8), RUN),
  ],
  'a name': [key(0, '77', str('v')), bytes([0], [0xc0, 77], str('v')), bytes([0], lzf('77'), str('v'))],
  'a list': [
    key(1, 'l', len(4), str('a'), str('12'), str(RUN), str('-70000')),
    key(10, 'l', str(ziplist('a', 12, RUN, -70000))),
    key(10, 'l', lzf(ziplist('a', '12', RUN, '-70000'))),
    key(14, 'l', len(2), str(ziplist('a', 12)), lzf(ziplist(RUN, -70000))),
    key(14, 'l', len(3), str(ziplist('a', 12)), str(ziplist()), str(ziplist(RUN, -70000))),
    key(18, 'l', len(2), len(2), str(listpack('a', 12)), len(2), lzf(listpack(RUN, -70000))),
    key(18, 'l', len(3), len(2), str(listpack('a', '12')), len(1), str(RUN), len(2), str(listpack(-70000))),
  ],
  'a set of integers': [
    key(2, 's', len(3), [0xc0, 5], str('-6'), [0xc1], le(300, 2)),
    key(2, 's', len(3), str('300'), str('5'), str('-6')),
    key(11, 's', str(intset(2, -6, 5, 300))),
    key(11, 's', str(intset(4, -6, 5, 300))),
    key(11, 's', str(intset(8, -6, 5, 300))),
    key(20, 's', str(listpack(5, '-6', 300))),
  ],
  'a set of strings': [key(2, 's', len(2), str('a'), str(LONG)), key(20, 's', lzf(listpack(LONG, 'a')))],
  'a set of wide integers': [
    key(2, 's', len(3), str('-9223372036854775808'), str('1'), str('9223372036854775807')),
    key(11, 's', str(intset(8, -(2n ** 63n), 1, 2n ** 63n - 1n))),
    key(20, 's', str(listpack(1, 2n ** 63n - 1n, -(2n ** 63n)))),
  ],
  'a sorted set': [
    key(3, 'z', len(4), str('a'), [3], '1.5', str('b'), [254], str('c'), [255], str('d'), [2], '-0'),
    key(
      5,
      'z',
      len(4),
      str('d'),
      double(0),
      str('c'),
      double(-Infinity),
      str('b'),
      double(Infinity),
      str('a'),
      double(1.5),
    ),
    key(
      5,
      'z',
      len(4),
      str('d'),
      double(-0),
      str('c'),
      double(-Infinity),
      str('b'),
      double(Infinity),
      str('a'),
      double(1.5),
    ),
    key(12, 'z', str(ziplist('c', '-inf', 'd', 0, 'a', '1.5', 'b', 'inf'))),
    key(17, 'z', str(listpack('c', '-inf', 'd', '-0', 'a', '1.5', 'b', 'inf'))),
  ],
  'a sorted set with inexact scores': [
    key(5, 'z', len(2), str('a'), double(0.1), str('b'), double(9007199254740992)),
    key(3, 'z', len(2), str('a'), [19], '0.10000000000000001', str('b'), [16], '9007199254740992'),
    key(17, 'z', str(listpack('a', '0.10000000000000001', 'b', 9007199254740993n))),
  ],
  'a hash': [
    key(4, 'h', len(3), str('f'), str('1'), str('g'), str(LONG), str('e'), str('')),
    key(9, 'h', str(zipmap({ f: '1', g: LONG, e: '' }))),
    key(9, 'h', str(zipmap({ g: LONG, e: '', f: '1' }, 3))),
    key(13, 'h', str(ziplist('f', 1, 'g', LONG, 'e', ''))),
    key(16, 'h', lzf(listpack('e', '', 'f', '1', 'g', LONG))),
  ],
};

describe('the digest is the same for every encoding of', () => {
  it.each(Object.entries(EQUAL))('%s', (_what, encodings) => {
    const totals = encodings.map((encoding) => totalOf(encoding));
    expect(totals).toEqual(encodings.map(() => totals[0]));
  });

  it.each(Object.entries(EQUAL))('%s, byte by byte', (_what, encodings) => {
    for (const encoding of encodings) {
      const content = file('REDIS0010', encoding);
      expect(read(content, { sizeBytes: content.length }, 1).digest?.total).toBe(totalOf(encoding));
      expect(read(content, { depth: 'structural', sizeBytes: content.length }, 1).keys).toBe(1);
    }
  });

  it('nothing else', () => {
    const totals = Object.values(EQUAL).map(([encoding = bytes()]) => totalOf(encoding));
    expect(new Set(totals).size).toBe(totals.length);
  });
});

describe('the digest differs', () => {
  it.each([
    ['by name', key(0, 'a', str('v')), key(0, 'b', str('v'))],
    ['by value', key(0, 'a', str('v')), key(0, 'a', str('w'))],
    ['by the border between name and value', key(0, 'ab', str('c')), key(0, 'a', str('bc'))],
    ['by type', key(1, 'a', len(1), str('v')), key(2, 'a', len(1), str('v'))],
    ['by database', key(0, 'a', str('v')), bytes([254, 1], key(0, 'a', str('v')))],
    ['by expiry', key(0, 'a', str('v')), bytes([252], le(1e13, 8), key(0, 'a', str('v')))],
    [
      'by a millisecond of expiry',
      bytes([252], le(1e13, 8), key(0, 'a', str('v'))),
      bytes([252], le(1e13 + 1, 8), key(0, 'a', str('v'))),
    ],
    [
      'by the order of a list',
      key(1, 'a', len(2), str('1'), str('2')),
      key(1, 'a', len(2), str('2'), str('1')),
    ],
    [
      'by the borders of elements',
      key(1, 'a', len(2), str('12'), str('3')),
      key(1, 'a', len(2), str('1'), str('23')),
    ],
    ['by which field has which value', hash('a', '1', 'b', '2'), hash('a', '2', 'b', '1')],
    ['by field and value swapped', hash('a', 'b'), hash('b', 'a')],
    [
      'by the last bit of a score',
      key(5, 'z', len(1), str('a'), double(1)),
      key(5, 'z', len(1), str('a'), double(1 + 2 ** -52)),
    ],
  ])('%s', (_what, a, b) => {
    expect(totalOf(a)).not.toBe(totalOf(b));
  });
});

function hash(...pairs: readonly string[]): Uint8Array {
  return key(4, 'h', len(pairs.length / 2), ...pairs.map((text) => str(text)));
}

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

describe('streams', () => {
  const id = (ms: number, sequence: number) => bytes(be(ms, 8), be(sequence, 8));
  /** Entries 5-1 (a=1), 5-2 (deleted), 7-0 (b=x, c=y). */
  const node = listpack(
    2,
    1,
    1,
    'a',
    0,
    2,
    0,
    0,
    1,
    4,
    3,
    0,
    1,
    'gone',
    4,
    0,
    2,
    -1,
    2,
    'b',
    'x',
    'c',
    'y',
    8,
  );
  const nodes = bytes(len(1), str(id(5, 1)), str(node));
  const group = (entriesRead: readonly number[], times: number) =>
    bytes(
      len(1),
      str('g'),
      len(7),
      len(0),
      entriesRead,
      len(1),
      id(5, 1),
      le(99, 8),
      len(2),
      len(2),
      str('alice'),
      le(1, 8 * times),
      len(1),
      id(5, 1),
      str('bob'),
      le(2, 8 * times),
      len(0),
    );
  const counters = bytes(len(2), len(7), len(0));
  const added = bytes(len(5), len(1), len(5), len(2), len(3));
  const stream = (type: number, tail: Uint8Array) => key(type, 's', nodes, tail);

  it('are read in all three forms', () => {
    const totals = [19, 21].map((type) =>
      totalOf(stream(type, bytes(counters, added, group(len(3), type === 21 ? 2 : 1)))),
    );
    expect(totals[0]).toBe(totals[1]);
    const summary = read(file('REDIS0011', stream(21, bytes(counters, added, group(len(3), 2)))), {}, 1);
    expect(summary).toMatchObject({ keys: 1, elements: 2 });
    expect(summary.digest?.total).toBe(totals[1]);
  });

  it('of the oldest form are as a newer server loads them', () => {
    const old = totalOf(stream(15, bytes(counters, group([], 1))));
    // First ID 5-1, nothing deleted, two added, and the group at the last entry has read both.
    const loaded = totalOf(
      stream(19, bytes(counters, len(5), len(1), len(0), len(0), len(2), group(len(2), 1))),
    );
    expect(old).toBe(loaded);
  });

  it('of the oldest form may be empty', () => {
    const old = totalOf(key(15, 's', len(0), len(0), len(7), len(0), len(0)));
    const max = 2n ** 64n - 1n;
    const loaded = totalOf(
      key(19, 's', len(0), len(0), len(7), len(0), len(max), len(max), len(0), len(0), len(0), len(0)),
    );
    expect(old).toBe(loaded);
  });

  it.each([
    ['a wrong number of entries', bytes(len(3), len(7), len(0), added, len(0)), 'BadStream'],
    ['entries after the last ID', bytes(len(2), len(6), len(0), added, len(0)), 'BadStream'],
    [
      'a pending entry that no consumer has',
      bytes(
        counters,
        added,
        len(1),
        str('g'),
        len(7),
        len(0),
        len(3),
        len(1),
        id(5, 1),
        le(9, 8),
        len(1),
        len(0),
      ),
      'BadStream',
    ],
    [
      'a consumer with an entry that is not pending',
      bytes(
        counters,
        added,
        len(1),
        str('g'),
        len(7),
        len(0),
        len(3),
        len(0),
        len(1),
        str('c'),
        le(9, 8),
        len(1),
        id(5, 1),
      ),
      'BadStream',
    ],
  ])('are refused with %s', (_what, tail, code) => {
    expect(() => read(file('REDIS0010', stream(19, tail)))).toThrowError(expect.objectContaining({ code }));
  });
});

describe('modules', () => {
  const id = len(0x1234_5678_9abc_def0n);
  const parts = bytes(
    len(1),
    len(7),
    len(2),
    len(300),
    len(3),
    le(1, 4),
    len(4),
    double(2.5),
    len(5),
    str(RUN),
    len(0),
  );

  it('are opaque, and skipped by their framing', () => {
    for (const depth of ['deep', 'structural'] as const) {
      const summary = read(
        file('REDIS0010', key(7, 'm', id, parts), key(0, 'after', str('v'))),
        { depth },
        5,
      );
      expect(summary).toMatchObject({ keys: 2, opaqueKeys: 1, byType: { module: 1, string: 1 } });
    }
  });

  it('have one digest however their strings are compressed', () => {
    const compressed = bytes(
      len(1),
      len(7),
      len(2),
      len(300),
      len(3),
      le(1, 4),
      len(4),
      double(2.5),
      len(5),
      lzf(RUN),
      len(0),
    );
    expect(totalOf(key(7, 'm', id, compressed))).toBe(totalOf(key(7, 'm', id, parts)));
  });

  it('may have data of their own beside the keys', () => {
    const aux = bytes([247], id, len(2), len(1), parts);
    expect(totalOf(aux, key(0, 'k', str('v')))).toBe(totalOf(key(0, 'k', str('v'))));
  });
});

describe('what stands between keys', () => {
  const entry = key(0, 'k', str('v'));
  const total = (summary: RdbSummary) => summary.digest?.total;

  it('is read in every version that has it', () => {
    const aux = bytes(
      [250],
      str('redis-ver'),
      str('7.2.4'),
      [250],
      str('ctime'),
      [0xc2],
      le(1_700_000_000, 4),
    );
    const hints = bytes([251], len(1), len(0), [244], len(5), len(1), len(0), [248], len(90), [249, 7]);
    const summary = read(file('REDIS0011', aux, hints, entry), {}, 1);
    expect(summary).toMatchObject({ keys: 1, engine: 'redis', createdAtSeconds: 1_700_000_000 });
    expect(summary.aux).toEqual({ 'redis-ver': '7.2.4', ctime: '1700000000' });
    expect(total(summary)).toBe(totalOf(entry));
  });

  it('says Valkey where the magic does not', () => {
    expect(read(file('REDIS0011', [250], str('valkey-ver'), str('8.0.1'), entry)).engine).toBe('valkey');
    const own = read(file('VALKEY080', [243], str('n'.repeat(40)), len(1), len(0), len(99), entry));
    expect(own).toMatchObject({ engine: 'valkey', rdbVersion: 80, keys: 1 });
    expect(total(own)).toBe(totalOf(entry));
  });

  it('includes function libraries, old and new', () => {
    const code = '#!lua name=lib\nreturn 1';
    const recent = read(file('REDIS0010', [245], str(code)));
    const old = read(
      file('REDIS0010', [246], str('lib'), str('lua'), len(1), str('about'), str('return 1')),
      {},
      1,
    );
    expect(old).toMatchObject({ functions: 1, keys: 0 });
    expect(old.digest?.functionHashes).toEqual(recent.digest?.functionHashes);
    expect(read(file('REDIS0010', [245], str(code)), { depth: 'structural' }).functions).toBe(1);
  });

  it('gives expiry in seconds or milliseconds', () => {
    const inSeconds = totalOf([253], le(1_900_000_000, 4), entry);
    expect(inSeconds).toBe(totalOf([252], le(1_900_000_000_000, 8), entry));
  });

  it('counts what a server would not load as empty, in no other count', () => {
    const empties = [
      key(1, 'l', len(0)),
      key(2, 's', len(0)),
      key(16, 'h', str(listpack())),
      key(11, 'i', str(intset(2))),
    ];
    for (const depth of ['deep', 'structural'] as const) {
      expect(read(file('REDIS0010', ...empties, entry), { depth })).toMatchObject({ keys: 1, emptyKeys: 4 });
    }
    expect(totalOf(...empties, entry)).toBe(totalOf(entry));
  });
});

it('names keys to whoever asks', () => {
  const found: unknown[] = [];
  const content = file(
    'REDIS0010',
    [254, 2],
    [252],
    le(EXPIRY, 8),
    key(1, 'list', len(2), str('a'), str('b')),
  );
  read(content, { onKey: (name) => found.push({ ...name, name: new TextDecoder().decode(name.name) }) }, 1);
  expect(found).toEqual([
    expect.objectContaining({
      database: 2,
      name: 'list',
      type: 'list',
      expiresAtMs: EXPIRY,
      elements: 2,
      volatileFields: 0,
    }),
  ]);
});

it('knows the largest keys by a hash of their names', () => {
  const keys = Array.from({ length: 30 }, (_, i) => key(0, `k${i}`, str('x'.repeat(i * 10))));
  const { biggestKeys = [] } = read(file('REDIS0010', ...keys));
  expect(biggestKeys).toHaveLength(10);
  expect(biggestKeys.map((big) => big.sizeBytes)).toEqual(
    [...biggestKeys.map((big) => big.sizeBytes)].sort((a, b) => b - a),
  );
  expect(biggestKeys[0]).toMatchObject({ type: 'string', database: 0, sizeBytes: 1 + 4 + 2 + 290 });
  expect(biggestKeys.every((big) => /^[0-9a-f]{32}$/.test(big.nameHash))).toBe(true);
});
