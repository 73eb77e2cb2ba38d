import { describe, expect, test } from 'vitest';
import { restorePlan } from '../../../../core/contracts/restore.ts';
import { parameterGroupToLookAt } from '../../../../core/restore/parameters.ts';
import { planRestore } from '../../../../core/restore/plan-restore.ts';
import type { RegionFacts, RestoreChoices } from '../../../../core/restore/sheet.ts';
import { pointOf, SLOT, soundShard, TOPOLOGY } from '../facts.ts';

const CHOICES: RestoreChoices = {
  to: 'sessions-restored',
  region: 'eu-central-1',
  stagingBucket: 'staging',
  securityGroups: ['sg-new'],
  hasToken: true,
  compares: true,
};
const FACTS: RegionFacts = {
  offers: [
    { engine: 'redis', version: '6.2', family: 'redis6.x' },
    { engine: 'redis', version: '7.0', family: 'redis7' },
    { engine: 'redis', version: '7.1', family: 'redis7' },
    { engine: 'valkey', version: '7.2', family: 'valkey7' },
    { engine: 'valkey', version: '8.0', family: 'valkey8' },
    { engine: 'valkey', version: '8.1', family: 'valkey8' },
  ],
  parameterGroup: undefined,
  subnetGroups: [{ name: 'apps', vpcId: 'vpc-1' }],
  userGroups: ['operators'],
};

interface Circumstances {
  readonly topology?: Partial<typeof TOPOLOGY>;
  readonly point?: Parameters<typeof pointOf>[0];
  readonly choices?: Partial<RestoreChoices>;
  readonly facts?: Partial<RegionFacts>;
}

function planned({ topology, point, choices, facts }: Circumstances = {}) {
  const recorded = pointOf({ ...point, topology: { ...TOPOLOGY, ...topology } });
  return restorePlan.parse(planRestore(recorded, { ...CHOICES, ...choices }, { ...FACTS, ...facts }));
}

const needs = (circumstances: Circumstances) =>
  planned(circumstances).needs.map(({ setting, message }) => `${setting}: ${message}`);
const differs = (circumstances: Circumstances) =>
  planned(circumstances).differences.map(
    ({ setting, recorded, restored }) => `${setting}: ${recorded} → ${restored}`,
  );

describe('a plan that can be applied', () => {
  test('rebuilds the cache as it was', () => {
    expect(planned()).toMatchObject({
      point: { cache: 'sessions', slot: SLOT, keys: 10 },
      creates: {
        engine: 'valkey',
        engineVersion: '8.0',
        nodeType: 'cache.r7g.large',
        clusterMode: false,
        shards: [{ shard: 1 }],
        replicas: 1,
        parameterGroup: 'default.valkey8',
        securityGroups: ['sg-new'],
        auth: 'token',
        tls: true,
        automaticFailover: true,
        multiAz: true,
      },
      needs: [],
    });
    expect(differs({})).toEqual(['security groups: sg-1 → sg-new']);
  });

  test('takes its own tags along, and not AWS’s', () => {
    const { creates } = planned({ topology: { tags: { team: 'web', 'aws:cloudformation:stack-id': 'x' } } });
    expect(creates.tags).toEqual({ team: 'web' });
  });

  test('keeps the security groups in their own region', () => {
    const { creates, needs } = planned({ choices: { region: 'eu-west-1', securityGroups: [] } });
    expect({ groups: creates.securityGroups, needs }).toEqual({ groups: ['sg-1'], needs: [] });
  });

  test('continues with the cluster of an earlier run', () => {
    const existing = { status: 'creating', restoredFrom: `sessions/${SLOT}` };
    expect(planned({ facts: { existing } }).notes).toContainEqual(
      expect.stringContaining('from an earlier run of this restore'),
    );
  });
});

