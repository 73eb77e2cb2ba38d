import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ContentDigest,
  digestDump,
  RdbError,
  RdbReader,
  type RdbReaderOptions,
  type RdbSummary,
} from '../index.ts';
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
  type Part,
  payload,
  str,
  ziplist,
  zipmap,
} from '../testing/build.ts';
import { addDump } from './oracle/dump.ts';
import { type Outcome, oracleOutcome, outcomeOf } from './oracle/outcome.ts';
import { Refusal } from './oracle/refusal.ts';

function summaryOf(reader: RdbReader, content: Uint8Array, cuts: readonly number[] = []): RdbSummary {
  const ends = [...cuts, content.length];
  for (const [index, end] of ends.entries()) reader.write(content.slice(ends[index - 1] ?? 0, end));
  return reader.end();
}

/** All that the core says of a file, to the letter of a refusal. */
function saidOf(reader: RdbReader, content: Uint8Array, cuts: readonly number[] = []): string {
  try {
    const { digest, ...summary } = summaryOf(reader, content, cuts);
    return JSON.stringify({
      summary,
      digest: digest && `${digest.total} ${digest.keys} ${digest.volatileFields}`,
    });
  } catch (error) {
    if (!(error instanceof RdbError)) throw error;
    return error.message;
  }
}

function expectSame(content: Uint8Array, options: RdbReaderOptions = { depth: 'deep' }): Outcome {
  const outcome = outcomeOf(() => summaryOf(new RdbReader(options), content));
  expect(outcome).toEqual(oracleOutcome(content, options.depth));
  return outcome;
}

const id = (ms: number, sequence: number) => bytes(be(ms, 8), be(sequence, 8));
const node = listpack(2, 1, 1, 'a', 0, 2, 0, 0, 1, 4, 3, 0, 1, 'gone', 4, 0, 2, -1, 2, 'b', 'x', 'c', 'y', 8);
const group = bytes(len(1), str('g'), len(7), len(0), len(3), len(1), id(5, 1), le(99, 8), len(2));
const consumers = bytes(len(2), str('alice'), le(1, 8), len(1), id(5, 1), str('bob'), le(2, 8), len(0));
const long = 'long value '.repeat(8);

