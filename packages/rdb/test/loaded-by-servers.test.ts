import { describe, expect, it } from 'vitest';
import { warningsOf } from '../index.ts';
import {
  be,
  bytes,
  file,
  key,
  le,
  len,
  listpack,
  lzf,
  type Part,
  read,
  str,
  ziplist,
} from '../testing/build.ts';
import { oracleOutcome, outcomeOf } from './oracle/outcome.ts';

/** Entries 5-1 and 7-0. */
const entries = bytes(
  ...[len(1), str(bytes(be(5, 8), be(1, 8)))],
  str(listpack(2, 0, 1, 'a', 0, 2, 0, 0, 1, 4, 2, 2, -1, 2, 4)),
);
/** Recorded length, last ID, and no groups, as Redis 5.0 writes them. */
const stream = (length: number) => key(15, 's', entries, len(length), len(7), len(0), len(0));
const REDIS_13_STREAM = [len(5), len(1), len(0), len(0), len(2), len(0)];
const ofRedis86 = (...producers: readonly Part[]) =>
  key(26, 's', entries, len(2), len(7), len(0), ...REDIS_13_STREAM, ...producers);
const both = (content: Uint8Array) => {
  expect(outcomeOf(() => read(content))).toEqual(oracleOutcome(content));
  return read(content);
};

describe('what servers load is sound', () => {
  it('a stream that records another number of entries than it holds, with a warning that names who refuses it', () => {
    const summary = both(file('REDIS0009', stream(3)));
    expect(summary).toMatchObject({ keys: 1, elements: 2, streamsOfWrongLength: 1 });
    expect(warningsOf(summary)).toEqual([
      { code: 'StreamLength', message: expect.stringContaining('Valkey 9.1 refuses it') },
    ]);
    expect(warningsOf(both(file('REDIS0009', stream(2))))).toEqual([]);
  });

  it('but not a stream that records entries and has no node, which every server refuses', () => {
    const content = file('REDIS0009', key(15, 's', len(0), len(3), len(7), len(0), len(0)));
    expect(() => read(content)).toThrowError('expected 3 entries, found no node');
  });

  it('what KeyDB says of a key between its expiry and its type', () => {
    const expiry = bytes([252], le(1_900_000_000_000, 8));
    const entry = key(0, 'k', str('v'));
    const summary = both(file('REDIS0009', expiry, [250], str('mvcc-tstamp'), str('17'), entry));
    expect(summary).toMatchObject({ keys: 1, withExpiry: 1 });
    expect(summary.digest?.total).toBe(read(file('REDIS0009', expiry, entry)).digest?.total);
  });

  it('members of KeyDB that expire by themselves, with a warning', () => {
    const aux = bytes(
      [250],
      str('keydb-subexpire-key'),
      str('a'),
      [250],
      str('keydb-subexpire-when'),
      str('9'),
    );
    const summary = both(file('REDIS0009', key(2, 's', len(1), str('a')), aux));
    expect(warningsOf(summary).map(({ code }) => code)).toEqual(['KeyDbMemberExpiry']);
  });
});

it('the mark at the end of a replication stream is named', () => {
  const content = file('REDIS0009', key(0, 'k', str('v')));
  const refusal = (rest: string, sizeBytes?: number) => () =>
    read(bytes(content, rest), sizeBytes === undefined ? {} : { sizeBytes });
  const mark = '0123456789abcdef'.repeat(3).slice(0, 40);
  expect(refusal(mark)).toThrowError('the mark at the end of a replication stream');
  expect(refusal(mark, content.length + 40)).toThrowError('the mark at the end of a replication stream');
  expect(refusal(`${mark}0`)).toThrowError('found 41 bytes or more');
  expect(refusal(mark.replace('f', 'X'))).toThrowError('found 40 bytes or more');
});