describe('the engine', () => {
  test('that cannot be made any more becomes the next one that can', () => {
    expect(
      differs({ topology: { engine: 'redis', engineVersion: '5.0.6', parameterGroup: 'default.redis5.0' } }),
    ).toContain('engine: redis 5.0.6 → redis 6.2');
  });

  test('before 7.0 cannot be compared', () => {
    const topology = { engine: 'redis', engineVersion: '6.2.6', parameterGroup: 'default.redis6.x' };
    expect(needs({ topology })).toEqual([
      expect.stringMatching(
        /^comparison: before 7\.0 .* use --engine-version 7\.0 or newer, or --no-compare$/,
      ),
    ]);
    expect(needs({ topology, choices: { compares: false } })).toEqual([]);
    expect(needs({ topology, choices: { engineVersion: '7.1' } })).toEqual([]);
  });

  test('does not go back to an older version', () => {
    expect(needs({ topology: { engineVersion: '8.1.0' }, choices: { engineVersion: '8.0' } })).toEqual([
      'engine: an engine cannot go back from 8.1.0 to 8.0; use --engine-version 8.1 or newer',
    ]);
  });

  test('does not go back from Valkey to Redis OSS', () => {
    expect(needs({ choices: { engine: 'redis', engineVersion: '7.1' } })).toEqual([
      'engine: what Valkey wrote, redis does not load; leave --engine out',
    ]);
  });

  test('goes from Redis OSS to Valkey', () => {
    const topology = { engine: 'redis', engineVersion: '7.0.7', parameterGroup: 'default.redis7' };
    expect(differs({ topology, choices: { engine: 'valkey' } })).toContain(
      'engine: redis 7.0.7 → valkey 7.2',
    );
  });

  test('that the region does not offer is refused with what it offers', () => {
    expect(needs({ choices: { engineVersion: '9.9' } })[0]).toContain('it offers 7.2, 8.0, 8.1');
  });
});

describe('the parameter group', () => {
  const topology = { parameterGroup: 'tuned', parameters: { 'maxmemory-policy': 'noeviction' } };

  test('that the region lacks is asked for, with the commands that make it', () => {
    const [need] = needs({ topology });
    expect(need).toContain("parameter group: there is no parameter group 'tuned' in eu-central-1");
    expect(need).toContain('--cache-parameter-group-family valkey8');
    expect(need).toContain("ParameterName=maxmemory-policy,ParameterValue='noeviction'");
  });

  test('may be the engine’s own instead', () => {
    const choices = { parameterGroup: 'default' };
    expect(needs({ topology, choices })).toEqual([]);
    expect(differs({ topology, choices })).toContain(
      'parameters: maxmemory-policy = noeviction → default.valkey8',
    );
    expect(parameterGroupToLookAt({ ...TOPOLOGY, ...topology }, 'default')).toBeUndefined();
  });

  test('of another family is refused', () => {
    const parameterGroup = { name: 'tuned', family: 'redis7', clusterMode: false, parameters: {} };
    expect(needs({ topology, facts: { parameterGroup } })[0]).toContain('is of family redis7');
  });

  test('of the other cluster mode is refused', () => {
    const parameterGroup = { name: 'tuned', family: 'valkey8', clusterMode: true, parameters: {} };
    expect(needs({ topology, facts: { parameterGroup } })[0]).toContain("'tuned' has cluster mode on");
  });

  test('with other values is shown', () => {
    const parameterGroup = { name: 'tuned', family: 'valkey8', clusterMode: false, parameters: {} };
    expect(differs({ topology, facts: { parameterGroup } })).toContain(
      'parameters: maxmemory-policy = noeviction → the engine’s own',
    );
  });
});

describe('the network', () => {
  test('asks for security groups of another region', () => {
    expect(needs({ choices: { securityGroups: [] } })).toEqual([
      'security groups: sg-1 exist in eu-west-1 only; name those of eu-central-1 with --security-group',
    ]);
  });

  test('asks for a subnet group that exists', () => {
    expect(needs({ topology: { subnetGroup: 'of-the-source' } })).toEqual([
      "subnet group: there is no subnet group 'of-the-source' in eu-central-1; name one with --subnet-group: apps (vpc-1)",
    ]);
    expect(needs({ topology: { subnetGroup: 'of-the-source' }, choices: { subnetGroup: 'apps' } })).toEqual(
      [],
    );
  });
});

