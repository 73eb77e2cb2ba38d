import { sourceElastiCache } from '../adapters/aws/source-elasticache.ts';
import { deployedCacheKeys, deployedConfig, lambdaHandler, systemClock } from '../adapters/lambda/handler.ts';
import { chooseSnapshotSource } from '../core/backup/choose-snapshot-source.ts';
import { isSnapshotOf } from '../core/backup/snapshot-owner.ts';
import { refuseUnlessSnapshottable } from '../core/backup/snapshot-refusal.ts';
import type { BackupInput, SnapshotState } from '../core/contracts/steps.ts';
import { AppError } from '../core/model/errors.ts';
import { type SnapshotName, snapshotNameOf } from '../core/model/names.ts';
import { SLOT_TAG } from '../core/model/tags.ts';
import type { Now, SnapshotView, SourceCache, SourceElastiCache } from '../core/ports.ts';

interface World {
  readonly elasticache: Pick<
    SourceElastiCache,
    'findCache' | 'findSnapshot' | 'listSnapshots' | 'createSnapshot'
  >;
  /** ARNs of the keys that ElastiCache may use for this role. */
  readonly kmsKeys: readonly string[];
  /** Names of servers, which no cache can have as well. @default none */
  readonly servers?: readonly string[];
  readonly now: Now;
}

/** Takes the snapshot of this slot, or adopts the one that an earlier try of this very step has taken. */
export async function run({ cache, slot }: BackupInput, world: World): Promise<SnapshotState> {
  const { elasticache, now } = world;
  const name = snapshotNameOf(cache, slot);
  const source = await snapshottableSource(world, cache, name);
  const { lineage, kind } = source;
  const state = {
    name,
    kind,
    shards: source.shards,
    requestedAt: now().toISOString(),
    ...(lineage && { lineage }),
  };
  if (await adopted(elasticache, source, name)) return state;
  if (!source.available)
    throw new AppError(
      'SourceNotAvailable',
      `${cache} is '${source.status}', and snapshots need 'available'`,
    );
  const from = chooseSnapshotSource(source, await elasticache.listSnapshots(source), now());
  const outcome = await elasticache.createSnapshot({ name, source: from, tags: { [SLOT_TAG]: slot } });
  if (outcome === 'exists' && !(await adopted(elasticache, source, name))) {
    throw new AppError('StateChanged', `snapshot ${name} exists but is not visible yet`);
  }
  return state;
}

async function snapshottableSource(
  { elasticache, kmsKeys, servers = [] }: World,
  cache: string,
  name: SnapshotName,
): Promise<SourceCache> {
  if (servers.includes(cache))
    throw new AppError(
      'SnapshotUnsupported',
      `${cache} is also the name of a server in the configuration, and both would have the same recovery points; ` +
        'rename the server, or give the cache an alias in source.aliases',
    );
  const source = await elasticache.findCache(cache);
  if (source === undefined)
    throw new AppError('UnknownCache', `there is no cache '${cache}' to take ${name} of`);
  refuseUnlessSnapshottable(source, kmsKeys);
  return source;
}

/** @throws AppError `SnapshotNameTaken` if the name belongs to another cache's snapshot */
async function adopted(
  elasticache: World['elasticache'],
  source: SourceCache,
  name: SnapshotName,
): Promise<boolean> {
  const snapshot: SnapshotView | undefined = await elasticache.findSnapshot({ name, kind: source.kind });
  if (snapshot === undefined) return false;
  if (isSnapshotOf(snapshot, source)) return true;
  throw new AppError(
    'SnapshotNameTaken',
    `snapshot ${name} is of ${snapshot.cache ?? snapshot.node}, not of ${source.cache}`,
  );
}

export const handler = lambdaHandler(
  'create-snapshot',
  () => ({
    elasticache: sourceElastiCache(deployedConfig().source),
    kmsKeys: [...deployedConfig().source.kmsKeys, ...deployedCacheKeys()],
    servers: Object.keys(deployedConfig().servers),
    now: systemClock,
  }),
  run,
);