/** A value of every type and encoding. */
const everything: readonly Uint8Array[] = [
  bytes(
    [250],
    str('redis-ver'),
    str('7.0.15'),
    [254],
    len(3),
    [251],
    len(9),
    len(1),
    [244],
    len(1),
    len(2),
    len(3),
  ),
  bytes([245], str('#!lua name=x\nreturn 1')),
  bytes([246], str('lib'), str('lua'), len(1), str('about'), str('return 1')),
  bytes([247], len(5), len(2), len(1), len(1), len(7), len(5), str('x'), len(0)),
  key(0, 'string', str('v')),
  bytes([252], le(1_900_000_000_000, 8), [249, 3], key(0, '{tag}key', [0xc1], le(300, 2))),
  bytes([253], le(1_900_000_000, 4), [248], len(70), key(0, 'k{}', lzf('y'.repeat(300)))),
  key(1, 'list', len(2), str('a'), [0xc0, 200]),
  key(2, 'set', len(3), str('a'), lzf('b'.repeat(90)), str('c')),
  key(3, 'zset', len(3), str('a'), [3], '1.5', str('b'), [254], str('c'), [19], '0.10000000000000001'),
  key(5, 'zset2', len(2), str('a'), double(-0), str('b'), double(1e300)),
  key(4, 'hash', len(2), str('f'), str('1'), str('g'), lzf(long)),
  key(7, 'module', len(5), len(1), len(7), len(3), le(1, 4), len(4), double(2.5), len(5), lzf(long), len(0)),
  key(9, 'zipmap', str(zipmap({ f: '1', g: long }, 3))),
  key(10, 'ziplist', str(ziplist('a', 12, long.repeat(3), -70_000, 2n ** 40n))),
  key(11, 'intset', str(intset(8, -(2n ** 63n), -5, 1, 2n ** 63n - 1n))),
  key(12, 'zset-ziplist', str(ziplist('a', '1.25', 'b', 3))),
  key(13, 'hash-ziplist', lzf(ziplist('f', 1, 'g', long))),
  key(14, 'quicklist', len(2), str(ziplist('a', 12)), lzf(ziplist(long, -70_000))),
  key(16, 'hash-listpack', str(listpack('f', 'v', 'g', -3000, 'h', 'z'.repeat(130)))),
  key(17, 'zset-listpack', str(listpack('a', '-inf', 'b', '2.5e-7', 'c', 9007199254740993n))),
  key(18, 'quicklist-2', len(2), len(2), str(listpack('a', 1, -3000, 'b'.repeat(70))), len(1), str('plain')),
  key(20, 'set-listpack', str(listpack('a', 'bc', -3000))),
  key(15, 'stream-1', len(1), str(id(5, 1)), str(node), len(2), len(7), len(0), len(0)),
  bytes(
    key(19, 'stream-2', len(1), str(id(5, 1)), str(node), len(2), len(7), len(0)),
    len(5),
    len(1),
    len(5),
    len(2),
    len(3),
    group,
    consumers,
  ),
  key(21, 'empty-stream', len(0), len(0), len(0), len(0), len(0), len(0), len(0), len(0), len(0), len(0)),
  key(2, 'empty', len(0)),
];
const valkey = [
  bytes([243], str('n'.repeat(40)), len(1), len(0), len(99)),
  key(22, 'h', len(2), str('f'), str('v'), le(1_900_000_000_000, 8), str('g'), str('w'), le(-1, 8)),
];
const redis74 = [
  key(24, 'h', le(1_900_000_000_000, 8), len(2), len(0), str('p'), str('1'), len(1), str('v'), str('2')),
  key(25, 'packed', le(1_900_000_000_000, 8), str(listpack('v', 2, 1_900_000_000_000, 'p', 1, 0))),
];
const entries = bytes(len(1), str(id(5, 1)), str(node));
const producers = bytes(len(9), len(9), len(1), str('p'), len(1), lzf(long), len(5), len(1), len(7), len(8));
const redis86 = [
  key(26, 's', entries, len(9), len(7), len(0), len(5), len(1), len(5), len(2), len(3), len(0), producers),
  bytes([252], le(1_900_000_000_000, 8), [250], str('mvcc-tstamp'), str('1'), key(0, 'k', str('v'))),
];
const FILES: Readonly<Record<string, Uint8Array>> = {
  'Redis 7.2': file('REDIS0011', ...everything),
  'Redis 7.4': file('REDIS0012', ...redis74),
  'Redis 8.6': file('REDIS0013', ...redis86),
  'Valkey 9': file('VALKEY080', ...valkey),
};

/** The groups of a stream of Redis 5.0 at an ID, of which it does not say how many entries they have read. */
const groupAt = (ms: number, sequence: number): Uint8Array =>
  bytes(str(`${ms}-${sequence}`), len(ms), len(sequence), len(0), len(0));
const groups = bytes(groupAt(4, 0), groupAt(5, 1), groupAt(6, 0), groupAt(7, 0), groupAt(9, 9));
const RARE: Readonly<Record<string, Uint8Array>> = {
  'a score of minus zero, packed': file('REDIS0011', key(17, 'z', str(listpack('a', '-0', 'b', '-0.0')))),
  'a score of minus zero in a ziplist': file('REDIS0011', key(12, 'z', str(ziplist('a', '-0')))),
  'a score that is no number': file('REDIS0007', key(3, 'z', len(1), str('a'), [253])),
  'groups of an old stream': file('REDIS0009', key(15, 's', entries, len(2), len(7), len(0), len(5), groups)),
  'a hash that expires before its field does': file(
    'REDIS0012',
    [252],
    le(1_800_000_000_000, 8),
    key(25, 'h', le(1_900_000_000_000, 8), str(listpack('f', 'v', 1_900_000_000_000))),
  ),
};

