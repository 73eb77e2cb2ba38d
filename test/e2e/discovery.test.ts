import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { beforeAll, describe, expect, test } from 'vitest';
import { resourceNames } from '../../core/contracts/resources.ts';
import { restoreReport } from '../../core/contracts/restore.ts';
import { instantOf } from '../../core/model/slot.ts';
import { PLAN_TAG } from '../../core/model/tags.ts';
import demo from '../../redrill.config.ts';
import { CANARIES_PER_SHARD } from './canaries.ts';
import { redrill } from './redrill.ts';
import { ADDRESS, asTemplates } from './templates.ts';
import { MIDNIGHT, MINUTE_MS, type StartedDrill, type ToldAlert, World } from './world.ts';

const tagged = (plan: string) => ({ tags: { [PLAN_TAG]: plan } });

/** `sessions` is named in redrill.config.ts, and somebody has tagged it with a plan that protects nothing. */
const CACHES = [
  { id: 'sessions', ...tagged('pure-cache') },
  { id: 'by-tag', ...tagged('rate-limits') },
  { id: 'empty', ...tagged('rate-limits') },
  { id: 'pure', ...tagged('pure-cache') },
  { id: 'single', standalone: true, ...tagged('rate-limits') },
  { id: 'carts', serverless: true, ...tagged('rate-limits') },
  { id: 'untagged', tags: { team: 'web' } },
] as const;

/** An RDB file without a checksum, of one string whose name has so many bytes, below 16,384. */
function fileOfOneKey(nameBytes: number): Buffer {
  return Buffer.concat([
    Buffer.from('REDIS0010'),
    Buffer.from([0xfe, 0, 0, 0x40 | (nameBytes >> 8), nameBytes & 0xff]),
    Buffer.alloc(nameBytes, 'k'),
    Buffer.from([1, 0x76, 0xff]),
    Buffer.alloc(8),
  ]);
}

/** What Redrill calls the serverless cache that has the id of a cluster. */
const ALIAS = 'single-serverless';
const ALIASED_KEYS = 150;

function configuredWithAlias(): string {
  const file = join(mkdtempSync(join(tmpdir(), 'redrill-alias-')), 'redrill.config.mjs');
  const aliases = { [ALIAS]: { id: 'single', kind: 'serverless' } };
  const config = { ...demo, source: { ...demo.source, aliases } };
  writeFileSync(file, `export default ${JSON.stringify(config)};\n`);
  return file;
}

async function createOfTheSameId(): Promise<void> {
  await world.create([{ id: 'single', serverless: true, ...tagged('rate-limits') }]);
  const { account, region } = world.demo.source;
  const node = () => world.aws.elasticache.serverlessNodeOf(account, region, 'single');
  await world.until('it is there', () => node() !== undefined);
  const { host, port, ca = '' } = node()?.customer ?? {};
  const redis = new Redis({ host: host ?? '', port: port ?? 0, tls: { ca } });
  for (let key = 0; key < ALIASED_KEYS; key++) await redis.set(`aliased:${key}`, `value ${key}`);
  redis.disconnect();
}

let world: World;
let toldOfTheSlot: readonly ToldAlert[];
let drill: StartedDrill;

beforeAll(async () => {
  world = await World.start(asTemplates({ aliases: { [ALIAS]: { id: 'single', kind: 'serverless' } } }));
  await world.create(CACHES);
  for (const { id } of CACHES) if (id !== 'empty') await world.fill(id, 50);
  await createOfTheSameId();
  world.aws.scheduler.start();
  await world.passUntil(instantOf(MIDNIGHT).getTime() + 30 * MINUTE_MS);
  toldOfTheSlot = world.alerts;
  drill = await world.startDrill('empty');
  await world.pass(MINUTE_MS);
  return () => world.close();
});

