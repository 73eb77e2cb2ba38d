import { describe, expect, test } from 'vitest';
import { ASSUMPTIONS } from '../../core/contracts/assumptions.ts';
import { QUESTIONS, readingsOf } from '../../local/readings.ts';
import { type Chosen, coveringPairs, coveringSingles, expectToWorkUnder, OTHERS } from './readings.ts';

const inWords = (chosen: Chosen) =>
  Object.entries(chosen)
    .map(([id, reading]) => `${id}=${reading}`)
    .join(', ');

test('the product answers for every question of the local AWS, and for no other', () => {
  expect(Object.keys(ASSUMPTIONS).sort()).toEqual(Object.keys(QUESTIONS).sort());
});

test('a question or a reading that does not exist is refused by name', () => {
  expect(() => readingsOf({ 'page-length': 'one' })).toThrow(
    "there is no question 'page-length'; there are snapshot-membership,",
  );
  expect(() => readingsOf({ 'page-size': 'two' })).toThrow(
    "'two' is no reading of 'page-size'; there are as-asked, one",
  );
});

test('the covering array holds every pair of answers', () => {
  const worlds = coveringPairs();
  for (const [at, [one, a]] of OTHERS.entries())
    for (const [other, b] of OTHERS.slice(at + 1))
      if (one !== other)
        expect(
          worlds.some((each) => each[one] === a && each[other] === b),
          `${one} and ${other}`,
        ).toBe(true);
});

/** `npm run prove-readings`: each answer alone, and all pairs. Otherwise each, together with one to every other question. */
const WORLDS =
  process.env.READINGS === 'all'
    ? [...OTHERS.map(([id, reading]) => ({ [id]: reading })), ...coveringPairs()]
    : coveringSingles();

describe('backup, ingest, drill and watch work under', () => {
  test.each(WORLDS.map((chosen) => [inWords(chosen), chosen] as const))('%s', (_, chosen) =>
    expectToWorkUnder(chosen),
  );
});
