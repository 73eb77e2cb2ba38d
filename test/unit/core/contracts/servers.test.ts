import { describe, expect, it } from 'vitest';
import { fitConfig } from '../../../../core/contracts/parse-config.ts';
import { presets } from '../../../../core/contracts/presets.ts';
import { planNames } from '../../../../core/contracts/servers.ts';

const ROLE = 'arn:aws:iam::111122223333:role/events';
const BASE = { source: { region: 'eu-west-1' }, vault: { region: 'eu-central-1' } };
const OFTEN = { ...presets.eventLog, every: '5m', rpo: '20m' };

function problemsOf(changed: object): readonly string[] {
  const fitted = fitConfig({ ...BASE, plans: { log: presets.eventLog, often: OFTEN }, ...changed });
  return fitted.fits ? [] : fitted.problems;
}

describe('servers of the configuration', () => {
  it('may be saved more often than ElastiCache has snapshots for, on a plan of servers alone', () => {
    const servers = { events: { plan: 'often', shippers: [ROLE] } };
    expect(problemsOf({ servers })).toEqual([]);
    expect(problemsOf({ servers, caches: { orders: 'often' } })).toEqual([
      expect.stringContaining("plans.often.every: '5m' takes 288 manual snapshots per node"),
    ]);
    expect(problemsOf({})).toEqual([expect.stringContaining("plans.often.every: '5m'")]);
  });

  it.each([
    [
      'a name that a cache has',
      { events: { plan: 'log', shippers: [ROLE] } },
      { events: 'log' },
      'servers.events: a cache has this name already',
    ],
    [
      'an unknown plan',
      { events: { plan: 'logs', shippers: [ROLE] } },
      {},
      "servers.events.plan: there is no plan 'logs'",
    ],
    ['no shipper', { events: { plan: 'log', shippers: [] } }, {}, 'servers.events.shippers'],
    [
      'a user as a shipper',
      { events: { plan: 'log', shippers: ['arn:aws:iam::111122223333:user/x'] } },
      {},
      'write it as arn:aws:iam::111122223333:role/events-host',
    ],
    [
      'a name of capitals',
      { Events: { plan: 'log', shippers: [ROLE] } },
      {},
      'use at most 40 lower-case letters',
    ],
    ['the name of the rehearsal', { 'redrill-rehearsal': { plan: 'log', shippers: [ROLE] } }, {}, 'reserved'],
    ['a setting that there is not', { events: { plan: 'log', shippers: [ROLE], shard: 3 } }, {}, 'shard'],
  ])('cannot have %s', (_what, servers, caches, why) => {
    const problems = problemsOf({ plans: { log: presets.eventLog }, servers, caches });
    expect(problems.join('\n')).toContain(why);
  });

  it('are named beside the caches', () => {
    const servers = { events: { plan: 'log', shippers: [ROLE], shards: 1, largestFileGib: 1 } };
    expect(planNames({ caches: { orders: 'jobs' }, servers })).toEqual({ orders: 'jobs', events: 'log' });
  });
});
