import { describe, expect, test } from 'vitest';
import { restorePlan } from '../../../../core/contracts/restore.ts';
import { byWayOfNodes } from '../../../../core/restore/by-way-of-nodes.ts';
import { planRestore } from '../../../../core/restore/plan-restore.ts';
import type { RegionFacts, RestoreChoices } from '../../../../core/restore/sheet.ts';
import { pointOf, SLOT, soundShard, TOPOLOGY } from '../facts.ts';

const CHOICES: RestoreChoices = {
  to: 'sessions-restored',
  region: 'eu-west-1',
  stagingBucket: 'staging',
  securityGroups: [],
  hasToken: false,
  compares: true,
};
const FACTS: RegionFacts = {
  offers: [
    { engine: 'redis', version: '7.1', family: 'redis7' },
    { engine: 'valkey', version: '7.2', family: 'valkey7' },
    { engine: 'valkey', version: '8.0', family: 'valkey8' },
  ],
  parameterGroup: undefined,
  subnetGroups: [
    { name: 'other', vpcId: 'vpc-2', subnets: ['subnet-x'] },
    { name: 'apps', vpcId: 'vpc-1', subnets: ['subnet-a', 'subnet-b', 'subnet-c', 'subnet-d'] },
  ],
  userGroups: ['operators'],
};
const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/k';
const SERVERLESS = {
  ...TOPOLOGY,
  engineVersion: '8.0',
  nodeType: 'serverless',
  clusterMode: true,
  shards: [{ shard: 1, slots: '0-16383' }],
  parameterGroup: '',
  auth: 'none' as const,
  serverless: {
    storageGb: { minimum: 1, maximum: 10 },
    ecpuPerSecond: { maximum: 5_000 },
    subnets: ['subnet-a', 'subnet-b'],
    kmsKey: KEY,
  },
};
const OPEN = { ...TOPOLOGY, auth: 'none' as const };

interface Circumstances {
  readonly topology: typeof TOPOLOGY;
  readonly point?: Parameters<typeof pointOf>[0];
  readonly choices?: Partial<RestoreChoices>;
  readonly facts?: Partial<RegionFacts>;
}

function planned({ topology, point, choices, facts }: Circumstances) {
  const recorded = pointOf({ ...point, topology });
  return restorePlan.parse(planRestore(recorded, { ...CHOICES, ...choices }, { ...FACTS, ...facts }));
}

const needs = (circumstances: Circumstances) =>
  planned(circumstances).needs.map(({ setting, message }) => `${setting}: ${message}`);
const differs = (circumstances: Circumstances) =>
  planned(circumstances).differences.map(
    ({ setting, recorded, restored }) => `${setting}: ${recorded} → ${restored}`,
  );

describe('a serverless cache', () => {
  test('becomes one as it was, in its own region', () => {
    const plan = planned({ topology: SERVERLESS });
    expect(plan).toMatchObject({
      creates: {
        engine: 'valkey',
        engineVersion: '8',
        nodeType: 'serverless',
        tls: true,
        auth: 'none',
        securityGroups: ['sg-1'],
        serverless: SERVERLESS.serverless,
      },
      differences: [],
      needs: [],
    });
    expect(plan.notes).toContainEqual(expect.stringContaining('RDB files in S3'));
  });

  test('needs subnets and security groups of another region, and leaves its key behind', () => {
    const abroad = { topology: SERVERLESS, choices: { region: 'eu-central-1' } };
    expect(needs(abroad)).toEqual([
      expect.stringContaining('security groups: sg-1 exist in eu-west-1 only'),
      expect.stringContaining('subnets: subnet-a, subnet-b: not in eu-central-1'),
    ]);
    const choices = { region: 'eu-central-1', securityGroups: ['sg-9'], subnets: ['default'] };
    const { creates, needs: missing } = planned({ topology: SERVERLESS, choices });
    expect({ subnets: creates.serverless, missing }).toEqual({
      subnets: {
        storageGb: { minimum: 1, maximum: 10 },
        ecpuPerSecond: { maximum: 5_000 },
        subnets: [],
      },
      missing: [],
    });
    expect(differs({ topology: SERVERLESS, choices })).toContain(`encryption key: ${KEY} → AWS’s own`);
  });

  test('keeps its user group, which the region must have', () => {
    const topology = { ...SERVERLESS, auth: 'users' as const, userGroups: ['app-users'] };
    expect(needs({ topology })).toEqual([
      expect.stringContaining("users: there is no active user group 'app-users' in eu-west-1"),
    ]);
    expect(planned({ topology, choices: { userGroup: 'operators' } }).creates).toMatchObject({
      auth: 'users',
      userGroup: 'operators',
    });
  });
});

