import { describe, expect, it } from 'vitest';
import { RdbReader } from '../index.ts';
import { file, key, listpack, read, str } from '../testing/build.ts';
import { readFile } from './oracle/read-file.ts';

const CONTENT = file(
  'REDIS0011',
  [254, 0],
  key(0, 'a', str('1')),
  key(16, 'b', str(listpack('f', 'v'))),
  [254, 4],
  key(0, 'c', str('x'.repeat(100))),
  key(0, 'last', str('2')),
);
const UP_TO_LAST = CONTENT.indexOf(str('last')[1] ?? 0, CONTENT.length - 20);

describe('what has been counted so far', () => {
  it('is there before the end, and after a refusal', () => {
    const reader = new RdbReader({ depth: 'deep' });
    expect(reader.counts).toMatchObject({ keys: 0, rdbVersion: 0, byDatabase: {} });
    reader.write(CONTENT.subarray(0, UP_TO_LAST));
    const expected = {
      keys: 3,
      rdbVersion: 11,
      byDatabase: { 0: 2, 4: 1 },
      byEncoding: { string: 2, 'hash-listpack': 1 },
    };
    expect(reader.counts).toMatchObject(expected);
    expect(() => reader.end()).toThrow('Truncated');
    expect(reader.counts).toMatchObject(expected);
  });

  it('is what the summary says in the end', () => {
    const reader = new RdbReader({ depth: 'structural' });
    reader.write(CONTENT);
    const { crc64: _, ...summary } = reader.end();
    expect(reader.counts).toEqual(summary);
  });
});

describe('encodings', () => {
  it.each(['deep', 'structural'] as const)('are counted as the oracle counts them (%s)', (depth) => {
    expect(read(CONTENT, { depth }).byEncoding).toEqual(readFile(CONTENT, depth).byEncoding);
  });
});

describe('names of the biggest keys', () => {
  it('are told only if asked for, and go on wherever a checkpoint was taken', () => {
    expect(read(CONTENT).biggestKeys?.map(({ name }) => name)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    for (let at = 1; at < CONTENT.length; at += 7) {
      const first = new RdbReader({ depth: 'deep', namesBiggest: true });
      first.write(CONTENT.subarray(0, at));
      const second = RdbReader.resume(first.checkpoint());
      second.write(CONTENT.subarray(at));
      expect(second.end().biggestKeys?.map(({ name }) => name)).toEqual(['c', 'b', 'last', 'a']);
    }
  });

  it('are cut at 256 bytes', () => {
    const { biggestKeys } = read(file('REDIS0011', key(0, 'n'.repeat(1000), str('v'))), {
      namesBiggest: true,
    });
    expect(biggestKeys?.[0]?.name).toBe('n'.repeat(256));
  });
});
