import { cacheOfDrill } from '../../../adapters/aws/cache-of-drill.ts';
import { runningExecutions } from '../../../adapters/aws/running-executions.ts';
import { WORKFLOWS } from '../../../core/contracts/resources.ts';
import { AppError } from '../../../core/model/errors.ts';
import { stagingKeys, vaultKeys } from '../../../core/model/keys.ts';
import {
  cachePrefixOf,
  drillClusterIdOf,
  type SnapshotName,
  snapshotNameOf,
} from '../../../core/model/names.ts';
import {
  REHEARSAL_CACHE as cache,
  REHEARSAL_PLAN,
  REHEARSAL_SEED_PREFIX,
  REHEARSAL_TAG,
} from '../../../core/model/rehearsal.ts';
import { PLAN_OBJECT_TAG, RELEASE_TAG } from '../../../core/model/tags.ts';
import type { ObjectStore } from '../../../core/ports.ts';
import { APPEARS_WITHIN_MS } from './cache.ts';
import type { Ground } from './ground.ts';
import { rehearsalSnapshots } from './snapshots.ts';
import { until, type Walk } from './way.ts';

/** Executions that begin while the first look deletes what they begin from are seen by the second. */
const QUIET_LOOKS = 2;

/**
 * Deletes everything that any rehearsal has left, found by its names alone, whoever made it and however far that came. Goes
 * on until nothing more is found, as executions under way may still write, and over errors that pass.
 */
export async function cleanUp(ground: Ground, walk: Walk): Promise<void> {
  const begunAt = ground.vault.now();
  let quiet = 0;
  await until(walk, async () => {
    const first = await removeOnce(ground, begunAt).catch(whatPasses);
    if (first !== undefined) walk.show(`clean up: ${first}`);
    quiet = first === undefined ? quiet + 1 : 0;
    return quiet >= QUIET_LOOKS;
  });
}

/** @returns the first of what was found, if anything was */
async function removeOnce(ground: Ground, begunAt: Date): Promise<string | undefined> {
  const running = await executionsOf(ground);
  const left = [
    ...(await removeCache(ground, begunAt)),
    ...(await removeSnapshots(ground)),
    ...(await removeDrillClusters(ground)),
    ...(await removeFiles(ground)),
    ...(await releaseCopies(ground)),
  ];
  return [...left, ...running][0];
}

function whatPasses(error: unknown): string {
  if (error instanceof AppError && error.kind === 'transient') return error.message;
  throw error;
}

async function executionsOf({ machine, vault: { clock } }: Ground): Promise<readonly string[]> {
  const found = await Promise.all(
    WORKFLOWS.map(async (workflow) => {
      const names = await runningExecutions(machine(workflow), `${cache}-`, clock);
      return names.map((name) => `${workflow} ${name} is running`);
    }),
  );
  return found.flat();
}

/**
 * Only the cache that has the tag of rehearsals besides their name. The Tagging API answers for caches in any state; whether
 * it has a tag as soon as the cache is there is not known.
 * @throws AppError `RehearsalFailed` for a cache that still has no tag after minutes
 */
async function removeCache({ source, vault }: Ground, begunAt: Date): Promise<readonly string[]> {
  const found = await source.findCluster(cache);
  if (found === undefined) return [];
  const left = [`${cache} is ${found.status}`];
  if (found.status === 'deleting' || found.status === 'deleted') return left;
  const tagged = await source.snapshots.listTagged(REHEARSAL_TAG);
  if (tagged.some((each) => each.cache === cache)) {
    await source.deleteCache(cache);
    return left;
  }
  const since = found.createdAt ?? begunAt;
  if (vault.now().getTime() - since.getTime() < APPEARS_WITHIN_MS) return [`${cache} shows no tags yet`];
  throw new AppError(
    'RehearsalFailed',
    `the cache ${cache} in ${vault.config.source.region} has no tag ${REHEARSAL_TAG}, so it is not a rehearsal’s, and was not touched: delete it, or restore it under another id`,
  );
}

/** A snapshot that is being taken or exported cannot be deleted yet. */
const BUSY_CODES: ReadonlySet<string> = new Set(['SourceNotAvailable', 'RefusedByAws']);
const DELETABLE: ReadonlySet<string> = new Set(['available', 'failed']);

async function removeSnapshots({ source: { snapshots }, slot }: Ground): Promise<readonly string[]> {
  const left = await rehearsalSnapshots(snapshots, slot);
  for (const { name, kind } of left.filter(({ status }) => DELETABLE.has(status)))
    await snapshots.deleteSnapshot({ name: name as SnapshotName, kind }).catch(unlessBusy);
  return left.map(({ name, status }) => `snapshot ${name} is ${status}`);
}

function unlessBusy(error: unknown): void {
  if (!(error instanceof AppError && BUSY_CODES.has(error.code))) throw error;
}

/** Clusters of drills of the rehearsal's cache. One that is being created or deleted cannot be deleted yet. */
async function removeDrillClusters({ drills, slot }: Ground): Promise<readonly string[]> {
  const own: string[] = [];
  for (const cluster of await drills.listClusters(cachePrefixOf(drillClusterIdOf(cache, slot)))) {
    const { id, status } = cluster;
    const isDeletable = status === 'available' || status.endsWith('failed');
    if (isDeletable && (await cacheOfDrill(cluster, drills)) !== cache) continue;
    if (isDeletable) await drills.deleteCluster(id);
    own.push(`${id} is ${status}`);
  }
  return own;
}

async function removeFiles({ landing, staging, slot }: Ground): Promise<readonly string[]> {
  const own = cachePrefixOf(snapshotNameOf(cache, slot));
  const prefixes = [
    [landing, REHEARSAL_SEED_PREFIX],
    [landing, own],
    [landing, `verified/${own}`],
    [staging, `${stagingKeys.drillsPrefix}${cache}/`],
    [staging, `${stagingKeys.ingestPrefix}${cache}/`],
  ] as const;
  const removed = await Promise.all(prefixes.map(([store, prefix]) => removeBelow(store, prefix)));
  return removed.flat();
}

/** The release comes first: a version that is hidden and not released would stay for ever. */
async function releaseCopies({ vault: { catalogue } }: Ground): Promise<readonly string[]> {
  const { vault } = catalogue;
  const tags = [RELEASE_TAG, { key: PLAN_OBJECT_TAG, value: REHEARSAL_PLAN }];
  const points = await vault.list(vaultKeys.pointsOf('hourly', cache));
  for (const { key } of points) await vault.tag(key, tags);
  const prefixes = ownPrefixes();
  const removed: string[] = [];
  for (const prefix of prefixes) removed.push(...(await removeBelow(vault, prefix)));
  return removed;
}

/** Everything of a rehearsal in the vault. */
export function ownPrefixes(): readonly string[] {
  return [
    vaultKeys.pointsOf('hourly', cache),
    vaultKeys.reportsOf(cache),
    vaultKeys.registry(cache),
    `${vaultKeys.ingestedPrefix}redrill-${cache}-`,
  ];
}

async function removeBelow(store: ObjectStore, prefix: string): Promise<readonly string[]> {
  const found = await store.list(prefix);
  for (const { key } of found) await store.remove(key);
  return found.map(({ key }) => `s3://${store.bucket}/${key}`);
}
