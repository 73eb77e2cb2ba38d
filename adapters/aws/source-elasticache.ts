import { ElastiCacheClient } from '@aws-sdk/client-elasticache';
import { ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import type { Aliases } from '../../core/contracts/aliases.ts';
import type { Topology } from '../../core/contracts/topology.ts';
import { AppError, type ErrorCode } from '../../core/model/errors.ts';
import type { CacheNode, SourceCache, SourceElastiCache } from '../../core/ports.ts';
import { CLIENT_OPTIONS } from './client-options.ts';
import * as ofGroups from './group-snapshots.ts';
import { namingBuckets, namingKeys } from './refusals.ts';
import { statusOf } from './serverless-caches.ts';
import * as ofServerless from './serverless-snapshots.ts';
import {
  type FoundCache,
  type FoundGroup,
  type FoundServerless,
  foundCache,
  topologyOf,
} from './source-caches.ts';
import { listTagged } from './tagged-caches.ts';
import { nameOf, translating } from './translate.ts';

/** States that pass: another try in a minute is worth it. */
const PASSING_STATES: Readonly<Record<string, ErrorCode>> = {
  InvalidCacheClusterState: 'SourceNotAvailable',
  InvalidReplicationGroupState: 'SourceNotAvailable',
  InvalidSnapshotState: 'SourceNotAvailable',
  InvalidServerlessCacheState: 'SourceNotAvailable',
  InvalidServerlessCacheSnapshotState: 'SourceNotAvailable',
  SnapshotQuotaExceeded: 'SnapshotBudgetSpent',
  ServerlessCacheSnapshotQuotaExceeded: 'SnapshotBudgetSpent',
  SnapshotFeatureNotSupported: 'SnapshotUnsupported',
  InvalidKMSKey: 'SourceKeyUnusable',
};

/** ListTagsForResource says so of what is there and not `available`, for example while the next snapshot is taken. */
const NOT_NOW: Readonly<Record<string, ErrorCode>> = {
  ...PASSING_STATES,
  CacheClusterNotFound: 'SourceNotAvailable',
  ServerlessCacheNotFound: 'SourceNotAvailable',
};

const optionsIn = (region?: string) => ({ ...CLIENT_OPTIONS, ...(region === undefined ? {} : { region }) });

/** Where caches are, and what they are called. */
export interface SourcePlace {
  /** @default that of the Lambda, or of the environment */
  readonly region?: string;
  /** @default none */
  readonly aliases?: Aliases | undefined;
}

/** ElastiCache of the source region. */
export function sourceElastiCache(
  { region, aliases = {} }: SourcePlace = {},
  client = new ElastiCacheClient(optionsIn(region)),
): SourceElastiCache {
  const tagging = new ResourceGroupsTaggingAPIClient(optionsIn(region));
  return {
    listTagged: (tagKey) => listTagged({ client, tagging, aliases }, tagKey),
    findCache: async (cache) => {
      const found = await translating(`describe ${cache}`, () => foundCache(client, cache, aliases));
      return found && sourceCacheOf(cache, found);
    },
    describeTopology: (cache) =>
      translating(
        `describe the topology of ${cache}`,
        () => describeTopology(client, cache, aliases),
        NOT_NOW,
      ),
    listSnapshots: (source) =>
      translating('list snapshots', () =>
        source.kind === 'serverless'
          ? ofServerless.listSnapshots(client, { ServerlessCacheName: source.id })
          : ofGroups.snapshotsOfGroup(client, source),
      ),
    findSnapshot: ({ name, kind }) =>
      translating('list snapshots', async () => {
        const found =
          kind === 'serverless'
            ? await ofServerless.listSnapshots(client, { ServerlessCacheSnapshotName: name })
            : await ofGroups.listSnapshots(client, { SnapshotName: name });
        return found[0];
      }),
    createSnapshot: (order) =>
      namingKeys(() => acceptingExisting(`create snapshot ${order.name}`, () => create(client, order))),
    exportSnapshot: async ({ name, kind }, bucket) => {
      try {
        await of(kind).exportSnapshot(client, name, bucket);
        return 'started';
      } catch (error) {
        // A repeated request finds the file that the first one wrote, or the copy still under way.
        if (error instanceof Error && /already contains an object with key/.test(error.message))
          return 'exists';
        return namingKeys(() =>
          namingBuckets(() =>
            translating(`export snapshot ${name} to ${bucket}`, () => Promise.reject(error), PASSING_STATES),
          ),
        );
      }
    },
    deleteSnapshot: ({ name, kind }) =>
      translating(`delete snapshot ${name}`, () => of(kind).deleteSnapshot(client, name)),
  };
}

const of = (kind: SourceCache['kind']) => (kind === 'serverless' ? ofServerless : ofGroups);

type SnapshotOrder = Parameters<SourceElastiCache['createSnapshot']>[0];

function create(client: ElastiCacheClient, { source, ...order }: SnapshotOrder): Promise<void> {
  return 'serverless' in source
    ? ofServerless.createSnapshot(client, { ...order, cache: source.serverless })
    : ofGroups.createSnapshot(client, { ...order, source });
}

const EXISTING: ReadonlySet<string> = new Set([ofGroups.SNAPSHOT_EXISTS, ofServerless.SNAPSHOT_EXISTS]);

async function acceptingExisting(what: string, call: () => Promise<void>): Promise<'created' | 'exists'> {
  return translating(
    what,
    async () => {
      try {
        await call();
        return 'created';
      } catch (error) {
        if (EXISTING.has(nameOf(error))) return 'exists';
        throw error;
      }
    },
    PASSING_STATES,
  );
}

async function describeTopology(
  client: ElastiCacheClient,
  cache: string,
  aliases: Aliases,
): Promise<Topology> {
  const found = await foundCache(client, cache, aliases);
  if (found === undefined) throw new AppError('NotFound', `there is no cache '${cache}'`);
  return topologyOf(client, found);
}

function sourceCacheOf(cache: string, found: FoundCache): SourceCache {
  return found.kind === 'serverless' ? serverlessSource(cache, found) : groupSource(cache, found);
}

function groupSource(cache: string, { kind, group, refusal }: FoundGroup): SourceCache {
  const { ARN: arn, ReplicationGroupCreateTime: createdAt } = group;
  const members = (group.NodeGroups ?? []).flatMap(({ NodeGroupMembers }) => NodeGroupMembers ?? []);
  return {
    cache,
    id: group.ReplicationGroupId ?? cache,
    kind,
    available: group.Status === 'available',
    status: group.Status ?? 'unknown',
    clusterMode: group.ClusterEnabled ?? false,
    shards: group.NodeGroups?.length ?? 1,
    dataTiering: group.DataTiering === 'enabled',
    ...(refusal !== undefined && { refusal }),
    ...(group.KmsKeyId && { kmsKey: group.KmsKeyId }),
    ...(arn && createdAt && { lineage: { arn, createdAt: createdAt.toISOString() } }),
    nodes: members.flatMap(({ CacheClusterId, CurrentRole }): CacheNode[] =>
      CacheClusterId === undefined ? [] : [{ id: CacheClusterId, role: roleOf(CurrentRole) }],
    ),
  };
}

function serverlessSource(cache: string, { kind, serverless, refusal }: FoundServerless): SourceCache {
  const { ARN: arn, CreateTime: createdAt } = serverless;
  const status = statusOf(serverless);
  return {
    cache,
    id: serverless.ServerlessCacheName ?? cache,
    kind,
    available: status === 'available',
    status,
    clusterMode: true,
    shards: 1,
    dataTiering: false,
    ...(refusal !== undefined && { refusal }),
    ...(serverless.KmsKeyId && { kmsKey: serverless.KmsKeyId }),
    ...(arn && createdAt && { lineage: { arn, createdAt: createdAt.toISOString() } }),
    nodes: [],
  };
}

function roleOf(role: string | undefined): CacheNode['role'] {
  return role === 'primary' || role === 'replica' ? role : 'unknown';
}
