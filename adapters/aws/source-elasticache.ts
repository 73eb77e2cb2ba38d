import {
  CopySnapshotCommand,
  CreateSnapshotCommand,
  DeleteSnapshotCommand,
  ElastiCacheClient,
  paginateDescribeSnapshots,
  type Snapshot,
} from '@aws-sdk/client-elasticache';
import {
  paginateGetResources,
  ResourceGroupsTaggingAPIClient,
} from '@aws-sdk/client-resource-groups-tagging-api';
import { memberIds } from '../../core/backup/snapshot-owner.ts';
import { type Aliases, type IdKind, nameOfCache } from '../../core/contracts/aliases.ts';
import type { Topology } from '../../core/contracts/topology.ts';
import { AppError, type ErrorCode } from '../../core/model/errors.ts';
import type { SnapshotName } from '../../core/model/names.ts';
import type {
  CacheNode,
  ProtectedCache,
  SnapshotView,
  SourceCache,
  SourceElastiCache,
} from '../../core/ports.ts';
import { CLIENT_OPTIONS } from './client-options.ts';
import { namingBuckets, namingKeys } from './refusals.ts';
import { statusOf } from './serverless-caches.ts';
import {
  createServerlessSnapshot,
  deleteServerlessSnapshot,
  exportServerlessSnapshot,
  listServerlessSnapshots,
  SNAPSHOT_EXISTS as SERVERLESS_SNAPSHOT_EXISTS,
} from './serverless-snapshots.ts';
import {
  clustersOutsideGroups,
  type FoundCache,
  type FoundGroup,
  type FoundServerless,
  foundCache,
  topologyOf,
} from './source-caches.ts';
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
      source.kind === 'serverless'
        ? serverlessSnapshots(client, { ServerlessCacheName: source.id })
        : snapshotsOf(client, source),
    findSnapshot: async ({ name, kind }) =>
      kind === 'serverless'
        ? (await serverlessSnapshots(client, { ServerlessCacheSnapshotName: name }))[0]
        : (await listSnapshots(client, { SnapshotName: name }))[0],
    createSnapshot: (order) =>
      namingKeys(() => acceptingExisting(`create snapshot ${order.name}`, () => create(client, order))),
    exportSnapshot: async ({ name, kind }, bucket) => {
      try {
        await (kind === 'serverless'
          ? exportServerlessSnapshot(client, name, bucket)
          : exportSnapshot(client, name, bucket));
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
      translating(`delete snapshot ${name}`, () =>
        kind === 'serverless' ? deleteServerlessSnapshot(client, name) : deleteSnapshot(client, name),
      ),
  };
}

type SnapshotOrder = Parameters<SourceElastiCache['createSnapshot']>[0];

async function create(client: ElastiCacheClient, { name, source, tags }: SnapshotOrder): Promise<void> {
  if ('serverless' in source)
    return createServerlessSnapshot(client, { name, cache: source.serverless, tags });
  await client.send(
    new CreateSnapshotCommand({
      SnapshotName: name,
      ...('node' in source ? { CacheClusterId: source.node } : { ReplicationGroupId: source.cache }),
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    }),
  );
}

async function exportSnapshot(client: ElastiCacheClient, name: SnapshotName, bucket: string): Promise<void> {
  const input = { SourceSnapshotName: name, TargetSnapshotName: name, TargetBucket: bucket };
  await client.send(new CopySnapshotCommand(input));
}

async function deleteSnapshot(client: ElastiCacheClient, name: SnapshotName): Promise<void> {
  try {
    await client.send(new DeleteSnapshotCommand({ SnapshotName: name }));
  } catch (error) {
    if (nameOf(error) !== 'SnapshotNotFound') throw error;
  }
}

const EXISTING: ReadonlySet<string> = new Set(['SnapshotAlreadyExists', SERVERLESS_SNAPSHOT_EXISTS]);

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

function serverlessSnapshots(
  client: ElastiCacheClient,
  filter: Parameters<typeof listServerlessSnapshots>[1],
) {
  return translating('list snapshots', () => listServerlessSnapshots(client, filter));
}

/**
 * A snapshot of cluster mode disabled names its node and not its group, so that the filter by group may not find it.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-manual.html (checked 2026-11-22)
 */