const withChecksum = (content: Uint8Array): Uint8Array => {
  const copy = content.slice();
  copy.set(le(crc(copy.subarray(0, -8)), 8), copy.length - 8);
  return copy;
};

describe.each(['deep', 'structural'] as const)('the core and the oracle agree (%s)', (depth) => {
  it.each(Object.entries(FILES))('on a sound file of %s', (_name, content) => {
    expect(expectSame(content, { depth })).toHaveProperty('summary');
    expect(expectSame(content, { depth, sizeBytes: content.length })).toHaveProperty('summary');
  });

  it.each(Object.entries(FILES))(
    'on %s with any byte changed and the checksum put right',
    (_name, content) => {
      // The fuzz run takes every value; here every byte takes its turn at one of three.
      for (let at = 9; at < content.length - 8; at++) {
        const old = content[at] ?? 0;
        const changed = content.slice();
        changed[at] = [old ^ 1, old ^ 0x80, 0xff][(at + (depth === 'deep' ? 0 : 1)) % 3] ?? 0;
        expectSame(withChecksum(changed), { depth, sizeBytes: content.length });
      }
    },
  );

  it.each(Object.entries(FILES))('on %s cut short anywhere', (_name, content) => {
    for (let size = 0; size < content.length; size++) expectSame(content.subarray(0, size), { depth });
  });

  it.each(Object.entries(RARE))('on %s', (_name, content) => {
    expectSame(content, { depth });
  });

  it('wherever the file is split', () => {
    for (const content of Object.values(FILES)) {
      const whole = saidOf(new RdbReader({ depth }), content);
      for (let cut = 1; cut < content.length; cut++) {
        const split = saidOf(new RdbReader({ depth }), content, [cut]);
        if (split !== whole) expect(`${cut}: ${split}`).toBe(whole);
      }
      const everywhere = Array.from({ length: content.length - 1 }, (_, at) => at + 1);
      expect(saidOf(new RdbReader({ depth }), content, everywhere)).toBe(whole);
    }
  });
});

describe('values that are longer than any buffer', () => {
  const big = (size: number) => Uint8Array.from({ length: size }, (_, at) => (at * 2654435761) >>> 13);
  const run = 'x'.repeat(400_000);
  const masters = listpack(1, 0, 1, 'field', 0, 2, 0, 0, run, 4);
  const counters = bytes(len(1), len(5), len(1), len(5), len(1), len(0), len(0), len(1), len(0));
  const LONG: readonly (readonly [string, Uint8Array])[] = [
    ['a string', key(0, 'k', str(big(300_000)))],
    ['a compressed string', key(0, 'k', lzf(run))],
    ['a name', bytes([0], lzf(`{${run}}`), str('v'))],
    ['a member', key(2, 's', len(2), str(big(100_000)), lzf(run))],
    ['a field and its value', key(4, 'h', len(1), str(big(90_000)), str(big(70_000)))],
    ['a listpack with a long element', key(18, 'l', len(1), len(2), str(listpack('a', run, 'b', 7)))],
    [
      'a listpack of many elements',
      key(16, 'h', str(listpack(...Array.from({ length: 20_000 }, (_, i) => `element ${i}`)))),
    ],
    [
      'a compressed listpack',
      key(18, 'l', len(1), len(2), lzf(listpack('a', run, 'b', 'c'.repeat(70_000), 7))),
    ],
    ['a sorted set', key(17, 'z', lzf(listpack(run, '1.5', 'y'.repeat(66_000), 4)))],
    ['a ziplist', key(10, 'l', str(ziplist('a', run, 'b', 9)))],
    ['a zipmap', key(9, 'h', str(zipmap({ f: run, [run.slice(0, 70_000)]: 'v' }, 9)))],
    ['an intset', key(11, 's', str(intset(8, ...Array.from({ length: 30_000 }, (_, i) => i * 7))))],
    ['a stream', bytes(key(19, 's', len(1), str(id(5, 1)), str(masters)), counters)],
    ['a compressed stream', bytes(key(19, 's', len(1), str(id(5, 1)), lzf(masters)), counters)],
    ['a library', bytes([245], str(big(200_000)))],
    ['a part of a module', key(7, 'm', len(5), len(5), lzf(run), len(0))],
  ];

  it.each(LONG)('%s', (_name, content) => {
    const whole = file('REDIS0011', content, key(0, 'after', str('v')));
    expect(expectSame(whole)).toHaveProperty('summary');
    const said = saidOf(new RdbReader({ depth: 'deep' }), whole);
    expectSame(whole, { depth: 'structural' });
    for (const step of [1000, 4099, 65_536, 70_001]) {
      const cuts = Array.from({ length: Math.ceil(whole.length / step) - 1 }, (_, i) => (i + 1) * step);
      expect(saidOf(new RdbReader({ depth: 'deep' }), whole, cuts)).toBe(said);
    }
  });

  it.each(LONG)('%s, damaged', (_name, content) => {
    const whole = file('REDIS0011', content, key(0, 'after', str('v')));
    for (const at of [60, 200, 1000, Math.floor(whole.length / 2), whole.length - 60]) {
      if (at < 12 || at > whole.length - 9) continue;
      const changed = whole.slice();
      changed[at] = (changed[at] ?? 0) ^ 0x55;
      expectSame(withChecksum(changed));
    }
  });
});

