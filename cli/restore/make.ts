import { setTimeout as sleep } from 'node:timers/promises';
import { readJson, writeJson } from '../../adapters/documents/json-objects.ts';
import type { Config } from '../../core/contracts/config.ts';
import type { RecoveryPoint } from '../../core/contracts/recovery-point.ts';
import { type RestorePlan, restoreBegun } from '../../core/contracts/restore.ts';
import { seedReader } from '../../core/model/elasticache-user.ts';
import { AppError } from '../../core/model/errors.ts';
import { stagingKeys, vaultKeys } from '../../core/model/keys.ts';
import { pointNameOf } from '../../core/model/point-name.ts';
import { CLUSTER_UNDER_WAY } from '../../core/model/poll.ts';
import { RESTORE_BEGUN_TAG, RESTORED_FROM_TAG } from '../../core/model/tags.ts';
import type {
  ClusterView,
  Now,
  ObjectStore,
  RestoreElastiCache,
  RestoreOrder,
  ShardCopier,
} from '../../core/ports.ts';
import { byWayOfNodes } from '../../core/restore/by-way-of-nodes.ts';
import { restoreDescription, restoredFrom } from '../../core/restore/plan-restore.ts';
import { requireVerifiedDigest, requireVerifiedFile, soundShard } from '../../vault/verified-files.ts';
import { LOOK_EVERY_MS } from '../pace.ts';
import type { StatusLine } from '../terminal/status-line.ts';

export interface Workshop {
  readonly plan: RestorePlan;
  readonly person: string;
  readonly authToken: string | undefined;
  readonly elasticache: RestoreElastiCache;
  readonly copier: ShardCopier;
  readonly staging: ObjectStore;
  readonly vault: {
    readonly store: ObjectStore;
    readonly region: string;
    readonly seedGrant: Config['vault']['seedGrant'];
  };
  readonly record: RecoveryPoint;
  /** Whether the new cluster is compared afterwards, for which the digests are needed. */
  readonly compares: boolean;
  readonly line: StatusLine;
  readonly now: Now;
}

export interface Made {
  readonly cluster: ClusterView & { readonly endpoint: NonNullable<ClusterView['endpoint']> };
  readonly outcome: 'created' | 'adopted';
  readonly begunAt: Date;
  /** When a run first saw it available; undefined if an earlier run has seen it through. */
  readonly availableAt: Date | undefined;
}

/**
 * Stages the files, orders the cluster and waits for it. Everything is named after the new id and the recovery point, so
 * that a run which was interrupted at any place is gone on with by the next; nothing that another has made is touched.
 *
 * @throws AppError `ClusterIdTaken`, `VaultFileChanged`, `CapacityMissing`, `RestoreFailed`
 */
export async function makeCluster(workshop: Workshop): Promise<Made> {
  const { plan, elasticache, staging } = workshop;
  const folder = folderOf(plan);
  const found = await elasticache.findCluster(plan.to);
  const start = found === undefined ? await startFresh(workshop, folder) : await adopt(workshop, found);
  const cluster = await untilAvailable(workshop, start.begunAt);
  const isOver = found?.status === 'available' && !start.isOpen;
  const availableAt = isOver ? undefined : workshop.now();
  for (const { key } of await staging.list(folder)) await staging.remove(key);
  return { cluster, outcome: start.outcome, begunAt: start.begunAt, availableAt };
}

interface Start {
  readonly outcome: Made['outcome'];
  readonly begunAt: Date;
  /** Whether no run has come to the end of it yet. */
  readonly isOpen: boolean;
}

async function startFresh(workshop: Workshop, folder: string): Promise<Start> {
  await requireVerified(workshop);
  const begunAt = await begin(workshop, folder);
  await stageShards(workshop, folder, begunAt);
  return { outcome: await order(workshop, folder, begunAt), begunAt, isOpen: true };
}

export function folderOf({ to, point }: RestorePlan): string {
  return stagingKeys.restore(to, point.cache, point.slot);
}

/** The first run says when it began; a later one is told. */
async function begin({ staging, person, now }: Workshop, folder: string): Promise<Date> {
  const key = stagingKeys.restoreBegun(folder);
  await writeJson(staging, key, { at: now().toISOString(), by: person }, 'absent');
  const found = await readJson(staging, key, restoreBegun);
  return found === undefined ? now() : new Date(found.value.at);
}

/** All of them before the first is copied. @throws AppError `VaultFileChanged` */
export async function requireVerified({
  plan,
  vault,
  record,
  compares,
}: Pick<Workshop, 'plan' | 'vault' | 'record' | 'compares'>): Promise<void> {
  for (const { shard } of plan.creates.shards) {
    await requireVerifiedFile(vault.store, record, shard);
    if (compares) await requireVerifiedDigest(vault.store, record, shard);
  }
}

