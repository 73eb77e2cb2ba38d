import type { ExportSeal } from '../../../core/contracts/export.ts';
import type { VerifiedMarker } from '../../../core/contracts/recovery-point.ts';
import { landingKeys } from '../../../core/model/keys.ts';
import { snapshotNameOf } from '../../../core/model/names.ts';
import { slotAt } from '../../../core/model/slot.ts';
import type { Target } from './attack.ts';
import { pointOf } from './in-vault.ts';

/** What lies in the landing bucket, and what somebody can do to it between the seal and the ingest. */

async function call(
  { world }: Target,
  operation: string,
  input: object,
): Promise<{ readonly ETag?: string }> {
  const { source, landingBucket: Bucket } = world.demo;
  return (await world.demo.call('s3', operation, source.region, { Bucket, ...input })) as {
    readonly ETag?: string;
  };
}

interface Export {
  /** Bytes of every shard's file. @default those of the newest recovery point */
  readonly body?: Uint8Array;
  readonly lineage?: ExportSeal['lineage'];
}

/** Another export of the target's cache, sealed as the source side seals it. @returns the keys of its files */
export async function sealExport(target: Target, { body, lineage }: Export = {}): Promise<readonly string[]> {
  const { cache, world } = target;
  const point = pointOf(target);
  const slot = slotAt(new Date(world.now));
  const snapshot = snapshotNameOf(cache, slot);
  const shards = await Promise.all(
    point.topology.shards.map(async ({ shard, slots }, at) => {
      const key = landingKeys.shard(snapshot, shard);
      const etag = await putFile(target, key, body ?? point.shards[at]?.key ?? '');
      const content = point.shards.find((each) => each.shard === shard);
      const bytes = body?.length ?? (content?.sound ? content.content.bytes : 0);
      return { shard, key, etag, bytes, ...(slots === undefined ? {} : { slots }) };
    }),
  );
  const seal: ExportSeal = {
    version: 1,
    cache,
    kind: point.kind,
    plan: point.plan,
    slot,
    snapshot,
    source: point.source,
    ...(lineage && { lineage }),
    takenAt: new Date(world.now).toISOString(),
    sealedAt: new Date(world.now).toISOString(),
    shards,
    topology: point.topology,
  };
  await call(target, 'PutObject', { Key: landingKeys.seal(snapshot), Body: JSON.stringify(seal) });
  return shards.map(({ key }) => key);
}

async function putFile(target: Target, Key: string, from: Uint8Array | string): Promise<string> {
  if (typeof from === 'string') {
    const CopySource = `${target.world.demo.vaultBucket}/${from}`;
    await call(target, 'CopyObject', { Key, CopySource, ServerSideEncryption: 'AES256' });
  } else await call(target, 'PutObject', { Key, Body: from });
  return (await call(target, 'HeadObject', { Key })).ETag ?? '';
}

export async function replaceFile(target: Target, Key: string, Body: Uint8Array): Promise<void> {
  await call(target, 'PutObject', { Key, Body });
}

export async function deleteFile(target: Target, Key: string): Promise<void> {
  await call(target, 'DeleteObject', { Key });
}

/** As the vault says that it has verified its copy of a snapshot. */
export async function writeMarker(target: Target): Promise<void> {
  const { cache, slot, snapshot } = pointOf(target);
  const marker: VerifiedMarker = { version: 1, cache, slot, at: new Date(target.world.now).toISOString() };
  await call(target, 'PutObject', { Key: landingKeys.verified(snapshot), Body: JSON.stringify(marker) });
}
