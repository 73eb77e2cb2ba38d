import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Demo } from './demo.ts';

/** The vault of the demo, as its administrator sees it. */

export async function keysIn(
  { call, vault, vaultBucket: Bucket }: Demo,
  prefix = '',
): Promise<readonly string[]> {
  const listed = (await call('s3', 'ListObjectsV2', vault.region, { Bucket, Prefix: prefix })) as {
    Contents?: { Key: string }[];
  };
  return (listed.Contents ?? []).map(({ Key }) => Key);
}

export async function textOf({ call, vault, vaultBucket: Bucket }: Demo, Key: string): Promise<string> {
  const { Body } = (await call('s3', 'GetObject', vault.region, { Bucket, Key })) as { Body: Readable };
  return text(Body);
}