describe('RDB 13', () => {
  const producers = [len(100), len(50), len(1), str('p'), len(1), lzf('m'.repeat(40)), len(5), len(1)];

  it('keeps what producers have sent out of the digest, for it expires by itself', () => {
    const old = file('REDIS0012', key(21, 's', entries, len(2), len(7), len(0), ...REDIS_13_STREAM));
    const summary = both(file('REDIS0013', ofRedis86(...producers, len(1), len(0))));
    expect(summary).toMatchObject({ keys: 1, elements: 2, byEncoding: { 'stream-listpacks-4': 1 } });
    expect(summary.digest?.total).toBe(read(old).digest?.total);
    const structural = read(file('REDIS0013', ofRedis86(...producers, len(1), len(0))), {
      depth: 'structural',
    });
    expect(structural.keys).toBe(1);
  });

  it.each([
    ['a duration of 0 s', [len(0), len(50), len(0), len(0), len(0)]],
    ['more than 86,400 s', [len(86_401), len(50), len(0), len(0), len(0)]],
    ['more than 10,000 messages', [len(9), len(10_001), len(0), len(0), len(0)]],
  ])('refuses %s, as the server does', (_what, parts) => {
    expect(() => both(file('REDIS0013', ofRedis86(...parts)))).toThrowError(
      expect.objectContaining({ code: 'BadStream' }),
    );
  });

  it('refuses what modules keep about a key as unsupported, and its types in older files', () => {
    const metadata = file('REDIS0013', [243], len(0), key(0, 'k', str('v')));
    expect(() => read(metadata)).toThrowError('what a module keeps about a key');
    expect(() => read(file('REDIS0012', ofRedis86()))).toThrowError(
      expect.objectContaining({ code: 'UnsupportedType' }),
    );
  });

  it.each([
    ['REDIS0014', 'found RDB 14, which is written by Redis 8.8 and which this reader does not support yet'],
    ['REDIS0015', 'found RDB 15, which is written by a Redis after 8.8'],
    ['VALKEY081', 'found RDB 81, which is written by Valkey 9.2'],
    ['REDIS0099', 'found 99 of redis'],
  ])('%s is refused by the name of who writes it', (header, message) => {
    const content = file(header, key(0, 'k', str('v')));
    expect(() => read(content)).toThrowError(message);
    expect(() => read(content)).toThrowError(expect.objectContaining({ unsupported: true }));
    expect(oracleOutcome(content)).toEqual({ outcome: 'unsupported' });
  });
});

describe('a file that was saved while slots were being imported', () => {
  const importing = (...ranges: readonly (readonly [number, number])[]) =>
    bytes([243], str('n'.repeat(40)), len(ranges.length), ...ranges.flatMap((range) => range.map(len)));

  it('names the slots, and says in how many of them it has keys', () => {
    // The slot of `k` is 7629.
    const content = file('VALKEY080', importing([7000, 7700], [9, 9]), key(0, 'k', str('v')));
    const summary = both(content);
    expect(summary.slotImports).toEqual([
      { first: 9, last: 9 },
      { first: 7000, last: 7700 },
    ]);
    expect(warningsOf(summary)).toEqual([
      {
        code: 'SlotImport',
        message:
          'The node was importing hash slots 9, 7000-7700 when it wrote the file. It holds keys in 1 of these slots, which may still have belonged to another shard.',
      },
    ]);
    const [warning] = warningsOf(read(content, { depth: 'structural' }, 1));
    expect(warning?.message).toContain('Keys in these slots may');
  });

  it.each([[[5, 4]], [[0, 16_384]]] as const)('is refused with the slots %s, as the server does', (range) => {
    expect(() => both(file('VALKEY080', importing(range)))).toThrowError('expected hash slots in order');
  });
});

it('empty collections of every encoding are counted the same at every depth, and in no other count', () => {
  const empties: readonly (readonly [string, number, Part])[] = [
    ...[1, 2, 3, 4, 5, 14, 18].map((type) => ['REDIS0010', type, len(0)] as const),
    ...[10, 12, 13].map((type) => ['REDIS0010', type, str(ziplist())] as const),
    ...[16, 17, 20].map((type) => ['REDIS0011', type, str(listpack())] as const),
    ['REDIS0010', 14, bytes(len(1), str(ziplist()))],
    ['REDIS0010', 18, bytes(len(1), len(2), str(listpack()))],
    ['REDIS0012', 24, bytes(le(0, 8), len(0))],
    ['REDIS0012', 25, bytes(le(0, 8), str(listpack()))],
    ['VALKEY080', 22, len(0)],
  ];
  for (const [header, type, value] of empties) {
    const content = file(header, key(type, 'e', value), key(0, 'k', str('v')));
    for (const depth of ['deep', 'structural'] as const) {
      const { keys, emptyKeys } = read(content, { depth });
      expect({ type, depth, keys, emptyKeys }).toEqual({ type, depth, keys: 1, emptyKeys: 1 });
    }
  }
});
