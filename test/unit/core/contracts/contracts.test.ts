import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { comparison } from '../../../../core/contracts/drill.ts';
import { slot } from '../../../../core/contracts/fields.ts';
import { parseConfig } from '../../../../core/contracts/parse-config.ts';
import { presets } from '../../../../core/contracts/presets.ts';
import { fitContract } from '../../../../core/contracts/problems.ts';
import { recoveryPoint } from '../../../../core/contracts/recovery-point.ts';
import { resourceNames } from '../../../../core/contracts/resources.ts';
import { admission, drillInput, failure, ingestInput, recorded } from '../../../../core/contracts/steps.ts';
import { pointOf } from '../facts.ts';

const DRILL = { cache: 'sessions', drill: '20261121T060000Z', startedBy: 'ann', choose: 'latest' };

function problems(value: unknown, schema: z.ZodType): readonly string[] {
  const result = fitContract(value, schema, 'as a whole');
  return result.fits ? [] : result.problems;
}

describe('contracts', () => {
  it('a drill is of the latest point or of a slot', () => {
    expect(drillInput.parse(DRILL)).toEqual(DRILL);
    expect(drillInput.parse({ ...DRILL, choose: '20261120T060000Z' }).choose).toBe('20261120T060000Z');
    expect(problems({ ...DRILL, choose: 'newest' }, drillInput)).toEqual([
      "choose: 'newest' is not a slot; write it as 20261121T060000Z (UTC, to the minute)",
    ]);
  });

  it('a recovery point survives its way through JSON', () => {
    const point = pointOf();
    expect(recoveryPoint.parse(JSON.parse(JSON.stringify(point)))).toEqual(point);
  });

  it('name the field that does not fit, however deep', () => {
    const point = {
      ...pointOf(),
      takenAt: 'yesterday',
      totals: { ...pointOf().totals, byType: { string: 1 } },
    };
    expect(problems(point, recoveryPoint)).toEqual([
      "takenAt: 'yesterday' is not an instant; write it as 2026-11-21T06:00:00Z",
      ...['list', 'set', 'zset', 'hash', 'stream', 'module'].map(
        (type) => `totals.byType.${type}: it is missing; give a number`,
      ),
    ]);
  });

  it.each([
    [{ cache: 'Sessions' }, "cache: 'Sessions' does not have the form /^[a-z][a-z0-9-]{0,49}$/"],
    [{ shards: [] }, 'shards: it has too few entries; give at least 1'],
    [{ shards: ['1'] }, "shards.0: '1' is not a number"],
    [{ tier: 'yearly' }, "tier: 'yearly' is not one of 'hourly', 'daily', 'weekly', 'monthly'"],
  ])('%j', (changed, problem) => {
    const { cache, slot: at, tier, snapshot } = pointOf();
    expect(problems({ cache, slot: at, tier, snapshot, shards: [1], ...changed }, ingestInput)).toEqual([
      problem,
    ]);
  });

  it('show at most 60 characters of what does not fit', () => {
    const [problem] = problems({ Error: 'x'.repeat(500).split('') }, failure);
    expect(problem).toMatch(/^Error: \["x".{0,60}… is not a string$/);
    expect(problems('x'.repeat(500), z.int())).toEqual([`as a whole: '${'x'.repeat(58)}… is not a number`]);
  });

  it('leave to the library what has no words here', () => {
    expect(problems(3, z.number().multipleOf(2))).toEqual([
      'as a whole: Invalid number: must be a multiple of 2',
    ]);
    expect(problems('x', z.uuid())).toEqual([
      expect.stringMatching(/^as a whole: 'x' does not have the form \//),
    ]);
    expect(problems('x', z.jwt())).toEqual(["as a whole: 'x' does not have the form jwt"]);
    expect(problems('x', z.date())).toEqual(["as a whole: 'x' is not date"]);
    expect(problems(() => 1, z.string())).toEqual([
      expect.stringMatching(/^as a whole: \(\) => 1 is not a string$/),
    ]);
  });

  it.each([
    ['of a drill', recorded, { verdict: 'failed', report: 'reports/sessions/x.json' }],
    ['of an admission', admission, { verdict: 'suspect', tier: 'daily', record: 'daily/sessions/x' }],
  ])('the verdict %s carries its failure to the alert, if there is one', (_of, contract, told) => {
    const failed = { ...told, failure: { Error: 'RtoMissed', Cause: 'it took 2 h' } };
    expect(contract.parse(failed)).toEqual(failed);
    expect(contract.parse(told)).toEqual(told);
    expect(problems({ ...told, failure: 'it took 2 h' }, contract)).toEqual([
      "failure: 'it took 2 h' is not an object",
    ]);
  });

  it('a comparison knows when it was finished', () => {
    const known = {
      keysExpected: 1,
      keysCompared: 1,
      keysExpired: 0,
      mismatches: 0,
      mismatched: [],
      serverTime: '2026-11-21T06:00:00.000Z',
      seconds: 0.5,
    };
    expect(problems({ ...known, finishedAt: '2026-11-21T06:00:01.000Z' }, comparison)).toEqual([]);
    expect(problems(known, comparison)).toEqual(['finishedAt: it is missing; give a string']);
  });

  it('a failure without a cause has an empty one', () =>
    expect(failure.parse({ Error: 'States.Timeout' })).toEqual({ Error: 'States.Timeout', Cause: '' }));

  it('a slot is a text', () =>
    expect(problems(20261121, slot)).toEqual(['as a whole: 20261121 is not a string']));

  it('resources are named after their account and region, on both sides alike', () => {
    const config = parseConfig({
      source: { region: 'eu-west-1' },
      vault: { region: 'eu-central-1' },
      plans: { jobs: presets.jobQueue },
    });
    expect(resourceNames.landingBucket('111122223333', config)).toBe(
      'redrill-landing-111122223333-eu-west-1-an',
    );
    expect(resourceNames.vaultBucket('111122223333', config)).toBe(
      'redrill-vault-111122223333-eu-central-1-an',
    );
    expect(resourceNames.stagingBucket('111122223333', config)).toBe(
      'redrill-staging-111122223333-eu-central-1-an',
    );
    expect(resourceNames.role('copy-shard', 'eu-central-1')).toBe('redrill-copy-shard-eu-central-1');
  });
});
