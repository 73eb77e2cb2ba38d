import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { areCompared, comparedInPasses, RdbReader, type RdbReaderOptions } from '../index.ts';
import { bytes, double, file, key, le, len, listpack, type Part, str, ziplist } from '../testing/build.ts';
import { oracleOutcome } from './oracle/outcome.ts';

const folder = mkdtempSync(join(tmpdir(), 'duplicates-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** As deeply as a server with `sanitize-dump-payload yes` reads; keys are not compared. */
function isTakenByRedis(content: Uint8Array): boolean {
  const path = join(folder, 'dump.rdb');
  writeFileSync(path, content);
  return spawnSync('redis-check-rdb', [path]).status === 0;
}

function outcome(reader: RdbReader, content: Uint8Array, chunkBytes = content.length): string {
  try {
    for (let at = 0; at < content.length; at += chunkBytes) reader.write(content.slice(at, at + chunkBytes));
    reader.end();
    return 'sound';
  } catch (error) {
    return String(error);
  }
}

/** What the reader says, however the file arrives and wherever it is stopped. The oracle judges the same. */
function verdict(content: Uint8Array): string {
  const said = outcome(new RdbReader({ depth: 'deep' }), content);
  expect(oracleOutcome(content).outcome).toBe(said === 'sound' ? 'sound' : 'damaged');
  for (const chunkBytes of [1, 7])
    expect(outcome(new RdbReader({ depth: 'deep' }), content, chunkBytes)).toBe(said);
  for (let at = 9; at < content.length; at += Math.ceil(content.length / 97)) {
    expect(stopped(content, at)).toBe(said);
  }
  return said;
}

/** Stopped there, unless it has been refused by then. */
function stopped(content: Uint8Array, at: number): string {
  const first = new RdbReader({ depth: 'deep' });
  try {
    first.write(content.slice(0, at));
  } catch (error) {
    return String(error);
  }
  const checkpoint = first.checkpoint();
  first.close();
  return outcome(RdbReader.resume(checkpoint), content.slice(at));
}

const LONG = 'x'.repeat(70_000);
const TTL = 1_900_000_000_000;
const pairs = (...parts: readonly string[]): Uint8Array => bytes(len(parts.length / 2), ...parts.map(str));

/** A stream without entries. @param groups with their consumers */
function stream(groups: readonly (readonly [string, ...string[]])[]): Uint8Array {
  return bytes(
    ...[len(0), len(0), len(9), len(1), len(groups.length)],
    ...groups.map(([name, ...consumers]) =>
      bytes(
        ...[str(name), len(9), len(1), len(0), len(consumers.length)],
        ...consumers.map((consumer) => bytes(str(consumer), le(1, 8), len(0))),
      ),
    ),
  );
}

/** Encoding, type, a value in which one of a kind comes twice, the kind, and one like it in which none does. */
const ENCODINGS: readonly (readonly [string, number, Part, string, Part])[] = [
  ['a set', 2, bytes(len(3), str('a'), str('b'), str('a')), 'member', bytes(len(2), str('a'), str('b'))],
  [
    'a set, as text and integer',
    2,
    bytes(len(2), str('5'), [0xc0, 5]),
    'member',
    bytes(len(2), str('5'), [0xc0, 6]),
  ],
  [
    'a set of long members',
    2,
    bytes(len(3), str(LONG), str('b'), str(LONG)),
    'member',
    bytes(len(2), str(LONG), str(`${LONG}x`)),
  ],
  [
    'a set with an empty member',
    2,
    bytes(len(2), str(''), str('')),
    'member',
    bytes(len(2), str(''), str('\0')),
  ],
  ['a packed set', 20, str(listpack('a', 1, '1')), 'member', str(listpack('a', 1, '01'))],
  [
    'a sorted set',
    5,
    bytes(len(2), str('a'), double(1), str('a'), double(2)),
    'member',
    bytes(len(2), str('a'), double(1), str('b'), double(1)),
  ],
  [
    'an old sorted set',
    3,
    bytes(len(2), str('a'), [1], '1', str('a'), [1], '2'),
    'member',
    bytes(len(2), str('a'), [1], '1', str('b'), [1], '1'),
  ],
  ['a packed sorted set', 17, str(listpack('a', 1, 'a', 2)), 'member', str(listpack('a', 1, 'b', 1))],
  ['a sorted set in a ziplist', 12, str(ziplist('a', 1, 'a', 2)), 'member', str(ziplist('a', 1, 'b', 1))],
  ['a hash', 4, pairs('f', '1', 'f', '2'), 'field', pairs('f', 'v', 'v', 'f')],
  ['a hash with long values', 4, pairs('f', LONG, 'f', LONG), 'field', pairs('f', LONG, 'g', LONG)],
  ['a packed hash', 16, str(listpack('f', 1, 'g', 2, 'f', 3)), 'field', str(listpack('f', 1, 'g', 'f'))],
  [
    'a long packed hash',
    16,
    str(listpack('f', LONG, 'g', 2, 'f', 3)),
    'field',
    str(listpack('f', LONG, 'g', 2)),
  ],
  [
    'a packed hash of long fields',
    16,
    str(listpack(LONG, 1, 'g', 2, LONG, 3)),
    'field',
    str(listpack(LONG, 1, `${LONG}x`, 2)),
  ],
  ['a hash in a ziplist', 13, str(ziplist('f', 1, 'f', 2)), 'field', str(ziplist('f', 1, 'g', 1))],
  [
    'a hash in a zipmap',
    9,
    str(bytes([2, 1], 'f', [1, 0], 'v', [1], 'f', [1, 0], 'w', [255])),
    'field',
    str(bytes([2, 1], 'f', [1, 0], 'v', [1], 'g', [1, 0], 'v', [255])),
  ],
  [
    'the groups of a stream',
    15,
    stream([
      ['g', 'c'],
      ['g', 'c'],
    ]),
    'group',
    stream([
      ['g', 'c'],
      ['h', 'c'],
    ]),
  ],
  [
    'the consumers of a group',
    15,
    stream([['g', 'c', 'd', 'c']]),
    'consumer of a group',
    stream([
      ['g', 'c', 'd'],
      ['h', 'c', 'd'],
    ]),
  ],
];

describe('what comes twice in a value', () => {
  it.each(ENCODINGS)('%s', (_what, type, twice, kind, once) => {
    const damaged = file('REDIS0011', key(0, 'other', str('v')), key(type, 'key', twice));
    const expected = `RdbError: DuplicateMember at byte 18: expected every ${kind} once, found one twice`;
    expect(verdict(damaged)).toBe(expected);
    expect(verdict(file('REDIS0011', key(type, 'key', once)))).toBe('sound');
    if (type === 20) return;
    // What Redis 7.0 of Debian knows.
    expect(isTakenByRedis(file('REDIS0010', key(type, 'key', twice)))).toBe(false);
    expect(isTakenByRedis(file('REDIS0010', key(type, 'key', once)))).toBe(true);
  });

  it('is found among fields that expire, in each of the three encodings', () => {
    const field = (ttl: number) => bytes(str('f'), str('v'), le(ttl, 8));
    const all = [
      file(
        'REDIS0012',
        key(24, 'h', le(TTL, 8), len(2), len(0), str('f'), str('1'), len(1), str('f'), str('2')),
      ),
      file('REDIS0012', key(25, 'h', le(TTL, 8), str(listpack('f', 1, TTL, 'f', 2, 0)))),
      file('VALKEY080', key(22, 'h', len(2), field(TTL), field(-1))),
    ];
    for (const content of all) expect(verdict(content)).toContain('DuplicateMember at byte 9');
  });

  it('is not what a list has twice, nor two values the same', () => {
    const values = [
      key(1, 'l', len(2), str('a'), str('a')),
      key(18, 'q', len(1), len(2), str(listpack('a', 'a'))),
      key(2, 's', len(1), str('a')),
      key(2, 't', len(1), str('a')),
    ];
    expect(verdict(file('REDIS0011', ...values))).toBe('sound');
  });

  it('is found among ten thousand, and not where there is none', () => {
    const members = Array.from({ length: 10_000 }, (_, index) => `member:${index}`);
    const set = (all: readonly string[]) => file('REDIS0011', key(2, 's', len(all.length), ...all.map(str)));
    expect(outcome(new RdbReader({ depth: 'deep' }), set(members))).toBe('sound');
    const last = outcome(new RdbReader({ depth: 'deep' }), set([...members, 'member:17']), 1000);
    expect(last).toContain('DuplicateMember');
  });
});

describe('a key that comes twice', () => {
  const one = key(0, 'k', str('1'));

  it('is found at the end of the file, where it came again', () => {
    expect(verdict(file('REDIS0011', one, key(0, 'l', str('1')), key(2, 'k', len(1), str('a'))))).toBe(
      'RdbError: DuplicateKey at byte 19: expected every key of a database once, found one again',
    );
    const long = key(0, LONG, str('v'));
    expect(outcome(new RdbReader({ depth: 'deep' }), file('REDIS0011', long, long), 999)).toContain(
      'DuplicateKey',
    );
  });

  it('may come in two databases, or empty', () => {
    expect(verdict(file('REDIS0011', one, [254, 1], one))).toBe('sound');
    expect(verdict(file('REDIS0011', one, key(2, 'k', len(0))))).toBe('sound');
  });

  it('is not looked for in a structural reading', () => {
    expect(outcome(new RdbReader({ depth: 'structural' }), file('REDIS0011', one, one))).toBe('sound');
  });
});

/** Reads as often as it takes. @returns what was found, and in how many readings */
async function inPasses(content: Uint8Array, options: Partial<RdbReaderOptions>) {
  const summaryOf = (reader: RdbReader) => {
    reader.write(content);
    return reader.end();
  };
  const { duplicates } = summaryOf(new RdbReader({ depth: 'deep', ...options }));
  if (!duplicates) throw new Error('duplicates were not looked for');
  let readings = 1;
  const found = await comparedInPasses(duplicates, async (again) => {
    readings++;
    return summaryOf(new RdbReader({ depth: 'deep', ...options, again })).duplicates;
  });
  return { found, readings };
}

describe('more than one reading can compare', () => {
  const keys = Array.from({ length: 20_000 }, (_, index) => key(0, `key:${index}`, str('v')));
  // Of 6,144 keys each.
  const options = { keysTableBytes: 65_536 };

  it('keys are compared in several, and none is taken for two', async () => {
    const { found, readings } = await inPasses(file('REDIS0011', ...keys), options);
    expect(readings).toBe(4);
    expect(areCompared(found)).toBe(true);
  });

  it('each key that comes twice is found in one of them', async () => {
    for (const index of [0, 1, 2, 3, 4, 5, 9_999, 19_999]) {
      const content = file('REDIS0011', ...keys, keys[index] ?? []);
      await expect(inPasses(content, options)).rejects.toThrow('DuplicateKey');
    }
  });

  it('members are compared in several', async () => {
    const count = 900_000;
    const members = Buffer.concat(Array.from({ length: count }, (_, index) => str(index.toString(36))));
    const set = (...more: readonly Uint8Array[]) =>
      file('REDIS0011', [2], str('s'), len(count + more.length), members, ...more);
    const { found, readings } = await inPasses(set(), {});
    expect([readings, areCompared(found)]).toEqual([2, true]);
    for (const text of ['0', '1', '2', '3', '4', 'abc']) {
      await expect(inPasses(set(str(text)), {})).rejects.toThrow('DuplicateMember');
    }
  }, 60_000);
});

describe('a checkpoint', () => {
  const resumed = (content: Uint8Array, at: number) => {
    const first = new RdbReader({ depth: 'deep' });
    first.write(content.slice(0, at));
    const second = RdbReader.resume(first.checkpoint());
    second.write(content.slice(at));
    return second.end().duplicates;
  };
  const keysOf = (count: number) =>
    Array.from({ length: count }, (_, index) => key(0, `k${index}`, str('v')));

  it('keeps the hashes of a thousand keys', () => {
    const all = keysOf(1000);
    const content = file('REDIS0011', ...all);
    expect(resumed(content, content.length - 100)).toMatchObject({ forgotten: false });
    const twice = file('REDIS0011', ...all, all[5] ?? []);
    expect(() => resumed(twice, twice.length - 15)).toThrow('DuplicateKey');
  });

  it('says that more of them were not compared with what came after it', () => {
    const content = file('REDIS0011', ...keysOf(3000));
    expect(resumed(content, content.length - 100)).toMatchObject({ forgotten: true });
  });

  it('keeps the hashes of a small value that it is in the middle of, and says so of a large one', () => {
    const members = (count: number) => Array.from({ length: count }, (_, index) => str(`m${index}`));
    const set = (...all: readonly Uint8Array[]) => file('REDIS0011', key(2, 's', len(all.length), ...all));
    const small = set(...members(400));
    expect(resumed(small, small.length >> 1)).toMatchObject({ forgotten: false });
    const twice = set(...members(400), str('m3'));
    expect(() => resumed(twice, twice.length >> 1)).toThrow('DuplicateMember');
    const large = set(...members(5000));
    expect(resumed(large, large.length >> 1)).toMatchObject({ forgotten: true });
  });
});
