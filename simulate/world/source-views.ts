import type { Readings } from '@redrill/local-aws/readings';
import { SERVERLESS_NODE_TYPE, type Topology } from '../../core/contracts/topology.ts';
import { MINUTE_MS, SECOND_MS } from '../../core/model/time.ts';
import type { SnapshotView, SourceCache } from '../../core/ports.ts';
import type { CacheShape } from '../config.ts';
import type { LiveCache, LiveSnapshot } from './live-source.ts';

/** What ElastiCache shows of caches and snapshots, under the answers of a run. */

/** For so long it shows what is not so any more, or not yet. */
export const HIDDEN_MS = MINUTE_MS;

export function instantShown(readings: Readings, atMs: number): Date {
  const step = readings['time-precision'] === 'seconds' ? SECOND_MS : 1;
  return new Date(Math.floor(atMs / step) * step);
}

export function sourceCacheOf(live: LiveCache, readings: Readings, now: number): SourceCache {
  const { shape, dataTiering, createdAt } = live;
  const status = statusOf(live, readings, now);
  return {
    cache: shape.cache,
    id: shape.cache,
    kind: shape.kind ?? 'replication-group',
    available: status === 'available',
    status,
    clusterMode: isClustered(shape),
    shards: shape.slots.length,
    dataTiering: dataTiering && readings['absent-fields'] === 'present',
    nodes: shape.nodes,
    ...(readings['absent-fields'] === 'present' && {
      lineage: {
        arn: `arn:aws:elasticache:eu-west-1:111122223333:replicationgroup:${shape.cache}`,
        createdAt: instantShown(readings, createdAt).toISOString(),
      },
    }),
  };
}

function statusOf({ status, busyUntil }: LiveCache, readings: Readings, now: number): string {
  return status === 'available' && now < busyUntil ? readings['snapshotting-status'] : status;
}

/** With cluster mode on, or as a serverless cache, all of a cache counts as one. */
export function isClustered({ kind, slots }: CacheShape): boolean {
  return kind === 'serverless' || slots.length > 1;
}

export function viewOf(snapshot: LiveSnapshot, readings: Readings): SnapshotView {
  const { name, cache, node, status, takenAt, shards } = snapshot;
  const namesGroup = node === undefined || readings['snapshot-membership'] === 'both';
  if (snapshot.kind === 'serverless')
    return {
      kind: 'serverless',
      name,
      cache,
      node: undefined,
      status: status === 'exporting' ? readings['serverless-exporting-status'] : status,
      takenAt: takenAt === undefined ? undefined : instantShown(readings, takenAt),
      shards: [],
    };
  return {
    kind: 'replication-group',
    name,
    cache: namesGroup ? cache : undefined,
    node,
    status: status === 'exporting' ? readings['exporting-status'] : status,
    takenAt: takenAt === undefined ? undefined : instantShown(readings, takenAt),
    shards: shards.map(({ shard, slots }) => ({ shard, slots })),
  };
}

const SERVERLESS = { nodeType: SERVERLESS_NODE_TYPE, serverless: { subnets: ['subnet-1', 'subnet-2'] } };

export function topologyOf({ shape }: LiveCache, readings: Readings): Topology {
  return { ...groupTopology(shape, readings), ...(shape.kind === 'serverless' && SERVERLESS) };
}

function groupTopology(shape: CacheShape, readings: Readings): Topology {
  return {
    engine: 'valkey',
    engineVersion: readings['engine-version'] === 'patch' ? '8.0.1' : '8.0',
    nodeType: 'cache.r7g.large',
    clusterMode: isClustered(shape),
    replicas: shape.nodes.length > shape.slots.length ? 1 : 0,
    shards: shape.slots.map((slots, at) =>
      slots === undefined ? { shard: at + 1 } : { shard: at + 1, slots },
    ),
    parameterGroup: shape.databases === undefined ? 'default.valkey8' : `${shape.cache}-parameters`,
    parameters: shape.databases === undefined ? {} : { databases: `${shape.databases}` },
    userGroups: [],
    securityGroups: [],
    tls: true,
    auth: 'token',
    automaticFailover: shape.slots.length > 1,
    multiAz: false,
    dataTiering: false,
    tags: {},
  };
}
