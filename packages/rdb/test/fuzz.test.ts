import { describe, expect, it } from 'vitest';
import { EXPLANATIONS, explanationOf } from '../bench/differential/explanations.ts';
import { BYTE_EDITS } from '../bench/edits/in-bytes.ts';
import { tryInBytes } from '../bench/edits/run.ts';
import { fileOf, sources } from '../bench/fuzz/files.ts';
import { MUTATORS } from '../bench/fuzz/mutators.ts';
import { FuzzFailure, fuzz, NO_CHECKSUM, SOUND, UNCHANGED } from '../bench/fuzz/run.ts';
import { tableOf } from '../bench/fuzz/table.ts';

/** A slice of what `npm run fuzz` and `npm run edits` do a thousand times more of. */
const FILES = 3000;
const EDITS = 150;

describe('a slice of the fuzz run', () => {
  const tallies = fuzz({ seed: 7, from: 0, to: FILES, oracleShare: 0.1 });

  it('has every mutator take part, and keeps every promise', () => {
    expect(Object.keys(tallies)).toEqual([...MUTATORS.keys()]);
    const all = Object.values(tallies);
    expect(all.reduce((sum, { files }) => sum + files, 0)).toBe(FILES);
    expect(Math.min(...all.map(({ files }) => files))).toBeGreaterThan(50);
    expect(tableOf(tallies)).toContain('| **all** | 3,000 |');
  });

  it('accepts what is sound, and knows what has no checksum', () => {
    const of = (name: string) => tallies[name]?.outcomes ?? {};
    expect(Object.keys(of('nothing (the control)'))).toEqual([UNCHANGED]);
    expect(of('a random byte, checksum put right')[SOUND]).toBeGreaterThan(0);
    expect(of('no checksum, and bit flips')[NO_CHECKSUM]).toBeGreaterThan(0);
    expect(Object.keys(of('another file behind it'))).toEqual(['TrailingBytes']);
  });

  it('makes the same file from the same number', () => {
    const again = [fileOf(7, 123, sources()), fileOf(7, 123, sources())];
    expect(again[0]?.content).toEqual(again[1]?.content);
    expect(new FuzzFailure(7, fileOf(7, 123, sources()), 'broken').message).toContain('file 123 of seed 7');
  });
});

it('no edit of a single value in the bytes of a file leaves its digest', () => {
  const { byKind, resaved } = tryInBytes(11, EDITS);
  expect(Object.keys(byKind).sort()).toEqual(Object.keys(BYTE_EDITS).sort());
  expect(resaved).toBe(EDITS);
});

describe('a disagreement with a server', () => {
  const ours = { outcome: 'TrailingBytes', said: 'TrailingBytes at byte 9: expected' } as const;

  it('is explained or is not', () => {
    const known = explanationOf({ who: 'server', they: 'accept', ours, said: '' });
    expect(EXPLANATIONS).toContain(known);
    expect(explanationOf({ who: 'server', they: 'differ', ours, said: '' })).toBeUndefined();
    expect(explanationOf({ who: 'checker', they: 'refuse', ours, said: 'something else' })).toBeUndefined();
  });
});