describe('a checkpoint', () => {
  const sound = FILES['Redis 7.2'] ?? bytes();

  it.each(['deep', 'structural'] as const)('goes on wherever it was taken (%s)', (depth) => {
    for (const content of Object.values(FILES)) {
      const whole = saidOf(new RdbReader({ depth, sizeBytes: content.length }), content);
      for (let cut = 0; cut < content.length; cut += 7) {
        const first = new RdbReader({ depth, sizeBytes: content.length });
        first.write(content.subarray(0, cut));
        const stored = first.checkpoint();
        first.close();
        const second = RdbReader.resume(stored);
        expect(second.position).toBe(cut);
        expect(saidOf(second, content.subarray(cut))).toBe(whole);
      }
    }
  });

  it('goes on within long values, and stays small', () => {
    const run = 'x'.repeat(700_000);
    const noise = Buffer.from(Array.from({ length: 300_000 }, (_, at) => (at * 2654435761) >>> 13));
    const content = file(
      'REDIS0011',
      key(18, 'l', len(2), len(2), lzf(listpack('a', run, 'b')), len(2), str(listpack('a', noise, 'b', 7))),
      key(0, 'k', str(noise)),
      bytes([0], str(noise), str('v')),
      key(19, 's', len(1), str(id(5, 1)), str(listpack(1, 0, 1, 'field', 0, 2, 0, 0, noise, 4))),
      bytes(len(1), len(5), len(1), len(5), len(1), len(0), len(0), len(1), len(0)),
    );
    const whole = oracleOutcome(content);
    expect(whole).toHaveProperty('summary');
    let reader = new RdbReader({ depth: 'deep' });
    for (let at = 0; at < content.length; at += 9973) {
      reader.write(content.subarray(at, at + 9973));
      const stored = reader.checkpoint();
      expect(stored.length).toBeLessThan(256 * 1024);
      reader.close();
      reader = RdbReader.resume(stored);
    }
    expect(outcomeOf(() => reader.end())).toEqual(whole);
  });

  it('keeps expiry bins and what has been counted', () => {
    const keys = Array.from({ length: 3000 }, (_, i) =>
      bytes(
        [254],
        len(i % 3),
        [252],
        le(1_900_000_000_000 + i * 1000, 8),
        key(0, `k${i}`, str('v'.repeat(i % 100))),
      ),
    );
    const content = file('REDIS0011', [250], str('a'), str('b'), ...keys);
    const whole = oracleOutcome(content);
    const first = new RdbReader({ depth: 'deep' });
    first.write(content.subarray(0, content.length >> 1));
    const second = RdbReader.resume(first.checkpoint());
    // Of so many keys a checkpoint does not keep the hashes.
    const duplicates = { keyPasses: 1, memberPasses: 1, forgotten: true };
    if (whole.outcome !== 'sound') throw new Error(whole.outcome);
    const expected = { ...whole, summary: { ...whole.summary, duplicates } };
    expect(outcomeOf(() => summaryOf(second, content.subarray(second.position)))).toEqual(expected);
  });

  it('is refused if it is damaged, or no checkpoint', () => {
    const reader = new RdbReader({ depth: 'structural' });
    reader.write(sound.subarray(0, 100));
    const stored = reader.checkpoint();
    for (let at = 0; at < stored.length; at += 97) {
      const changed = stored.slice();
      changed[at] = (changed[at] ?? 0) ^ 4;
      expect(() => RdbReader.resume(changed)).toThrowError(
        expect.objectContaining({ code: 'BadCheckpoint' }),
      );
    }
    expect(() => RdbReader.resume(bytes())).toThrowError(expect.objectContaining({ code: 'BadCheckpoint' }));
  });
});