describe('access', () => {
  test('with a token asks for a new one', () => {
    expect(needs({ choices: { hasToken: false } })[0]).toContain(
      'access: the cache was behind an AUTH token',
    );
  });

  test('of a user group that the region lacks is asked for, with the commands that make it', () => {
    const topology = { auth: 'users' as const, userGroups: ['app-users'] };
    const [need] = needs({ topology, choices: { hasToken: false } });
    expect(need).toContain(
      "users: there is no active user group 'app-users' in eu-central-1 (it has operators)",
    );
    expect(need).toContain('aws elasticache create-user-group --region eu-central-1 --engine valkey');
  });

  test('may be of another user group', () => {
    const { creates, needs: missing } = planned({ choices: { hasToken: false, userGroup: 'operators' } });
    expect({ auth: creates.auth, group: creates.userGroup, missing }).toEqual({
      auth: 'users',
      group: 'operators',
      missing: [],
    });
  });

  test('by a token turns TLS on', () => {
    expect(differs({ topology: { tls: false, auth: 'none' } })).toContain('TLS: off → on');
  });
});

const GIB = 1024 ** 3;

describe('memory', () => {
  const shards = [soundShard(1, 10, { bytes: 2 * GIB })];

  test('of another type than the cache’s that is too small is refused with one that fits', () => {
    expect(needs({ point: { shards }, choices: { nodeType: 'cache.t4g.small' } })[0]).toMatch(
      /node type: the largest shard needs about 4097 MiB, and cache\.t4g\.small has \d+ to give; use --node-type cache\.\w+\.\w+/,
    );
  });

  test('of the cache’s own type that looks tight is a warning', () => {
    const plan = planned({ point: { shards }, topology: { nodeType: 'cache.t4g.medium' } });
    expect(plan.needs).toEqual([]);
    expect(plan.notes).toContainEqual(expect.stringContaining('the cache ran on this type, so it may fit'));
  });

  test('of a type that Redrill does not know is a warning', () => {
    const { notes } = planned({ choices: { nodeType: 'cache.x9.large' } });
    expect(notes).toContainEqual(expect.stringContaining('does not know the memory of cache.x9.large'));
  });
});

describe('cluster mode', () => {
  const cluster = {
    clusterMode: true,
    parameterGroup: 'default.valkey8.cluster.on',
    shards: [
      { shard: 1, slots: '0-8191' },
      { shard: 2, slots: '8192-16383' },
    ],
  };

  test('on to off is refused with the way round', () => {
    expect(needs({ topology: cluster, choices: { clusterMode: 'off' } })).toEqual([
      expect.stringMatching(
        /cluster mode: ElastiCache cannot .* npx redrill recover sessions\/\d+T\d+Z --into/,
      ),
    ]);
  });

  test('off to on makes one shard of all slots', () => {
    const { creates } = planned({ choices: { clusterMode: 'on' }, topology: { automaticFailover: false } });
    expect(creates).toMatchObject({
      shards: [{ shard: 1, slots: '0-16383' }],
      parameterGroup: 'default.valkey8.cluster.on',
      automaticFailover: true,
    });
  });

  test('off to on is refused for keys outside database 0', () => {
    const shards = [soundShard(1, 10, { byDatabase: { '0': 5, '3': 5 } })];
    expect(needs({ point: { shards }, choices: { clusterMode: 'on' } })[0]).toContain('keys in database 3');
  });

  test('keeps the slots of every shard', () => {
    expect(planned({ topology: cluster }).creates.shards).toEqual(cluster.shards);
  });
});

describe('replicas', () => {
  test('none means no fail-over and no Multi-AZ', () => {
    expect(planned({ choices: { replicas: 0 } }).creates).toMatchObject({
      replicas: 0,
      automaticFailover: false,
      multiAz: false,
    });
  });
});

describe('the new id', () => {
  test('of a foreign cluster is refused', () => {
    const existing = { status: 'available', restoredFrom: undefined };
    expect(needs({ facts: { existing } })[0]).toContain('which Redrill did not restore');
  });

  test('of a restore of another point is refused', () => {
    const existing = { status: 'available', restoredFrom: 'sessions/20261101T000000Z' };
    expect(needs({ facts: { existing } })[0]).toContain('was restored from sessions/20261101T000000Z');
  });
});
