import { describe, expect, it } from 'vitest';
import type { DrillPlan } from '../../../../core/contracts/steps.ts';
import type { Topology } from '../../../../core/contracts/topology.ts';
import { compareTopology } from '../../../../core/drill/compare-topology.ts';
import { SLOT, TOPOLOGY } from '../facts.ts';

const PLAN: DrillPlan = {
  point: { tier: 'daily', slot: SLOT },
  plan: 'sessions',
  clusterId: 'redrill-drill-sessions-202611220230',
  nodeType: 'cache.t4g.medium',
  fallbackNodeTypes: [],
  engine: 'valkey',
  engineVersion: '8.0',
  clusterMode: false,
  shards: [{ shard: 1 }],
};

/** A cache that a drill rebuilds as it was, but for what every drill has of its own. */
const PLAIN: Topology = {
  ...TOPOLOGY,
  nodeType: 'cache.t4g.medium',
  replicas: 0,
  automaticFailover: false,
  multiAz: false,
};
const OWN = ['access', 'network'];

const compared = (changed: Partial<Topology>, plan: Partial<DrillPlan> = {}) =>
  compareTopology({ ...PLAIN, ...changed }, { ...PLAN, ...plan });

describe('compareTopology', () => {
  it('finds nothing but the drill’s own access and network where the cache is as plain as a drill', () =>
    expect(compared({}).map(({ setting }) => setting)).toEqual(OWN));

  it.each<[string, Partial<Topology>, string, string]>([
    ['node type', { nodeType: 'cache.r7g.large' }, 'cache.r7g.large', 'cache.t4g.medium'],
    ['replicas per shard', { replicas: 2 }, '2', '0'],
    ['engine', { engine: 'redis', engineVersion: '6.2.6' }, 'redis 6.2.6', 'valkey 8.0'],
    ['engine', { engineVersion: '8.1.0' }, 'valkey 8.1.0', 'valkey 8.0'],
    ['parameter group', { parameterGroup: 'ours' }, 'ours', 'the engine’s default'],
    [
      'parameters',
      { parameters: { timeout: '5', databases: '2' } },
      'databases = 2, timeout = 5',
      'defaults',
    ],
    ['TLS', { tls: false }, 'off', 'on'],
    ['automatic fail-over', { automaticFailover: true }, 'on', 'off'],
    ['Multi-AZ', { multiAz: true }, 'on', 'off'],
    ['durability', { durability: 'enabled' }, 'enabled', 'disabled'],
    ['tags', { tags: { team: 'shop', cost: '7' } }, 'cost, team', 'the drill’s own'],
  ])('names another %s: %j', (setting, changed, recorded, restored) => {
    const found = compared(changed).filter((each) => !OWN.includes(each.setting));
    expect(found).toMatchObject([{ setting, recorded, restored }]);
    expect(found[0]?.because).not.toBe('');
  });

  it('does not call a patch version a difference, nor durability that is off', () =>
    expect(
      compared({ engineVersion: '8.0.9', durability: 'disabled' }).map(({ setting }) => setting),
    ).toEqual(OWN));

  it('says that cluster mode insists on fail-over', () =>
    expect(compared({ clusterMode: true }, { clusterMode: true })).toContainEqual(
      expect.objectContaining({ setting: 'automatic fail-over', because: 'cluster mode insists on it' }),
    ));

  it.each<[Topology['auth'], string[], string]>([
    ['none', [], 'open to its network'],
    ['token', [], 'an AUTH token'],
    ['users', ['app', 'ops'], 'users of app, ops'],
    ['users', [], 'users of a user group'],
  ])('tells how the cache with auth %s and groups %j let people in', (auth, userGroups, recorded) =>
    expect(compared({ auth, userGroups })).toContainEqual(
      expect.objectContaining({ setting: 'access', recorded }),
    ),
  );

  it('tells the network by the names of subnet group and security groups', () =>
    expect(compared({ subnetGroup: 'private', securityGroups: ['sg-1', 'sg-2'] })).toContainEqual(
      expect.objectContaining({ setting: 'network', recorded: 'private, sg-1, sg-2' }),
    ));
});