describe('scores in decimal', () => {
  const scores = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((score) => score.toPrecision(17)),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    fc
      .tuple(fc.bigInt(-(10n ** 20n), 10n ** 20n), fc.integer({ min: -330, max: 310 }))
      .map(([m, e]) => `${m}e${e}`),
    fc.tuple(fc.integer(), fc.nat()).map(([whole, part]) => `${whole}.${part}`),
    fc.stringMatching(/^[-+0-9.eE]{0,12}$/),
  );

  it('are the nearest double', () => {
    fc.assert(
      fc.property(fc.array(scores, { minLength: 1, maxLength: 8 }), (texts) => {
        const members = texts.flatMap((text, index) => [`m${index}`, text]);
        expectSame(file('REDIS0011', key(17, 'z', str(listpack(...members)))));
      }),
      { numRuns: 150 },
    );
  });
});

describe('a DUMP payload', () => {
  const values: readonly (readonly [number, number, readonly Part[]])[] = [
    [10, 0, [str('v')]],
    [10, 0, [lzf('y'.repeat(100_000))]],
    [10, 2, [len(2), str('a'), str('b')]],
    [10, 18, [len(1), len(2), str(listpack('a', 'x'.repeat(300_000)))]],
    [12, 25, [le(1_900_000_000_000, 8), str(listpack('v', 2, 1_900_000_000_000, 'p', 1, 0))]],
    [80, 22, [len(1), str('f'), str('v'), le(1_900_000_000_000, 8)]],
    [10, 2, [len(0)]],
  ];

  it.each(values)('has the same item as the oracle says: version %i, type %i', (version, type, value) => {
    for (const expiresAtMs of [undefined, 1_900_000_000_500, 2n ** 62n]) {
      const item = {
        database: 2,
        key: bytes('{a}name'),
        payload: payload(version, type, ...value),
        expiresAtMs,
      };
      const ours = new ContentDigest();
      const theirs = new ContentDigest();
      digestDump(ours, item);
      addDump(theirs, item);
      expect(ours.toBytes()).toEqual(theirs.toBytes());
    }
  });

  it('is refused where the oracle refuses it', () => {
    const sound = bytes([18], len(1), len(2), str(listpack('a', 'b', 3)), le(10, 2));
    const refusal = (add: typeof addDump, content: Uint8Array) => {
      try {
        const whole = bytes(content, le(crc(content), 8));
        add(new ContentDigest(), { database: 0, key: bytes('k'), payload: whole, expiresAtMs: undefined });
        return 'accepted';
      } catch (error) {
        if (error instanceof Refusal) return error.outcome;
        return error instanceof RdbError ? (error.unsupported ? 'unsupported' : 'damaged') : error;
      }
    };
    for (let at = 0; at < sound.length; at++) {
      for (const value of [0, 1, 2, 7, 255]) {
        const changed = sound.slice();
        changed[at] = value;
        expect(refusal(digestDump, changed)).toBe(refusal(addDump, changed));
      }
    }
    const longer = bytes(sound.subarray(0, -2), [9, 9, 9], le(10, 2));
    expect(refusal(digestDump, longer)).toBe(refusal(addDump, longer));
  });
});
