import { QUESTIONS, readingsOf } from '@redrill/local-aws/readings';
import { describe, expect, test } from 'vitest';
import { ASSUMPTIONS } from '../../core/contracts/assumptions.ts';
import {
  areRefused,
  type Chosen,
  coveringPairs,
  coveringSingles,
  deployable,
  expectToRefuseUnder,
  expectToWorkUnder,
  OTHERS,
  REFUSED,
} from '../e2e/readings.ts';
import { restore } from '../e2e/restore-world.ts';

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
      if (one !== other && !areRefused({ [one]: a, [other]: b }))
        expect(
          worlds.some((each) => each[one] === a && each[other] === b),
          `${one} and ${other}`,
        ).toBe(true);
});

/**
 * `npm run prove-readings`: each answer alone, and all pairs. `READINGS=page-size=one,durations=long`: one world with these.
 * Otherwise each answer, together with one to every other question: the first of these worlds is here, the others are those
 * of `test/long/resharded-caches.test.ts`.
 */
function worldsOf(readings: string | undefined): readonly Chosen[] {
  if (readings === undefined) return coveringSingles().slice(0, 1);
  if (readings === 'all') return [...OTHERS.map(([id, reading]) => ({ [id]: reading })), ...coveringPairs()];
  return [Object.fromEntries(readings.split(',').map((answer) => answer.split('=')))];
}
const WORLDS = worldsOf(process.env.READINGS);
/** `npm run test:long` takes one; RestoreNotLoaded is in `altered-vault.test.ts` too, SnapshotOverdue in `faults.test.ts`. */
const WORLDS_REFUSED = process.env.READINGS === 'all' ? REFUSED : REFUSED.slice(0, 1);

describe('backup, ingest, drill and watch work under', () => {
  test.each(WORLDS.map((chosen) => [inWords(chosen), chosen] as const))('%s', (_, chosen) =>
    expectToWorkUnder(chosen),
  );
});

describe('it refuses, with the documented code, under', () => {
  test.each(WORLDS_REFUSED.map(({ chosen, code }) => [inWords(chosen), code, chosen] as const))(
    '%s: %s',
    (_, code, chosen) => expectToRefuseUnder(chosen, code),
  );
});

test.skipIf(process.env.READINGS !== 'all')(
  'redrill restore makes a cache from files that ElastiCache reads by their ACLs',
  () =>
    expectToWorkUnder(
      { 'seed-grant': 'acl' },
      async (world) => {
        const words = ['whole', '--to', 'whole-restored', '--apply', '--config', deployable('acl').file];
        const { err, status } = await restore(world, words);
        expect({ err, status }).toMatchObject({ status: 0 });
        expect(world.statusOf('whole-restored', world.demo.vault)).toBe('available');
      },
      'acl',
    ),
);
