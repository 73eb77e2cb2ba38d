import { CreateBucketCommand, type CreateBucketCommandInput, ListBucketsCommand } from '@aws-sdk/client-s3';
import { ACCOUNT, refusal, s3Fixture, VAULT_REGION } from '@redrill/local-aws/testing';
import { expect, it } from 'vitest';
import { bucketName, bucketNamespace } from '../../../core/contracts/bucket-names.ts';

const here = { LocationConstraint: VAULT_REGION } as const;
const OWN = `redrill-vault-${ACCOUNT}-${VAULT_REGION}-an`;

async function creating(input: CreateBucketCommandInput, region: string = VAULT_REGION) {
  const { client } = await s3Fixture();
  const CreateBucketConfiguration = { LocationConstraint: region as typeof VAULT_REGION };
  return client(region).send(new CreateBucketCommand({ CreateBucketConfiguration, ...input }));
}

it('a bucket in the account’s regional namespace has the account and the region in its name', async () => {
  const { client } = await s3Fixture();
  const s3 = client(VAULT_REGION);
  await s3.send(
    new CreateBucketCommand({
      Bucket: OWN,
      BucketNamespace: 'account-regional',
      CreateBucketConfiguration: here,
    }),
  );
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({ Prefix: 'redrill-' }));
  expect(Buckets.map(({ Name }) => Name)).toEqual([OWN]);
});

it('a name of the namespace is refused without the header that says so', async () => {
  expect(await refusal(creating({ Bucket: OWN }))).toMatchObject({ code: 'MissingNamespaceHeader' });
});

it.each([
  ['another account', `redrill-vault-999988887777-${VAULT_REGION}-an`],
  ['another region', `redrill-vault-${ACCOUNT}-eu-west-1-an`],
  ['no account', 'redrill-vault-an'],
  ['no suffix', `redrill-vault-${ACCOUNT}-${VAULT_REGION}`],
])('a name of %s cannot be taken in the namespace', async (_, Bucket) => {
  const refused = await refusal(creating({ Bucket, BucketNamespace: 'account-regional' }));
  expect(refused).toMatchObject({ code: 'InvalidNamespaceHeader' });
  expect(refused?.message).toContain(`Specify -${ACCOUNT}-${VAULT_REGION}-an`);
});

it('Bahrain and the UAE have no such namespace, and Redrill’s names there are global ones', async () => {
  for (const region of ['me-south-1', 'me-central-1']) {
    expect(bucketNamespace(region)).toBeUndefined();
    expect(bucketName('vault', ACCOUNT, region)).toBe(`redrill-vault-${ACCOUNT}-${region}`);
    const asked = {
      Bucket: `redrill-vault-${ACCOUNT}-${region}-an`,
      BucketNamespace: 'account-regional',
    } as const;
    expect(await refusal(creating(asked, region))).toMatchObject({ code: 'InvalidNamespaceHeader' });
    await creating({ Bucket: bucketName('vault', ACCOUNT, region) }, region);
  }
});

it('the longest of Redrill’s names is one that S3 takes', async () => {
  const region = 'ap-southeast-1';
  const Bucket = bucketName('landing', ACCOUNT, region);
  expect(Bucket.length).toBeLessThanOrEqual(63);
  await creating({ Bucket, BucketNamespace: 'account-regional' }, region);
});

it.each([
  'xn--name',
  'sthree-name',
  'amzn-s3-demo-name',
  'name-s3alias',
  'name--ol-s3',

  'name--table-s3',
  'name-an',
  '10.0.0.1',
  'a..b',
  'Name',
])('the name %s is refused', async (Bucket) => {
  expect(await refusal(creating({ Bucket }))).toMatchObject({ code: 'InvalidBucketName' });
});
