import {
  CreateServerlessCacheSnapshotCommand,
  DeleteServerlessCacheSnapshotCommand,
  type ElastiCacheClient,
  ExportServerlessCacheSnapshotCommand,
  paginateDescribeServerlessCacheSnapshots,
  type ServerlessCacheSnapshot,
} from '@aws-sdk/client-elasticache';
import type { SnapshotName } from '../../core/model/names.ts';
import type { SnapshotView } from '../../core/ports.ts';
import { statusOf } from './serverless-caches.ts';
import { nameOf } from './translate.ts';

/** Snapshots of serverless caches: operations of their own. Everything throws what the SDK throws; the caller translates. */

export const SNAPSHOT_EXISTS = 'ServerlessCacheSnapshotAlreadyExists';

/** Of a name, and of a cache that has gone or in a region without serverless caches. */
const NO_SNAPSHOTS: ReadonlySet<string> = new Set([
  'ServerlessCacheSnapshotNotFound',
  'ServerlessCacheNotFound',
  'InvalidAction',
  'UnknownOperationException',
]);

/** The API returns at most 50 a page: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DescribeServerlessCacheSnapshots.html */
const PAGE = 50;

export async function listSnapshots(
  client: ElastiCacheClient,
  filter: { readonly ServerlessCacheName: string } | { readonly ServerlessCacheSnapshotName: SnapshotName },
): Promise<readonly SnapshotView[]> {
  const found: SnapshotView[] = [];
  try {
    const pages = paginateDescribeServerlessCacheSnapshots({ client, pageSize: PAGE }, filter);
    for await (const page of pages)
      found.push(...(page.ServerlessCacheSnapshots ?? []).filter(isManual).map(viewOf));
  } catch (error) {
    if (!NO_SNAPSHOTS.has(nameOf(error))) throw error;
  }
  return found;
}

export async function createSnapshot(
  client: ElastiCacheClient,
  { name, cache, tags }: { name: SnapshotName; cache: string; tags: Readonly<Record<string, string>> },
): Promise<void> {
  await client.send(
    new CreateServerlessCacheSnapshotCommand({
      ServerlessCacheSnapshotName: name,
      ServerlessCacheName: cache,
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    }),
  );
}

export async function exportSnapshot(
  client: ElastiCacheClient,
  name: SnapshotName,
  bucket: string,
): Promise<void> {
  const input = { ServerlessCacheSnapshotName: name, S3BucketName: bucket };
  await client.send(new ExportServerlessCacheSnapshotCommand(input));
}

export async function deleteSnapshot(client: ElastiCacheClient, name: SnapshotName): Promise<void> {
  try {
    await client.send(new DeleteServerlessCacheSnapshotCommand({ ServerlessCacheSnapshotName: name }));
  } catch (error) {
    if (nameOf(error) !== 'ServerlessCacheSnapshotNotFound') throw error;
  }
}

/** `manual` or `automated`; one that does not tell counts as manual, and against the quota. */
function isManual({ SnapshotType }: ServerlessCacheSnapshot): boolean {
  return SnapshotType?.toLowerCase() !== 'automated';
}

/** How many files it will be exported to, nothing tells. */
function viewOf(snapshot: ServerlessCacheSnapshot): SnapshotView {
  return {
    kind: 'serverless',
    name: snapshot.ServerlessCacheSnapshotName ?? '',
    cache: snapshot.ServerlessCacheConfiguration?.ServerlessCacheName,
    node: undefined,
    status: statusOf(snapshot),
    takenAt: snapshot.CreateTime,
    shards: [],
  };
}