describe('a serverless cache of a node-based point', () => {
  const choices = { serverless: true };

  test('says first what is lost', () => {
    const topology = { ...OPEN, parameterGroup: 'tuned', parameters: { timeout: '10' } };
    expect(differs({ topology, choices, point: { shards: [soundShard(1, 10, { functions: 2 })] } })).toEqual([
      'kind: 1 × cache.r7g.large → serverless',
      'cluster mode: off → on',
      'parameters: timeout = 10 → none',
      'functions: 2 libraries → cannot be called',
    ]);
  });

  test('has no AUTH token: users, or expressly nobody’s password', () => {
    expect(needs({ topology: TOPOLOGY, choices })).toEqual([expect.stringContaining('--user-group none')]);
    expect(planned({ topology: TOPOLOGY, choices: { ...choices, userGroup: 'none' } })).toMatchObject({
      creates: { auth: 'none' },
      needs: [],
    });
  });

  test('is refused if there are keys in another database', () => {
    const shards = [soundShard(1, 10, { byDatabase: { '0': 5, '3': 5 } })];
    expect(needs({ topology: OPEN, choices, point: { shards } })).toEqual([
      'databases: it has keys in database 3, and a serverless cache has database 0 alone; restore it node-based',
    ]);
  });

  test.each([
    ['valkey', '9.0', {}, 'serverless caches have valkey 7 and 8, and its files are of valkey 9.0'],
    ['valkey', '8.0', { engineVersion: '7.2' }, 'not of valkey 7.2'],
    ['redis', '4.0.10', {}, 'does not load files of Redis OSS 4.0.10'],
    ['valkey', '8.0', { engine: 'redis' }, 'what Valkey wrote, redis does not load'],
  ])('is refused of %s %s where no version loads its files', (engine, engineVersion, asked, why) => {
    const topology = { ...OPEN, engine, engineVersion };
    expect(needs({ topology, choices: { ...choices, ...asked } })).toEqual([expect.stringContaining(why)]);
  });

  test.each([
    ['redis', '6.2', {}, 'redis', '7'],
    ['redis', '7.1', { engine: 'valkey' }, 'valkey', '7'],
    ['redis', '7.1', { engine: 'valkey', engineVersion: '8.0' }, 'valkey', '8'],
    ['valkey', '8.1', {}, 'valkey', '8'],
  ])('of %s %s has the version that loads its files', (engine, engineVersion, asked, wanted, major) => {
    const topology = { ...OPEN, engine, engineVersion };
    expect(planned({ topology, choices: { ...choices, ...asked } })).toMatchObject({
      creates: { engine: wanted, engineVersion: major },
      needs: [],
    });
  });

  test('is in subnets of the recorded subnet group', () => {
    const topology = { ...OPEN, subnetGroup: 'apps' };
    expect(planned({ topology, choices }).creates.serverless?.subnets).toEqual([
      'subnet-a',
      'subnet-b',
      'subnet-c',
    ]);
    expect(needs({ topology: { ...OPEN, subnetGroup: 'gone' }, choices })).toEqual([
      expect.stringContaining('subnets: gone: not in eu-west-1'),
    ]);
  });
});

describe('a node-based cluster of a serverless cache', () => {
  const choices = { serverless: false };

  test('has the smallest nodes that hold it, and says what is lost', () => {
    const plan = planned({ topology: SERVERLESS, choices });
    expect(plan).toMatchObject({
      creates: {
        engineVersion: '8.0',
        nodeType: 'cache.t4g.micro',
        replicas: 1,
        multiAz: true,
        subnetGroup: 'apps',
        parameterGroup: 'default.valkey8.cluster.on',
        tls: true,
        auth: 'none',
      },
      needs: [],
    });
    expect(plan.creates.serverless).toBeUndefined();
    expect(differs({ topology: SERVERLESS, choices })).toEqual([
      'kind: serverless → node-based',
      'usage limits: storage 1–10 GB, 0–5000 ECPU/s → none',
      `encryption key: ${KEY} → AWS’s own`,
      'node type: serverless → cache.t4g.micro',
    ]);
  });

  test('is what a node type asks for', () => {
    const { creates } = planned({ topology: SERVERLESS, choices: { nodeType: 'cache.r7g.large' } });
    expect(creates).toMatchObject({ nodeType: 'cache.r7g.large' });
  });

  test('needs a subnet group where none has the cache’s subnets', () => {
    expect(needs({ topology: SERVERLESS, choices, facts: { subnetGroups: [] } })).toEqual([
      expect.stringContaining('subnet group: no subnet group in eu-west-1 has the subnets'),
    ]);
  });
});

test('an earlier run’s cache of the other kind is not gone on with', () => {
  const existing = { status: 'available', restoredFrom: `sessions/${SLOT}`, isServerless: true } as const;
  expect(needs({ topology: SERVERLESS, choices: { serverless: false }, facts: { existing } })).toEqual([
    expect.stringContaining('was restored from this point as a serverless cache'),
  ]);
  expect(planned({ topology: SERVERLESS, facts: { existing } }).notes).toContainEqual(
    expect.stringContaining('from an earlier run of this restore'),
  );
});

test('another way to a serverless cache has everything that the plan has', () => {
  const commands = byWayOfNodes(planned({ topology: SERVERLESS }), 'Invalid snapshot ARN');
  expect(commands).toContain(
    `npx redrill restore sessions/${SLOT} --to sessions-restored-nodes --region eu-west-1 --node-based --apply`,
  );
  expect(commands).toContain(
    '--subnet-ids subnet-a subnet-b --security-group-ids sg-1 --kms-key-id ' +
      `${KEY} --cache-usage-limits 'DataStorage={Minimum=1,Maximum=10,Unit=GB},ECPUPerSecond={Maximum=5000}'`,
  );
});