async function snapshotsOf(
  client: ElastiCacheClient,
  { id, clusterMode, nodes }: Pick<SourceCache, 'id' | 'clusterMode' | 'nodes'>,
): Promise<readonly SnapshotView[]> {
  const ofGroup = listSnapshots(client, { ReplicationGroupId: id, SnapshotSource: 'user' });
  const members = clusterMode ? [] : memberIds(id, nodes);
  const ofMembers = members.map((node) =>
    listSnapshots(client, { CacheClusterId: node, SnapshotSource: 'user' }),
  );
  const found = (await Promise.all([ofGroup, ...ofMembers])).flat();
  return [...new Map(found.map((snapshot) => [snapshot.name, snapshot])).values()];
}

/** `SnapshotNotFound` of a name, `CacheClusterNotFound` of a node that has gone. */
const NO_SNAPSHOTS: ReadonlySet<string> = new Set(['SnapshotNotFound', 'CacheClusterNotFound']);

async function listSnapshots(
  client: ElastiCacheClient,
  filter: {
    readonly SnapshotName?: string;
    readonly ReplicationGroupId?: string;
    readonly CacheClusterId?: string;
    readonly SnapshotSource?: string;
  },
): Promise<readonly SnapshotView[]> {
  return translating('list snapshots', async () => {
    const found: SnapshotView[] = [];
    try {
      const pages = paginateDescribeSnapshots(
        { client, pageSize: 50 },
        { ...filter, ShowNodeGroupConfig: true },
      );
      for await (const page of pages) found.push(...(page.Snapshots ?? []).map(snapshotViewOf));
    } catch (error) {
      if (!NO_SNAPSHOTS.has(nameOf(error) ?? '')) throw error;
    }
    return found;
  });
}

/**
 * The Tagging API answers for caches in any state; ElastiCache's own ListTagsForResource fails for one that is not
 * `available`, and a cache that is being modified must not drop out of its plan.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ListTagsForResource.html (checked 2026-11-21)
 *
 * The nodes of a group are clusters, and have the group's tags; as caches count only clusters outside a group.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Tagging-Resources.html (checked 2026-11-25)
 */
async function listTagged(
  { client, tagging, aliases }: Clients,
  tagKey: string,
): Promise<readonly ProtectedCache[]> {
  return translating('list tagged caches', async () => {
    const pages = paginateGetResources(
      { client: tagging, pageSize: 100 },
      { TagFilters: [{ Key: tagKey }], ResourceTypeFilters: [...TAGGED_TYPES] },
    );
    const found: TaggedCache[] = [];
    for await (const page of pages) {
      for (const { ResourceARN, Tags } of page.ResourceTagMappingList ?? []) {
        const [type = '', id] = ResourceARN?.split(':').slice(-2) ?? [];
        const plan = Tags?.find(({ Key }) => Key === tagKey)?.Value;
        const kind = KIND_OF_ARN[type];
        if (id !== undefined && plan !== undefined && kind !== undefined) found.push({ id, kind, plan });
      }
    }
    const outside = found.some(({ kind }) => kind === 'cluster')
      ? await clustersOutsideGroups(client)
      : undefined;
    return found
      .filter(({ id, kind }) => kind !== 'cluster' || outside?.has(id))
      .map(({ id, kind, plan }) => ({ cache: nameOfCache(aliases, id, kind), plan }));
  });
}

interface TaggedCache {
  readonly id: string;
  readonly kind: IdKind;
  readonly plan: string;
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

const KIND_OF_ARN: Readonly<Record<string, IdKind>> = {
  replicationgroup: 'replication-group',
  cluster: 'cluster',
  serverlesscache: 'serverless',
};
const TAGGED_TYPES = Object.keys(KIND_OF_ARN).map((type) => `elasticache:${type}`);

interface Clients {
  readonly client: ElastiCacheClient;
  readonly tagging: ResourceGroupsTaggingAPIClient;
  readonly aliases: Aliases;
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

function snapshotViewOf(snapshot: Snapshot): SnapshotView {
  const nodes = [...(snapshot.NodeSnapshots ?? [])].sort((one, other) =>
    (one.NodeGroupId ?? '') < (other.NodeGroupId ?? '') ? -1 : 1,
  );
  const times = nodes.flatMap(({ SnapshotCreateTime }) =>
    SnapshotCreateTime === undefined ? [] : [SnapshotCreateTime.getTime()],
  );
  return {
    kind: 'replication-group',
    name: snapshot.SnapshotName ?? '',
    cache: snapshot.ReplicationGroupId,
    node: snapshot.CacheClusterId,
    status: snapshot.SnapshotStatus ?? 'unknown',
    takenAt: times.length === 0 ? undefined : new Date(Math.min(...times)),
    shards: nodes.map((node, at) => ({ shard: at + 1, slots: node.NodeGroupConfiguration?.Slots })),
  };
}
