import { describe, expect, it } from 'vitest';
import type { DrillToCreate, DrillWithCluster } from '../../../core/contracts/steps.ts';
import { AppError } from '../../../core/model/errors.ts';
import { parseSlot } from '../../../core/model/slot.ts';
import type { DrillServerlessOrder } from '../../../core/ports.ts';
import { run as checkDrillCluster } from '../../../lambdas/check-drill-cluster.ts';
import { run as createDrillCluster } from '../../../lambdas/create-drill-cluster.ts';
import { MemoryStore } from '../adapters/memory-store.ts';

const NOW = new Date('2026-11-22T02:31:00.000Z');
const ID = 'redrill-drill-carts-202611220230';

const PLANNED: DrillToCreate = {
  cache: 'carts',
  drill: parseSlot('20261122T023000Z'),
  startedBy: 'test',
  choose: 'latest',
  tried: { nodeTypes: [] },
  plan: {
    point: { tier: 'daily', slot: parseSlot('20261121T060000Z') },
    plan: 'baskets',
    clusterId: ID,
    nodeType: 'cache.t4g.medium',
    fallbackNodeTypes: [],
    serverless: { storageGb: 10, ecpuPerSecond: 5_000 },
    engine: 'valkey',
    engineVersion: '8.0',
    clusterMode: true,
    shards: [{ shard: 1, slots: '0-16383' }],
  },
};

describe('create-drill-cluster, for a plan with drill.serverless', () => {
  function create(input: DrillToCreate, refusal?: AppError) {
    const [serverless, nodes]: [DrillServerlessOrder[], string[]] = [[], []];
    const elasticache = {
      createServerless: async (order: DrillServerlessOrder) => {
        serverless.push(order);
        if (refusal !== undefined) throw refusal;
        return 'created' as const;
      },
      createCluster: async ({ nodeType }: { readonly nodeType: string }) => {
        nodes.push(nodeType);
        return 'created' as const;
      },
      listClusters: async () => [],
    };
    const world = {
      elasticache,
      staging: new MemoryStore('staging'),
      subnetGroup: 'drills',
      subnets: ['subnet-1', 'subnet-2'],
      securityGroupId: 'sg-1',
      newToken: () => 'token',
      now: () => NOW,
    };
    return { serverless, nodes, created: createDrillCluster(input, world) };
  }

  it('asks for a serverless cache with the limits of the plan, and for no nodes', async () => {
    const { serverless, nodes, created } = create(PLANNED);
    expect(await created).toEqual({ requestedAt: NOW.toISOString() });
    expect(nodes).toEqual([]);
    expect(serverless).toEqual([
      expect.objectContaining({
        id: ID,
        limits: { storageGb: 10, ecpuPerSecond: 5_000 },
        subnets: ['subnet-1', 'subnet-2'],
        securityGroupId: 'sg-1',
        snapshotArns: ['arn:aws:s3:::staging/drills/carts/20261122T023000Z/shard-0001.rdb'],
        tags: { 'redrill:drill': 'carts/20261122T023000Z' },
      }),
    ]);
  });

  it('asks for nodes instead if ElastiCache does not take the files, and says why', async () => {
    const { nodes, created } = create(
      PLANNED,
      new AppError('RestoreSeedRefused', 'not an ARN of a snapshot'),
    );
    expect(await created).toEqual({ requestedAt: NOW.toISOString(), refused: 'not an ARN of a snapshot' });
    expect(nodes).toEqual(['cache.t4g.medium']);
  });

  it('asks for nodes at once after a serverless cache has failed', async () => {
    const { serverless, nodes, created } = create({
      ...PLANNED,
      tried: { nodeTypes: [], serverless: "the serverless cache was 'create-failed'" },
    });
    await created;
    expect([serverless, nodes]).toEqual([[], ['cache.t4g.medium']]);
  });

  it('fails for any other reason', async () => {
    const { nodes, created } = create(PLANNED, new AppError('AccessDenied', 'ec2:CreateVpcEndpoint'));
    await expect(created).rejects.toMatchObject({ code: 'AccessDenied' });
    expect(nodes).toEqual([]);
  });
});

describe('check-drill-cluster, of a serverless cache', () => {
  const check = (status: string, endpoint?: { readonly host: string; readonly port: number }) => {
    const elasticache = {
      findCluster: async (id: string) => ({
        id,
        arn: 'arn',
        status,
        createdAt: NOW,
        nodeType: undefined,
        isServerless: true as const,
        endpoint,
      }),
      nodeStatuses: () => Promise.reject(new Error('a serverless cache has no nodes')),
    };
    const requestedAt = '2026-11-22T02:30:30.000Z';
    const input: DrillWithCluster = { ...PLANNED, startedAt: requestedAt, cluster: { requestedAt } };
    return checkDrillCluster(input, { elasticache, now: () => NOW });
  };

  it('says that it is serverless when it answers', async () => {
    const endpoint = { host: 'carts.serverless.example.com', port: 6379 };
    expect(await check('available', endpoint)).toMatchObject({
      status: 'ready',
      endpoint,
      nodeType: 'serverless',
    });
  });

  it('has nodes tried next if it failed', async () => {
    expect(await check('create-failed')).toEqual({
      status: 'failed',
      waitSeconds: 1,
      failedAt: NOW.toISOString(),
      tried: {
        nodeTypes: [],
        serverless: "the serverless cache was 'create-failed'",
        since: '2026-11-22T02:30:30.000Z',
      },
    });
  });
});
