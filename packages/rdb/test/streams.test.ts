import { describe, expect, it } from 'vitest';
import { be, bytes, file, key, le, len, listpack, read, str, totalOf } from '../testing/build.ts';

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
  /** Up to the pending entries of a stream's only group. */
  const oneGroup = bytes(counters, added, len(1), str('g'), len(7), len(0), len(3));
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
    ['entries after the last ID', bytes(len(2), len(6), len(0), added, len(0)), 'BadStream'],
    [
      'a pending entry that no consumer has',
      bytes(oneGroup, len(1), id(5, 1), le(9, 8), len(1), len(0)),
      'BadStream',
    ],
    [
      'a consumer with an entry that is not pending',
      bytes(oneGroup, len(0), len(1), str('c'), le(9, 8), len(1), id(5, 1)),
      'BadStream',
    ],
  ])('are refused with %s', (_what, tail, code) => {
    expect(() => read(file('REDIS0010', stream(19, tail)))).toThrowError(expect.objectContaining({ code }));
  });
});
