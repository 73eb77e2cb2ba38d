import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { vaultKeys } from '../../../core/model/keys.ts';
import type { Target } from './attack.ts';

/** What an administrator of the account can do to the vault's objects. */

function call({ world }: Target, operation: string, input: object): Promise<object> {
  const { vault, vaultBucket: Bucket } = world.demo;
  return world.demo.call('s3', operation, vault.region, { Bucket, ...input });
}

export async function overwrite(target: Target, Key: string, Body: string | Uint8Array): Promise<void> {
  // S3 asks for a digest where Object Lock is on.
  const ContentMD5 = createHash('md5').update(Body).digest('base64');
  await call(target, 'PutObject', { Key, Body, ContentMD5 });
}

/** Without a version id: a delete marker hides the object. */
export async function hide(target: Target, Key: string): Promise<void> {
  await call(target, 'DeleteObject', { Key });
}

interface Listed {
  readonly Versions?: readonly { readonly Key: string; readonly VersionId: string }[];
  readonly DeleteMarkers?: Listed['Versions'];
}

/** Deletes every version of what has a prefix, with the one role that may; its lock is lifted for it. */
export async function erase(target: Target, Prefix: string, which: 'all' | 'older' = 'all'): Promise<void> {
  const { account, vault, vaultBucket: Bucket } = target.world.demo;
  const arn = `arn:aws:iam::${account}:role/redrill-break-glass`;
  const principal = { kind: 'administrator', arn, account } as const;
  const found = (await call(target, 'ListObjectVersions', { Prefix })) as Listed;
  // S3 lists the newest version first.
  const versions = [...(found.Versions ?? []), ...(found.DeleteMarkers ?? [])].slice(which === 'all' ? 0 : 1);
  for (const { Key, VersionId } of versions)
    await target.world.aws.fabric.call({
      service: 's3',
      operation: 'DeleteObject',
      region: vault.region,
      principal,
      input: { Bucket, Key, VersionId, BypassGovernanceRetention: true },
    });
}

export async function tag(target: Target, Key: string, tags: Readonly<Record<string, string>>) {
  const TagSet = Object.entries(tags).map(([key, Value]) => ({ Key: key, Value }));
  await call(target, 'PutObjectTagging', { Key, Tagging: { TagSet } });
}

export async function bytesOf(target: Target, Key: string): Promise<Buffer> {
  const { Body } = (await call(target, 'GetObject', { Key })) as { readonly Body: Readable };
  const pieces: Buffer[] = [];
  for await (const piece of Body) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Changes a JSON document, keeping what the change leaves alone. */
export async function edit<Document>(target: Target, key: string, change: (document: Document) => unknown) {
  const document = JSON.parse((await bytesOf(target, key)).toString());
  await overwrite(target, key, `${JSON.stringify(change(document), null, 2)}\n`);
}

/** A recovery point of the target, counted from the newest (0). */
export function pointOf({ points }: Target, fromNewest = 0) {
  const point = points.at(-1 - fromNewest);
  if (point === undefined) throw new Error(`the target has no point ${fromNewest}`);
  return point;
}

export const recordOf = (target: Target, fromNewest = 0) => vaultKeys.record(pointOf(target, fromNewest));
export const shardOf = (target: Target, shard = 1, fromNewest = 0) =>
  vaultKeys.shard(pointOf(target, fromNewest), shard);
export const digestOf = (target: Target, shard = 1, fromNewest = 0) =>
  vaultKeys.digest(pointOf(target, fromNewest), shard);
