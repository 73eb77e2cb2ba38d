import { CopyObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { ACCOUNT } from '../../testing/fabric.ts';
import { refusal, SOURCE_REGION, s3Fixture } from '../../testing/s3-fixture.ts';

const READER = '540804c33a284a299d2547575ce1010f2312ef3da9b3a053c8bc45bf233e4353';
const GRANTS = { GrantRead: `id="${READER}"`, GrantReadACP: `id="${READER}"` };

/** A bucket with ACLs enabled, one with ACLs disabled, and an object to copy. */
async function buckets() {
  const { client, s3, fabric } = await s3Fixture();
  const place = { region: SOURCE_REGION, account: ACCOUNT };
  s3.admin.createBucket({ name: 'open', ...place }, { objectOwnership: 'BucketOwnerPreferred' });
  s3.admin.createBucket({ name: 'closed', ...place }, { objectOwnership: 'BucketOwnerEnforced' });
  const sdk = client(SOURCE_REGION);
  await sdk.send(new PutObjectCommand({ Bucket: 'landing', Key: 'a', Body: 'x' }));
  const copyTo = (Bucket: string) =>
    sdk.send(new CopyObjectCommand({ Bucket, Key: 'a', CopySource: 'landing/a', ...GRANTS }));
  return { sdk, s3, fabric, copyTo };
}

test('a copy lets the grantees of its headers read it, where ACLs are enabled, and takes none from its source', async () => {
  const { sdk, s3, copyTo } = await buckets();
  await copyTo('open');
  expect(s3.admin.object('open', 'a').acl).toEqual({ READ: [READER], READ_ACP: [READER] });
  await sdk.send(new CopyObjectCommand({ Bucket: 'closed', Key: 'b', CopySource: 'open/a' }));
  expect(s3.admin.object('closed', 'b').acl).toEqual({ READ: [], READ_ACP: [] });
});

test('a grant is refused where ACLs are disabled, and nothing is written', async () => {
  const { sdk, copyTo } = await buckets();
  expect(await refusal(copyTo('closed'))).toMatchObject({
    code: 'AccessControlListNotSupported',
    status: 400,
  });
  const head = sdk.send(new HeadObjectCommand({ Bucket: 'closed', Key: 'a' }));
  expect(await refusal(head)).toMatchObject({ status: 404 });
});
