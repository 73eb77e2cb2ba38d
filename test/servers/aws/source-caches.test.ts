import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ElastiCacheClient } from '@aws-sdk/client-elasticache';
import { administratorOf, createCache, type LocalAws, startLocalAws } from '@redrill/local-aws';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { cacheEndpoint, cacheIds } from '../../../adapters/aws/cache-endpoint.ts';
import { cacheFacts } from '../../../adapters/aws/doctor/cache-facts.ts';
import { listedCaches } from '../../../adapters/aws/listed-caches.ts';
import { sourceElastiCache } from '../../../adapters/aws/source-elasticache.ts';
import { slotAt } from '../../../core/model/slot.ts';
import { run as prune } from '../../../lambdas/prune-snapshots.ts';

const ACCOUNT = '111122223333';
const REGION = 'eu-west-1';
const HOUR_MS = 3_600_000;
const LONG_ID = 'a'.repeat(50);
const tags = (plan: string) => ({ tags: { 'redrill:plan': plan } });

let aws: LocalAws;

/** A group and its node, clusters outside groups, serverless caches, and twice two caches of one id. */
beforeAll(async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'redrill-source-caches-'));
  aws = await startLocalAws({ dataDir, readings: { 'page-size': 'one' } });
  for (const [name, value] of Object.entries(aws.environment(REGION, ACCOUNT))) vi.stubEnv(name, value);
  const place = { account: ACCOUNT, region: REGION };
  await createCache(aws.fabric, { ...place, id: 'grouped', ...tags('gold') });
  await createCache(aws.fabric, { ...place, id: 'alone', standalone: true, ...tags('silver') });
  await createCache(aws.fabric, { ...place, id: LONG_ID, standalone: true });
  await createCache(aws.fabric, { ...place, id: 'both' });
  await createCache(aws.fabric, { ...place, id: 'both', standalone: true, ...tags('silver') });
  await createCache(aws.fabric, { ...place, id: 'boundless', serverless: true, ...tags('gold') });
  await createCache(aws.fabric, { ...place, id: 'grouped', serverless: true });
  await aws.clock.run({ until: aws.clock.now() + HOUR_MS });
  return async () => {
    vi.unstubAllEnvs();
    await aws.close();
    await rm(dataDir, { recursive: true, force: true });
  };
});

const elasticache = () => sourceElastiCache({ region: REGION });
const BOTH = 'both is the id of a replication group and of a cluster outside it';

