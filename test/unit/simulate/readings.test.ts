import { QUESTIONS } from '@redrill/local-aws/readings';
import { describe, expect, it } from 'vitest';
import { ASSUMPTIONS } from '../../../core/contracts/assumptions.ts';
import { drawReadings, MODELLED, NOT_MODELLED, unusual } from '../../../simulate/readings.ts';

const SEEDS = Array.from({ length: 400 }, (_, seed) => seed);

function refusedIn(seed: number): readonly string[] {
  return Object.entries(drawReadings(seed)).flatMap(([id, reading]) =>
    ASSUMPTIONS[id]?.refuses[reading] === undefined ? [] : [id],
  );
}

describe('the readings of a simulated run', () => {
  it('are of every question of the local AWS, but those that are listed as not modelled', () => {
    expect([...MODELLED, ...Object.keys(NOT_MODELLED)].sort()).toEqual(Object.keys(QUESTIONS).sort());
  });

  it('are drawn from the seed, one for each question that is modelled', () => {
    expect(Object.keys(drawReadings(7))).toEqual([...MODELLED]);
    expect(drawReadings(7)).toEqual(drawReadings(7));
    expect(drawReadings(8)).not.toEqual(drawReadings(7));
  });

  it('are each drawn by some seed', () => {
    const drawn = new Set(SEEDS.flatMap((seed) => Object.entries(drawReadings(seed)).map(String)));
    const all = MODELLED.flatMap((id) =>
      Object.keys(QUESTIONS[id].readings).map((reading) => `${id},${reading}`),
    );
    expect([...drawn].sort()).toEqual(all.sort());
  });

  it('have one that Redrill refuses in one of 25 seeds, and none in the others', () => {
    for (const seed of SEEDS) expect(refusedIn(seed)).toHaveLength(seed % 25 === 13 ? 1 : 0);
  });

  it('are shown where they are not the usual ones', () => {
    expect(unusual({ durations: 'long', 'page-size': 'as-asked' })).toEqual({ durations: 'long' });
  });
});
