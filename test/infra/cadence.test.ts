import cron from 'aws-cron-parser';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Duration } from '../../core/model/duration.ts';
import { cronsEvery } from '../../lib/schedule/cadence.ts';

const MIDNIGHT = Date.parse('2026-11-21T00:00:00Z');
const DAY_MS = 86_400_000;

/** Every instant of one day at which any of the expressions fires, as minutes since midnight. */
function firingsOf(expressions: readonly string[]): readonly number[] {
  const minutes = expressions.flatMap((expression) => {
    const parsed = cron.parse(expression.slice('cron('.length, -1));
    const found: number[] = [];
    for (let at = cron.next(parsed, new Date(MIDNIGHT - 1000)); at !== null; at = cron.next(parsed, at)) {
      if (at.getTime() >= MIDNIGHT + DAY_MS) break;
      found.push((at.getTime() - MIDNIGHT) / 60_000);
    }
    return found;
  });
  return minutes.sort((one, other) => one - other);
}

describe('cronsEvery', () => {
  it.each([
    ['24h', ['cron(0 0 * * ? *)']],
    ['1d', ['cron(0 0 * * ? *)']],
    ['6h', ['cron(0 0,6,12,18 * * ? *)']],
    ['1h', ['cron(0 * * * ? *)']],
    ['15m', ['cron(0,15,30,45 * * * ? *)']],
    ['90m', ['cron(0 0,3,6,9,12,15,18,21 * * ? *)', 'cron(30 1,4,7,10,13,16,19,22 * * ? *)']],
  ] as const)('%s', (every, expected) => {
    expect(cronsEvery(every)).toEqual(expected);
  });

  it('fires at every multiple of the cadence from midnight, and at nothing else', () => {
    const divisors = Array.from({ length: 1440 }, (_, at) => at + 1).filter(
      (minutes) => 1440 % minutes === 0 && minutes >= 15,
    );
    fc.assert(
      fc.property(fc.constantFrom(...divisors), (minutes) => {
        const expected = Array.from({ length: 1440 / minutes }, (_, at) => at * minutes);
        expect(firingsOf(cronsEvery(`${minutes}m` as Duration))).toEqual(expected);
      }),
      { numRuns: 15 },
    );
  });
});
