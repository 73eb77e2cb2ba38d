import { describe, expect, it } from 'vitest';
import { presets } from '../../../../core/contracts/presets.ts';
import { BASE, problemsOf, withPlan, withVault } from './config-fixture.ts';

const { keep } = presets.jobQueue;

describe('parseConfig accepts', () => {
  it('a lock that ends with the shortest retention, for up to a century', () => {
    const tiers = { hourly: '36500d', daily: '36500d', weekly: '36500d', monthly: 'forever' } as const;
    const plans = { jobs: { ...presets.jobQueue, keep: tiers }, none: presets.pureCache };
    const vault = { ...BASE.vault, lock: { mode: 'compliance', days: 36_500 } };
    expect(problemsOf({ ...BASE, vault, plans })).toEqual([]);
  });

  it('a lock of any length where nothing is protected', () => {
    const vault = { ...BASE.vault, lock: { mode: 'governance', days: 30 } };
    expect(problemsOf({ ...BASE, vault, plans: { none: presets.pureCache } })).toEqual([]);
  });
});

describe('the locks of tiers', () => {
  const withTiers = (tiers: object, days = 1) => withVault({ lock: { mode: 'governance', days, tiers } });

  it('may reach as far as each tier is kept', () =>
    expect(problemsOf(withTiers({ daily: 30, weekly: 364, monthly: 364 }, 2))).toEqual([]));

  it('may be of any length where a tier is kept for ever', () =>
    expect(
      problemsOf({
        ...withTiers({ monthly: 36_500 }),
        plans: { jobs: { ...presets.jobQueue, keep: { ...keep, monthly: 'forever' } } },
      }),
    ).toEqual([]));

  it('must not outlast what the lifecycle promises', () =>
    expect(problemsOf(withTiers({ daily: 31, monthly: 400 }))).toEqual([
      "vault.lock.tiers.daily: 31 locks daily recovery points beyond plans.jobs.keep.daily '30d'; use at most 30, or keep them longer",
      "vault.lock.tiers.monthly: 400 locks monthly recovery points beyond plans.jobs.keep.monthly '364d'; use at most 364, or keep them longer",
    ]));

  it('cannot be shorter than the lock that everything gets when it is written', () =>
    expect(problemsOf(withTiers({ weekly: 1 }, 2))).toEqual([
      'vault.lock.tiers.weekly: 1 is shorter than vault.lock.days, which every version is locked for when it is written; use at least 2, or omit it',
    ]));

  it('are not for hourly points, which `days` is for', () =>
    expect(problemsOf(withTiers({ hourly: 2 }))).toEqual([
      "vault.lock.tiers: 'hourly' is not a field; remove it or correct its spelling",
    ]));
});

describe('parseConfig refuses', () => {
  it('a lock that outlives the hourly copies: S3 could not expire them when the plan says so', () =>
    expect(problemsOf(withVault({ lock: { mode: 'governance', days: 3 } }))).toEqual([
      "vault.lock.days: 3 locks hourly recovery points beyond plans.jobs.keep.hourly '2d'; use at most 2, or keep them longer",
    ]));

  it('a lock that outlives the hourly copies of some plans, naming each of them', () => {
    const long = { ...presets.jobQueue, keep: { ...keep, hourly: '7d' } };
    const plans = { jobs: presets.jobQueue, long, logs: presets.eventLog, none: presets.pureCache };
    const input = { ...withVault({ lock: { mode: 'compliance', days: 7 } }), plans };
    expect(problemsOf(input)).toEqual(
      ['jobs', 'logs'].map(
        (name) =>
          `vault.lock.days: 7 locks hourly recovery points beyond plans.${name}.keep.hourly '2d'; use at most 2, or keep them longer`,
      ),
    );
  });

  it('a lock of a day and copies kept for hours, without advising a lock of nothing', () =>
    expect(problemsOf(withPlan({ keep: { ...keep, hourly: '12h' } }))).toEqual([
      "vault.lock.days: 1 locks hourly recovery points beyond plans.jobs.keep.hourly '12h'; keep them longer",
      "plans.jobs.keep.hourly: '12h' is not whole days, and S3 expires by the day; write for example 2d",
    ]));

  it('a lock in whole days, whatever part of a day the copies are kept', () =>
    expect(
      problemsOf({
        ...withVault({ lock: { mode: 'governance', days: 2 } }),
        plans: { jobs: { ...presets.jobQueue, keep: { ...keep, hourly: '36h' } } },
      })[0],
    ).toBe(
      "vault.lock.days: 2 locks hourly recovery points beyond plans.jobs.keep.hourly '36h'; use at most 1, or keep them longer",
    ));
});
