import {
  CopySnapshotCommand,
  CreateSnapshotCommand,
  DeleteSnapshotCommand,
  type ElastiCacheClient,
  paginateDescribeSnapshots,
  type Snapshot,
} from '@aws-sdk/client-elasticache';
import { memberIds } from '../../core/backup/snapshot-owner.ts';
import type { SnapshotName } from '../../core/model/names.ts';
import type { SnapshotSource, SnapshotView, SourceCache } from '../../core/ports.ts';
import { nameOf } from './translate.ts';

/** Snapshots of replication groups, and of clusters outside one. Everything throws what the SDK throws; the caller translates. */

export const SNAPSHOT_EXISTS = 'SnapshotAlreadyExists';

/**
 * A snapshot of cluster mode disabled names its node and not its group, so that the filter by group may not find it.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-manual.html (checked 2026-11-22)
 */
export async function snapshotsOfGroup(
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

export async function listSnapshots(
  client: ElastiCacheClient,
  filter: {
    readonly SnapshotName?: string;
    readonly ReplicationGroupId?: string;
    readonly CacheClusterId?: string;
    readonly SnapshotSource?: string;
  },
): Promise<readonly SnapshotView[]> {
  const found: SnapshotView[] = [];
  try {
    const pages = paginateDescribeSnapshots(
      { client, pageSize: 50 },
      { ...filter, ShowNodeGroupConfig: true },
    );
    for await (const page of pages) found.push(...(page.Snapshots ?? []).map(snapshotViewOf));
  } catch (error) {
    if (!NO_SNAPSHOTS.has(nameOf(error))) throw error;
  }
  return found;
}

export async function createSnapshot(
  client: ElastiCacheClient,
  order: {
    readonly name: SnapshotName;
    readonly source: Exclude<SnapshotSource, { readonly serverless: string }>;
    readonly tags: Readonly<Record<string, string>>;
  },
): Promise<void> {
  const { name, source, tags } = order;
  await client.send(
    new CreateSnapshotCommand({
      SnapshotName: name,
      ...('node' in source ? { CacheClusterId: source.node } : { ReplicationGroupId: source.cache }),
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    }),
  );
}

export async function exportSnapshot(
  client: ElastiCacheClient,
  name: SnapshotName,
  bucket: string,
): Promise<void> {
  const input = { SourceSnapshotName: name, TargetSnapshotName: name, TargetBucket: bucket };
  await client.send(new CopySnapshotCommand(input));
}

export async function deleteSnapshot(client: ElastiCacheClient, name: SnapshotName): Promise<void> {
  try {
    await client.send(new DeleteSnapshotCommand({ SnapshotName: name }));
  } catch (error) {
    if (nameOf(error) !== 'SnapshotNotFound') throw error;
  }
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
