import type { RecoveryPoint, ShardFinding, StoredObject } from '../../../core/contracts/recovery-point.ts';
import { vaultKeys } from '../../../core/model/keys.ts';
import type { ObjectStore } from '../../../core/ports.ts';
import type { Catalogue } from '../../../vault/catalogue.ts';

/** Enters a recovery point with every file that its record names, at the sizes that it says. */
export async function enterWhole(catalogue: Catalogue, point: RecoveryPoint): Promise<RecoveryPoint> {
  const entered = { ...point, shards: await storeFiles(catalogue.vault, point) };
  for (const finding of entered.shards)
    await catalogue.vault.write(vaultKeys.finding(point, finding.shard), JSON.stringify(finding));
  await catalogue.enter(entered);
  return entered;
}

/** Writes the files of a point. @returns its findings, with the versions that were written */
export async function storeFiles(vault: ObjectStore, point: RecoveryPoint): Promise<ShardFinding[]> {
  const shards: ShardFinding[] = [];
  for (const finding of point.shards) {
    const bytes = finding.sound ? finding.content.bytes : 1;
    const file = await stored(vault, vaultKeys.shard(point, finding.shard), bytes);
    const digestFile = await stored(vault, vaultKeys.digest(point, finding.shard), 16);
    shards.push(finding.sound ? { ...finding, file, digestFile } : finding);
  }
  return shards;
}

async function stored(vault: ObjectStore, key: string, bytes: number): Promise<StoredObject> {
  await vault.write(key, new Uint8Array(bytes));
  const { versionId = 'null', etag = '' } = (await vault.head(key)) ?? {};
  return { versionId, etag, bytes };
}
