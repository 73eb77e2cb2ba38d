import { describe, expect, it } from 'vitest';
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
} from '../testing/build.ts';

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