describe('the templates of redrill template, deployed by CloudFormation', () => {
  test('subscribe the address of the parameter to the alerts of both regions, which the watches expect', async () => {
    const { source, vault, call } = world.demo;
    for (const { account, region } of [source, vault]) {
      const TopicArn = resourceNames.alertTopic(account, region);
      const { Subscriptions } = (await call('sns', 'ListSubscriptionsByTopic', region, { TopicArn })) as {
        readonly Subscriptions: readonly { readonly Endpoint: string }[];
      };
      expect(Subscriptions.map(({ Endpoint }) => Endpoint)).toEqual([ADDRESS]);
    }
  });
});

describe('start-backups', () => {
  test('finds caches by id and by tag; the configuration outranks a tag', () => {
    expect(world.ends.filter((end) => end.startsWith('backup '))).toEqual([
      `backup by-tag-${MIDNIGHT} SUCCEEDED`,
      `backup carts-${MIDNIGHT} SUCCEEDED`,
      `backup empty-${MIDNIGHT} SUCCEEDED`,
      `backup sessions-${MIDNIGHT} SUCCEEDED`,
      `backup single-${MIDNIGHT} SUCCEEDED`,
    ]);
  });

  test('takes the plan of each from where it found it', async () => {
    const plans = Object.fromEntries((await world.points()).map(({ cache, plan }) => [cache, plan]));
    expect(plans).toEqual({
      'by-tag': 'rate-limits',
      carts: 'rate-limits',
      empty: 'rate-limits',
      sessions: 'session-store',
      single: 'rate-limits',
      [ALIAS]: 'rate-limits',
    });
  });

  test('misses a cache that the configuration names and that is not there, aloud', () => {
    expect(world.allAlerts.filter(({ cache }) => cache === 'orders')).toEqual([
      { code: 'UnknownCache', cache: 'orders', severity: 'page' },
    ]);
  });
});

describe('a cache without a single key', () => {
  test('gives a recovery point that is suspect, not verified', async () => {
    const [point] = await world.points('empty');
    expect(point).toMatchObject({ verdict: 'suspect', reasons: [{ code: 'Empty' }], totals: { keys: 0 } });
    expect(world.ends.filter((end) => end.startsWith('ingest '))).toEqual([
      `ingest by-tag-${MIDNIGHT} SUCCEEDED`,
      `ingest carts-${MIDNIGHT} SUCCEEDED`,
      `ingest empty-${MIDNIGHT} FAILED`,
      `ingest sessions-${MIDNIGHT} SUCCEEDED`,
      `ingest single-${MIDNIGHT} SUCCEEDED`,
    ]);
  });

  test('is the only thing that people are told of', () => {
    expect(toldOfTheSlot).toEqual([{ code: 'RecoveryPointSuspect', cache: 'empty', severity: 'page' }]);
    expect(world.refusals).toEqual([]);
    expect(world.leaks).toEqual([]);
  });

  test('is not drilled, and that is told too', () => {
    expect(drill.execution.status).toBe('FAILED');
    expect(world.alerts.at(-1)).toEqual({ code: 'NoRecoveryPoint', cache: 'empty', severity: 'page' });
  });
});

