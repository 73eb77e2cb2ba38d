import { objectStore } from '../adapters/aws/object-store.ts';
import { sourceElastiCache } from '../adapters/aws/source-elasticache.ts';
import { deployedConfig, environment, lambdaHandler, systemClock } from '../adapters/lambda/handler.ts';
import { decidePrunes } from '../core/backup/decide-prunes.ts';
import { ENV } from '../core/contracts/environment.ts';
import type { BackupInput } from '../core/contracts/steps.ts';
import { landingKeys, snapshotOfVerified } from '../core/model/keys.ts';
import { cachePrefixOf, snapshotNameOf } from '../core/model/names.ts';
import type { Now, ObjectStore, SourceElastiCache } from '../core/ports.ts';

interface World {
  readonly elasticache: Pick<SourceElastiCache, 'findCache' | 'listSnapshots' | 'deleteSnapshot'>;
  readonly landing: Pick<ObjectStore, 'list'>;
  readonly now: Now;
}

/** Deletes Redrill's own older snapshots of the cache: those that the vault has verified, and others only after long. */
export async function run(
  { cache, slot }: Pick<BackupInput, 'cache' | 'slot'>,
  { elasticache, landing, now }: World,
) {
  const source = await elasticache.findCache(cache);
  const { kind = 'replication-group' } = source ?? {};
  const gone = { id: cache, kind, clusterMode: false, nodes: [] };
  const snapshots = await elasticache.listSnapshots(source ?? gone);
  const ownPrefix = cachePrefixOf(snapshotNameOf(cache, slot));
  const marked = await landing.list(`${landingKeys.verifiedPrefix}${ownPrefix}`);
  const verified = new Set(marked.flatMap(({ key }) => snapshotOfVerified(key) ?? []));
  // What the cache's nodes may be named, another cache outside a group may be named.
  const own = snapshots.filter(({ name }) => cachePrefixOf(name) === ownPrefix);
  const deleted = decidePrunes(own, verified, now());
  for (const name of deleted) await elasticache.deleteSnapshot({ name, kind });
  return { deleted };
}

export const handler = lambdaHandler(
  'prune-snapshots',
  () => ({
    elasticache: sourceElastiCache(deployedConfig().source),
    landing: objectStore({ bucket: environment(ENV.landingBucket)[ENV.landingBucket] }),
    now: systemClock,
  }),
  run,
);