describe('the source region', () => {
  test('lists tagged groups and clusters outside groups; the nodes of a group, which have its tags, are no caches', async () => {
    expect(await elasticache().listTagged('redrill:plan')).toEqual([
      { cache: 'alone', plan: 'silver' },
      { cache: 'both', plan: 'silver' },
      { cache: 'grouped', plan: 'gold' },
      { cache: 'boundless', plan: 'gold' },
    ]);
  });

  test('has a cluster outside a group as a cache of one node, with a lineage of its own', async () => {
    expect(await elasticache().findCache('alone')).toEqual({
      cache: 'alone',
      id: 'alone',
      kind: 'replication-group',
      available: true,
      status: 'available',
      clusterMode: false,
      shards: 1,
      dataTiering: false,
      nodes: [{ id: 'alone', role: 'primary' }],
      lineage: {
        arn: `arn:aws:elasticache:${REGION}:${ACCOUNT}:cluster:alone`,
        createdAt: expect.any(String),
      },
    });
    expect(await elasticache().findCache(LONG_ID)).toMatchObject({ available: true });
    expect(await elasticache().findCache('nobody')).toBeUndefined();
  });

  test('says why it does not back up a node of a group, and two caches of one id', async () => {
    expect(await elasticache().findCache('grouped-001')).toMatchObject({
      refusal: 'grouped-001 is a node of the replication group grouped; name grouped instead',
    });
    expect(await elasticache().findCache('both')).toMatchObject({ refusal: expect.stringContaining(BOTH) });
    expect(await elasticache().findCache('grouped')).toMatchObject({
      refusal: expect.stringContaining('grouped is the id of a replication group and of a serverless cache'),
    });
  });

  test('has a serverless cache as one shard without nodes', async () => {
    expect(await elasticache().findCache('boundless')).toEqual({
      cache: 'boundless',
      id: 'boundless',
      kind: 'serverless',
      available: true,
      status: 'available',
      clusterMode: true,
      shards: 1,
      dataTiering: false,
      nodes: [],
      lineage: {
        arn: `arn:aws:elasticache:${REGION}:${ACCOUNT}:serverlesscache:boundless`,
        createdAt: expect.any(String),
      },
    });
  });

  test('tells two caches of one id apart by an alias, which tags and commands know as well', async () => {
    const aliases = {
      'both-single': { id: 'both', kind: 'cluster' },
      'grouped-serverless': { id: 'grouped', kind: 'serverless' },
    } as const;
    const named = sourceElastiCache({ region: REGION, aliases });
    expect(await named.findCache('both')).toMatchObject({ nodes: [{ id: 'both-001' }] });
    expect(await named.findCache('both-single')).toMatchObject({ id: 'both', nodes: [{ id: 'both' }] });
    expect(await named.findCache('grouped')).toMatchObject({ kind: 'replication-group' });
    expect(await named.findCache('grouped-serverless')).toMatchObject({ id: 'grouped', kind: 'serverless' });
    for (const name of ['both', 'both-single', 'grouped', 'grouped-serverless'])
      expect(await named.findCache(name)).not.toHaveProperty('refusal');
    expect((await named.listTagged('redrill:plan')).map(({ cache }) => cache)).toContain('both-single');
    expect(await named.describeTopology('both-single')).toMatchObject({ engine: 'redis' });
    expect(await cacheEndpoint('grouped-serverless', REGION, aliases)).toMatchObject({ tls: true });
    expect(await named.findCache('nobody')).toBeUndefined();
  });

  test('describes what a restore needs, and refuses a cache that is gone', async () => {
    expect(await elasticache().describeTopology('alone')).toMatchObject({
      engine: 'redis',
      replicas: 0,
      shards: [{ shard: 1 }],
      automaticFailover: false,
      multiAz: false,
      tls: false,
      auth: 'none',
      tags: { 'redrill:plan': 'silver' },
    });
    await expect(elasticache().describeTopology('nobody')).rejects.toMatchObject({
      code: 'NotFound',
      message: "there is no cache 'nobody'",
    });
  });

  test('keeps the snapshots of a cluster whose id begins as that of another', async () => {
    const call = (operation: string, input: object) =>
      aws.fabric.call({
        service: 'elasticache',
        operation,
        region: REGION,
        principal: administratorOf(ACCOUNT),
        input,
      });
    await createCache(aws.fabric, { account: ACCOUNT, region: REGION, id: 'alone-002', standalone: true });
    await aws.clock.run({ until: aws.clock.now() + HOUR_MS });
    const names = [1, 2, 3].map((hour) => `redrill-alone-002-20261121${`${hour}`.padStart(2, '0')}00`);
    for (const SnapshotName of names) {
      await call('CreateSnapshot', { CacheClusterId: 'alone-002', SnapshotName });
      await aws.clock.run({ until: aws.clock.now() + HOUR_MS });
    }
    const source = await elasticache().findCache('alone');
    if (source === undefined) throw new Error('alone is gone');
    expect(await elasticache().listSnapshots(source)).toHaveLength(3);
    const now = new Date(aws.clock.now() + 1_000 * HOUR_MS);
    const world = { elasticache: elasticache(), landing: { list: async () => [] }, now: () => now };
    const slot = slotAt(now);
    expect(await prune({ cache: 'alone', slot }, world)).toEqual({ deleted: [] });
    expect(await prune({ cache: 'alone-002', slot }, world)).toEqual({ deleted: [names[0]] });
  });
});

describe('the commands', () => {
  test('see every cache once; of two of one id, the refusal', async () => {
    const listed = await listedCaches(REGION);
    expect(listed.map(({ id, engine }) => [id, engine])).toEqual([
      [LONG_ID, 'redis'],
      ['alone', 'redis'],
      ['alone-002', 'redis'],
      ['both', 'valkey'],
      ['boundless', 'valkey'],
      ['grouped', 'valkey'],
    ]);
    expect(listed.filter(({ refusal }) => refusal !== undefined)).toMatchObject([
      { id: 'both', refusal: expect.stringContaining(BOTH) },
      { id: 'grouped' },
    ]);
    expect([...(await cacheIds(REGION))].sort()).toEqual(listed.map(({ id }) => id));
  });

  test('connect to a cluster outside a group, and to no node of a group', async () => {
    const [node] = aws.elasticache.nodesOf(ACCOUNT, REGION, 'alone');
    const { host, port } = node?.customer ?? {};
    expect(await cacheEndpoint('alone', REGION)).toEqual({
      host,
      port,
      tls: false,
      auth: 'none',
      isServerless: false,
    });
    await expect(cacheEndpoint('grouped-001', REGION)).rejects.toMatchObject({ code: 'BadInput' });
    expect(await cacheEndpoint('nobody', REGION)).toBeUndefined();
  });

  test('doctor reads its engine, node type and status', async () => {
    const client = new ElastiCacheClient({ region: REGION });
    expect(await cacheFacts(client, 'alone')).toMatchObject({
      status: 'available',
      engine: 'redis',
      nodeType: 'cache.t4g.small',
      snapshotRetentionDays: 0,
    });
    expect(await cacheFacts(client, 'both')).toMatchObject({ refusal: expect.stringContaining(BOTH) });
    expect(await cacheFacts(client, 'nobody')).toBeUndefined();
  });
});