describe('a cluster of one node outside a replication group, protected by its tag', () => {
  test('is sealed with what a group of one node needs, and has the lineage of the cluster', async () => {
    const [point] = await world.points('single');
    const { account, region } = world.demo.source;
    expect(point).toMatchObject({
      verdict: 'verified',
      tier: 'monthly',
      lineage: { arn: `arn:aws:elasticache:${region}:${account}:cluster:single` },
      topology: {
        engine: 'redis',
        nodeType: 'cache.t4g.small',
        clusterMode: false,
        replicas: 0,
        shards: [{ shard: 1 }],
        tls: false,
        auth: 'none',
        automaticFailover: false,
        tags: { [PLAN_TAG]: 'rate-limits' },
      },
    });
  });

  test('is drilled in a replication group of one node, and every key matches', async () => {
    const { execution } = await world.startDrill('single');
    await world.pass(30 * MINUTE_MS);
    expect(execution.status).toBe('SUCCEEDED');
    const { out, status } = await redrill(world, 'status', 'single', '--json');
    expect(JSON.parse(out)).toMatchObject({
      caches: [{ cache: 'single', state: 'ok', lastDrill: { verdict: 'passed' } }],
    });
    expect(status).toBe(0);
  });

  test('is restored as a replication group of one node, without automatic fail-over', async () => {
    const { out, err, status } = await redrill(
      world,
      ...['restore', 'single', '--to', 'single-again', '--apply', '--json'],
    );
    expect(err).not.toContain('Error');
    expect(restoreReport.parse(JSON.parse(out))).toMatchObject({
      compared: 'matched',
      plan: { creates: { engine: 'redis', clusterMode: false, replicas: 0, automaticFailover: false } },
    });
    expect(status).toBe(0);
    expect(world.statusOf('single-again', world.demo.vault)).toBe('available');
  });

  test('takes part in compare and recover by its id', async () => {
    const withAlias = ['--config', configuredWithAlias()];
    const compared = await redrill(world, 'compare', 'single/latest', 'single', '--json', ...withAlias);
    if (compared.out === '') throw new Error(compared.err);
    expect(JSON.parse(compared.out)).toMatchObject({ verdict: 'equal' });
    const state = join(mkdtempSync(join(tmpdir(), 'redrill-single-')), 'state.json');
    const words = ['recover', 'single/latest', '--into', 'single', '--state', state, '--apply', '--json'];
    const { out, status } = await redrill(world, ...words, ...withAlias);
    expect(JSON.parse(out)).toMatchObject({ outcome: 'recovered', written: 0, refused: 0 });
    expect(status).toBe(0);
  });

  test('raises no alert', () => {
    expect(world.allAlerts.filter(({ cache }) => cache?.startsWith('single'))).toEqual([]);
    expect(world.refusals).toEqual([]);
  });
});

describe('a serverless cache with the id of a cluster, and an alias', () => {
  test('has points of its own under the alias, and a drill that compares its keys', async () => {
    const { account, region } = world.demo.source;
    expect(await world.points(ALIAS)).toMatchObject([
      {
        kind: 'serverless',
        verdict: 'verified',
        totals: { keys: ALIASED_KEYS },
        lineage: { arn: `arn:aws:elasticache:${region}:${account}:serverlesscache:single` },
      },
    ]);
    const { execution } = await world.startDrill(ALIAS);
    await world.pass(30 * MINUTE_MS);
    expect(execution.status).toBe('SUCCEEDED');
    expect((await world.lastReport(ALIAS)).comparison).toMatchObject({ keysCompared: ALIASED_KEYS });
    expect(world.allAlerts.filter(({ cache }) => cache === ALIAS)).toEqual([]);
  });
});