async function stageShards(workshop: Workshop, folder: string, begunAt: Date): Promise<void> {
  const { plan, record, copier, vault, staging, line } = workshop;
  const { shards } = plan.creates;
  for (const [at, { shard }] of shards.entries()) {
    line.step('stage', begunAt, ` shard ${at + 1} of ${shards.length}`);
    const { versionId } = soundShard(record, shard).file;
    const key = vaultKeys.shard(plan.point, shard);
    const from = { bucket: vault.store.bucket, region: vault.region, key, versionId };
    const to = { bucket: staging.bucket, key: stagingKeys.restoreShard(folder, shard) };
    const seed = { from, to, encryption: 'sse-s3', ...seedReader(vault.seedGrant) } as const;
    if ((await copier.copy(seed)) === 'missing')
      throw new AppError('NotFound', `${from.key} is no longer in the vault`);
  }
}

async function order(workshop: Workshop, folder: string, begunAt: Date): Promise<Made['outcome']> {
  const { plan, elasticache, staging, authToken } = workshop;
  const { creates, point, to } = plan;
  const snapshotArns = creates.shards.map(
    ({ shard }) => `arn:aws:s3:::${staging.bucket}/${stagingKeys.restoreShard(folder, shard)}`,
  );
  const outcome = await ordered(workshop, folder, {
    ...creates,
    id: to,
    description: restoreDescription(point),
    snapshotArns,
    ...(authToken === undefined ? {} : { authToken }),
    tags: {
      ...creates.tags,
      [RESTORED_FROM_TAG]: pointNameOf(point),
      [RESTORE_BEGUN_TAG]: begunAt.toISOString(),
    },
  });
  if (outcome === 'created') return 'created';
  if (outcome === 'no-capacity')
    throw new AppError('CapacityMissing', `AWS has no capacity for ${creates.nodeType} in ${plan.region}`);
  // Ordered since the look above, or by a run whose answer was lost.
  const found = await elasticache.findCluster(to);
  if (found !== undefined) await adopt(workshop, found);
  return 'adopted';
}

/** @throws AppError `RestoreSeedRefused` with another way: nothing was created then, and what was staged is removed */
async function ordered(
  { plan, elasticache, staging }: Workshop,
  folder: string,
  order: RestoreOrder,
): ReturnType<RestoreElastiCache['createCluster']> {
  try {
    return await elasticache.createCluster(order);
  } catch (cause) {
    if (!(cause instanceof AppError && cause.code === 'RestoreSeedRefused')) throw cause;
    for (const { key } of await staging.list(folder)) await staging.remove(key);
    throw new AppError('RestoreSeedRefused', byWayOfNodes(plan, cause.message), { cause });
  }
}

/** Goes on with what an earlier run has ordered. @throws AppError `ClusterIdTaken` unless it was this restore */
async function adopt({ plan, staging, elasticache, now }: Workshop, found: ClusterView): Promise<Start> {
  const from = restoredFrom(found.description);
  if ((found.isServerless ?? false) !== (plan.creates.serverless !== undefined))
    throw new AppError(
      'ClusterIdTaken',
      `'${plan.to}' in ${plan.region} is ${found.isServerless ? 'a serverless cache' : 'node-based'} already; choose another id with --to`,
    );
  if (from !== pointNameOf(plan.point))
    throw new AppError(
      'ClusterIdTaken',
      from === undefined
        ? `there is a cluster '${plan.to}' in ${plan.region} already, which Redrill did not restore`
        : `'${plan.to}' in ${plan.region} was restored from ${from}, not from ${pointNameOf(plan.point)}`,
    );
  const noted = await readJson(staging, stagingKeys.restoreBegun(folderOf(plan)), restoreBegun);
  const outcome = 'adopted';
  if (noted !== undefined) return { outcome, begunAt: new Date(noted.value.at), isOpen: true };
  const tag = found.status === 'available' && (await elasticache.tagsOf(found.arn))[RESTORE_BEGUN_TAG];
  return { outcome, begunAt: tag ? new Date(tag) : now(), isOpen: false };
}

async function untilAvailable(workshop: Workshop, begunAt: Date): Promise<Made['cluster']> {
  const { plan, elasticache, line } = workshop;
  for (;;) {
    const found = await elasticache.findCluster(plan.to);
    const { status, endpoint } = found ?? { status: 'gone', endpoint: undefined };
    if (found !== undefined && status === 'available' && endpoint !== undefined)
      return { ...found, endpoint };
    if (status !== 'available' && !CLUSTER_UNDER_WAY.has(status)) throw await failed(workshop, status);
    line.step('create cluster', begunAt, `  ${status}`);
    await sleep(LOOK_EVERY_MS);
  }
}

async function failed({ plan, elasticache }: Workshop, status: string): Promise<AppError> {
  const { to, region, creates } = plan;
  const isServerless = creates.serverless !== undefined;
  const events = await elasticache.eventsOf({ id: to, ...(isServerless && { isServerless }) });
  const said = events.at(-1) ?? 'it gives no cause';
  const deletion = isServerless
    ? `aws elasticache delete-serverless-cache --region ${region} --serverless-cache-name ${to}`
    : `aws elasticache delete-replication-group --region ${region} --replication-group-id ${to}`;
  return new AppError('RestoreFailed', `'${to}' is '${status}': ${said}; delete it with: ${deletion}`);
}
