import { ACCOUNT, CREDENTIALS, type S3Fixture, s3Fixture } from '@redrill/local-aws/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { objectFacts } from '../../../adapters/aws/object-facts.ts';
import { objectStore } from '../../../adapters/aws/object-store.ts';
import { settings } from '../../../adapters/aws/settings/settings.ts';
import { shardCopier } from '../../../adapters/aws/shard-copier.ts';
import { ownerOfBucket } from '../../../core/contracts/bucket-names.ts';
import { BUCKET_SETTINGS } from '../../../core/contracts/settings.ts';
import type { ObjectStore } from '../../../core/ports.ts';

/** Where buckets have names that somebody else can take. */
const REGION = 'me-central-1';
/** What the name promises to be ours, and is another account's. */
const TAKEN = `redrill-vault-${ACCOUNT}-${REGION}`;
const OURS = `redrill-staging-${ACCOUNT}-${REGION}`;

let fixture: S3Fixture;

beforeEach(async () => {
  fixture = await s3Fixture();
  fixture.s3.admin.createBucket(
    { name: TAKEN, region: REGION, account: '999988887777' },
    { versioned: true },
  );
  fixture.s3.admin.createBucket({ name: OURS, region: REGION, account: ACCOUNT });
  vi.stubEnv('AWS_ENDPOINT_URL', fixture.url);
  vi.stubEnv('AWS_REGION', REGION);
  vi.stubEnv('AWS_ACCESS_KEY_ID', CREDENTIALS.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', CREDENTIALS.secretAccessKey);
  await objectStore({ bucket: OURS, region: REGION }).write('k', 'ours');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const drained = async (pieces: AsyncIterable<unknown>) => {
  for await (const _ of pieces);
};

/** Every method of a store, asked of a bucket. */
const CALLS: {
  readonly [Method in Exclude<keyof ObjectStore, 'bucket'>]: (store: ObjectStore) => Promise<unknown>;
} = {
  list: (store) => store.list(''),
  listFolders: (store) => store.listFolders(''),
  versions: (store) => store.versions(''),
  head: (store) => store.head('k'),
  checksum: (store) => store.checksum('k'),
  read: (store) => store.read('k'),
  stream: (store) => drained(store.stream('k')),
  write: (store) => store.write('k', 'secret'),
  tags: (store) => store.tags('k'),
  tag: (store) => store.tag('k', [{ key: 'a', value: 'b' }]),
  lock: (store) => store.lock('k', { mode: 'governance', until: new Date('2100-01-01') }),
  remove: (store) => store.remove('k'),
};

describe('a bucket with our name that belongs to another account', () => {
  it.each(Object.entries(CALLS))('is not asked to %s', async (_, call) => {
    const store = objectStore({ bucket: TAKEN, region: REGION });
    await expect(call(store)).rejects.toMatchObject({ code: 'AccessDenied' });
    expect(fixture.s3.admin.bucket(TAKEN).objects.empty).toBe(true);
  });

  it('is not copied into', async () => {
    const order = { from: at(OURS), to: at(TAKEN), encryption: 'sse-s3' } as const;
    await expect(shardCopier().copy(order)).rejects.toMatchObject({ code: 'AccessDenied' });
    expect(fixture.s3.admin.bucket(TAKEN).objects.empty).toBe(true);
  });

  it('is not copied from', async () => {
    const order = { from: at(TAKEN), to: { ...at(OURS), key: 'copy' }, encryption: 'sse-s3' } as const;
    await expect(shardCopier().copy(order)).rejects.toMatchObject({ code: 'AccessDenied' });
    expect(() => fixture.s3.admin.object(OURS, 'copy')).toThrow('key');
  });

  it('is not looked at', async () => {
    await expect(objectFacts(TAKEN, REGION)('k')).rejects.toMatchObject({ code: 'AccessDenied' });
  });

  it.each(BUCKET_SETTINGS)('has no setting that the watch would take for ours: %s', async (setting) => {
    await expect(settings({ region: REGION }).ofBucket(TAKEN, setting)).rejects.toMatchObject({
      code: 'AccessDenied',
    });
  });
});

describe('the owner of a bucket', () => {
  it.each([
    [`redrill-vault-${ACCOUNT}-eu-central-1-an`, ACCOUNT],
    [`redrill-landing-${ACCOUNT}-${REGION}`, ACCOUNT],
    [`exports-${ACCOUNT}-us-gov-west-1-an`, ACCOUNT],
    ['exports-of-2026', undefined],
    [`exports-${ACCOUNT}`, undefined],
  ])('of %s is %s', (bucket, owner) => expect(ownerOfBucket(bucket)).toBe(owner));
});

function at(bucket: string) {
  return { bucket, key: 'k', region: REGION };
}