describe('a serverless cache, protected by its tag', () => {
  test('is sealed with its limits, networks and users, and with what a node-based cache in its place needs', async () => {
    const [point] = await world.points('carts');
    const { account, region } = world.demo.source;
    expect(point).toMatchObject({
      kind: 'serverless',
      verdict: 'verified',
      totals: { keys: 50 + CANARIES_PER_SHARD },
      lineage: { arn: `arn:aws:elasticache:${region}:${account}:serverlesscache:carts` },
      topology: {
        engine: 'valkey',
        engineVersion: '8.0',
        nodeType: 'serverless',
        clusterMode: true,
        replicas: 1,
        shards: [{ shard: 1, slots: '0-16383' }],
        tls: true,
        auth: 'none',
        serverless: { subnets: [expect.any(String), expect.any(String), expect.any(String)] },
        tags: { [PLAN_TAG]: 'rate-limits' },
      },
    });
  });

  test('is drilled, and every key matches', async () => {
    const { execution } = await world.startDrill('carts');
    await world.pass(30 * MINUTE_MS);
    expect(execution.status).toBe('SUCCEEDED');
    const { out } = await redrill(world, 'status', 'carts', '--json');
    expect(JSON.parse(out)).toMatchObject({
      caches: [{ cache: 'carts', state: 'ok', lastDrill: { verdict: 'passed' } }],
    });
  });

  test('is loaded from the vault into a server of this machine, and every key matches', async () => {
    const { out, status } = await redrill(world, 'verify', 'carts/latest', '--load', '--json');
    expect(JSON.parse(out)).toMatchObject({
      shards: [
        {
          verdict: 'sound',
          asRecorded: true,
          load: { outcome: 'equal', keysCompared: 50 + CANARIES_PER_SHARD },
        },
      ],
    });
    expect(status).toBe(0);
  });

  const restored = async (...words: readonly string[]) => {
    const { out, err } = await redrill(world, 'restore', ...words, '--apply', '--json');
    if (out === '') throw new Error(err);
    return restoreReport.parse(JSON.parse(out));
  };
  const ABROAD = ['--security-group', 'default', '--subnet', 'default'] as const;

  test('is restored as a serverless cache, and every key matches; another run goes on with it', async () => {
    const words = ['carts', '--to', 'carts-again', ...ABROAD];
    expect(await restored(...words)).toMatchObject({
      compared: 'matched',
      outcome: 'created',
      comparison: { keysCompared: 50 + CANARIES_PER_SHARD },
      cluster: { arn: expect.stringContaining(':serverlesscache:carts-again'), nodeType: 'serverless' },
      plan: { creates: { engineVersion: '8', serverless: { subnets: [] } } },
      snippets: { cdk: expect.stringContaining("new CfnServerlessCache(this, 'CartsAgain'") },
    });
    expect(await restored(...words)).toMatchObject({ compared: 'matched', outcome: 'adopted' });
  });

  test('is restored node-based, on the smallest nodes that hold it, and every key matches', async () => {
    const words = ['--security-group', 'default', '--subnet-group', 'default'];
    expect(await restored('carts', '--to', 'carts-nodes', '--node-based', ...words)).toMatchObject({
      compared: 'matched',
      plan: { creates: { nodeType: 'cache.t4g.micro', clusterMode: true, replicas: 1, tls: true } },
    });
  });

  test('raises no alert', () => {
    expect(world.allAlerts.filter(({ cache }) => cache?.startsWith('carts'))).toEqual([]);
    expect(world.refusals).toEqual([]);
  });

  test('is made of a node-based point as well, unless AWS takes no files from S3 for it', async () => {
    const words = ['by-tag', '--serverless'];
    const plan = await redrill(world, 'restore', ...words, '--to', 'by-tag-serverless');
    expect(plan.out).toMatch(/^restore by-tag-serverless .*\n.*\n\nDiffers from the cache\n {2}- kind: 1 × /);
    expect(await restored(...words, '--to', 'by-tag-serverless')).toMatchObject({ compared: 'matched' });
  });

  test('is not made where AWS takes no files from S3 for it: nothing is, and another way is printed', async () => {
    const order = { service: 'elasticache', operation: 'CreateServerlessCache' };
    // As the local AWS answers under the reading `refused` of `serverless-s3-seed`.
    const message = "Invalid snapshot ARN 'arn:aws:s3:::x/y' in SnapshotArnsToRestore";
    const error = { code: 'InvalidParameterValue', message, status: 400 };
    // The SDK tries three times where its clock was far from the answer's, as it is when virtual time has passed.
    world.aws.faults.arm({ kind: 'error', ...order, error, times: 3 });
    const words = ['restore', 'by-tag', '--serverless', '--to', 'refused', '--apply'];
    const { out, err, status } = await redrill(world, ...words);
    expect(err).toContain(`serverless cache from these files in S3: ${message}\nNothing was created.`);
    expect(err).toContain('aws elasticache create-serverless-cache --region eu-central-1');
    expect({ out, status }).toEqual({ out: '', status: 2 });
    expect((await world.stagedKeys()).filter((key) => key.startsWith('restores/'))).toEqual([]);
  });

  test('takes part in compare, recover and cutover by its id', async () => {
    const at = ['--region', world.demo.vault.region];
    const compared = await redrill(world, 'compare', 'carts/latest', 'carts-again', ...at, '--json');
    expect(JSON.parse(compared.out)).toMatchObject({ verdict: 'equal' });
    const state = join(mkdtempSync(join(tmpdir(), 'redrill-serverless-')), 'state.json');
    const words = ['recover', 'by-tag/latest', '--into', 'carts-again', ...at, '--state', state];
    const recovered = await redrill(world, ...words, '--apply', '--json');
    expect(JSON.parse(recovered.out)).toMatchObject({ outcome: 'recovered', refused: 0 });
    const put = { Name: '/shop/carts', Value: 'old.example:6379', Type: 'String' };
    await world.demo.call('ssm', 'PutParameter', world.demo.vault.region, put);
    const turned = await redrill(world, 'cutover', '/shop/carts', '--to', 'carts-again', ...at);
    expect(turned.out).toContain('carts-again');
    expect(turned.status).toBe(0);
  });

  const intoServerless = (file: string, ...words: readonly string[]) => {
    const place = ['--into', 'carts-again', '--region', world.demo.vault.region];
    const state = join(mkdtempSync(join(tmpdir(), 'redrill-serverless-')), 'state.json');
    return redrill(world, 'recover', file, ...place, '--state', state, '--json', ...words);
  };

  test('takes the keys of a file without its functions, which is said', async () => {
    const file = join(import.meta.dirname, '../../packages/rdb/fixtures/redis-7.0.15.rdb');
    const { out, err, status } = await intoServerless(file, '--db', '0', '--apply');
    const warning = 'the cache has no functions: the function libraries are left out';
    expect(JSON.parse(out)).toMatchObject({
      outcome: 'recovered',
      functions: { written: 0, refused: 0 },
      warnings: expect.arrayContaining([warning]),
    });
    expect(err).toContain(`Warning: ${warning}`);
    expect(status).toBe(0);
  });

  test.each([[], ['--apply']])(
    'takes no name of a key above 4 KiB, which is found before anything is written: %j',
    async (...words) => {
      const file = join(mkdtempSync(join(tmpdir(), 'redrill-serverless-')), 'long.rdb');
      writeFileSync(file, fileOfOneKey(5_000));
      const { out, err, status } = await intoServerless(file, ...words);
      expect(err).toContain(
        'is serverless and takes no names of keys above 4 KiB: 1 key has a name of up to 5,000 bytes',
      );
      expect({ out, status }).toEqual({ out: '', status: 2 });
    },
  );

  test.each(['carts-again', 'single-id'])('has an id that is taken: %s', async (id) => {
    if (id === 'single-id') await world.create([{ id, standalone: true }], world.demo.vault);
    const { err, status } = await redrill(world, 'restore', 'sessions', '--to', id, '--apply');
    expect(err).toContain(`'${id}' in eu-central-1`);
    expect(status).toBe(2);
  });

  test.each([
    [['--serverless', '--node-based'], '--serverless and --node-based exclude each other'],
    [['--serverless', '--node-type', 'cache.r7g.large'], 'a serverless cache has no nodes'],
    [['--replicas', '2'], '--replicas is of node-based clusters'],
    [['--node-based', '--subnet', 'subnet-a'], '--subnet is of serverless caches'],
    [['--node-based', '--user-group', 'none'], '--user-group none is of serverless caches'],
    [['--subnet', 'default', '--subnet', 'subnet-a'], '--subnet default and ids exclude each other'],
  ])('is not restored with %j', async (words, why) => {
    const { out, err, status } = await redrill(world, 'restore', 'carts', '--to', 'carts-not', ...words);
    expect(err).toContain(why);
    expect({ out, status }).toEqual({ out: '', status: 2 });
  });
});
