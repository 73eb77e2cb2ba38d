import { describe, expect, it } from 'vitest';
import type { RdbSummary } from '../index.ts';
import { bytes, file, key, le, len, listpack, read, str, totalOf, ziplist } from '../testing/build.ts';

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
      key(13, 'z', str(ziplist())),
    ];
    for (const depth of ['deep', 'structural'] as const) {
      expect(read(file('REDIS0010', ...empties, entry), { depth })).toMatchObject({ keys: 1, emptyKeys: 4 });
    }
    expect(totalOf(...empties, entry)).toBe(totalOf(entry));
  });
});
