import { administratorOf } from '@redrill/local-aws';
import { objectStore } from '../../../adapters/aws/object-store.ts';
import type { RecoveryPoint } from '../../../core/contracts/recovery-point.ts';
import { vaultKeys } from '../../../core/model/keys.ts';
import { snapshotNameOf } from '../../../core/model/names.ts';
import { run as verifyShard } from '../../../lambdas/verify-shard.ts';
import { Catalogue } from '../../../vault/catalogue.ts';
import type { World } from '../world.ts';

/**
 * Gives other caches the recovery points of one, through the product's own code: a cache costs a server and two backups, and
 * an attack needs nothing but its points.
 */
export async function copyPoints(
  world: World,
  points: readonly RecoveryPoint[],
  caches: readonly string[],
): Promise<ReadonlyMap<string, readonly RecoveryPoint[]>> {
  const { account, vault, vaultBucket } = world.demo;
  const copied = new Map<string, RecoveryPoint[]>();
  await world.actingAs(administratorOf(account), vault.region, async () => {
    const stores = {
      vault: objectStore({ bucket: vaultBucket, region: vault.region }),
      staging: objectStore({ bucket: world.stagingBucket, region: vault.region }),
    };
    for (const cache of caches)
      for (const point of points)
        copied.set(cache, [
          ...(copied.get(cache) ?? []),
          await copyPoint(world, stores, { ...point, cache }),
        ]);
  });
  return copied;
}

type Stores = Pick<Parameters<typeof verifyShard>[1], 'vault' | 'staging'>;

async function copyPoint(world: World, stores: Stores, point: RecoveryPoint): Promise<RecoveryPoint> {
  const { vault, vaultBucket: Bucket } = world.demo;
  const snapshot = snapshotNameOf(point.cache, point.slot);
  const shards = point.shards.map(({ shard }) => shard);
  for (const [at, { key }] of point.shards.entries()) {
    const Key = vaultKeys.shard(point, shards[at] ?? 0);
    const copy = { Bucket, Key, CopySource: `${Bucket}/${key}`, ChecksumAlgorithm: 'CRC64NVME' };
    await world.demo.call('s3', 'CopyObject', vault.region, copy);
    const input = { ...point, snapshot, shard: shards[at] ?? 0 };
    await verifyShard(input, { ...stores, timeLeftMs: () => 900_000 });
  }
  const catalogue = new Catalogue(stores.vault);
  const entered = { ...point, snapshot, shards: [...(await catalogue.findings(point, shards))] };
  await catalogue.enter(entered);
  return entered;
}
