import { createHash, randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { bytesOf, drain, refusal, SOURCE_REGION, s3Fixture, VAULT_REGION } from '../../testing/s3-fixture.ts';

const Bucket = 'landing';

test('a put object comes back, with its headers, metadata, tags and checksum', async () => {
  const { client } = await s3Fixture();
  const s3 = client(SOURCE_REGION);
  const put = await s3.send(
    new PutObjectCommand({
      Bucket,
      Key: 'shards/a b+ü.rdb',
      Body: 'REDIS0011',
      ContentType: 'application/x-rdb',
      Metadata: { shard: '0001' },
      Tagging: 'tier=hourly&cache=orders',
    }),
  );
  expect(put.ETag).toBe(`"${createHash('md5').update('REDIS0011').digest('hex')}"`);
  expect(put).toMatchObject({
    ChecksumCRC32: expect.any(String),
    ChecksumType: 'FULL_OBJECT',
    ServerSideEncryption: 'AES256',
  });
  const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'shards/a b+ü.rdb' }));
  expect((await bytesOf(got.Body)).toString()).toBe('REDIS0011');
  expect(got).toMatchObject({
    ContentType: 'application/x-rdb',
    Metadata: { shard: '0001' },
    ContentLength: 9,
  });
  expect(got.ChecksumCRC32).toBe(put.ChecksumCRC32);
  const tagging = await s3.send(new GetObjectTaggingCommand({ Bucket, Key: 'shards/a b+ü.rdb' }));
  expect(tagging.TagSet).toEqual([
    { Key: 'tier', Value: 'hourly' },
    { Key: 'cache', Value: 'orders' },
  ]);
});

test('a stream goes up aws-chunked with a trailing checksum, and down in constant memory', async () => {
  const { client, fabric } = await s3Fixture();
  const s3 = client(SOURCE_REGION);
  const bytes = randomBytes(3_000_001);
  const chunks = Array.from({ length: 31 }, (_, i) => bytes.subarray(i * 100_000, (i + 1) * 100_000));
  await s3.send(
    new PutObjectCommand({
      Bucket,
      Key: 'big',
      Body: Readable.from(chunks),
      ContentLength: bytes.length,
      ChecksumAlgorithm: 'CRC32C',
    }),
  );
  const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'big', ChecksumMode: 'ENABLED' }));
  expect((await bytesOf(got.Body)).equals(bytes)).toBe(true);
  expect(got.ContentEncoding).toBeUndefined();
  expect(got.ChecksumCRC32C).toBeDefined();
  expect(fabric.calls.map(({ operation }) => operation)).toEqual(['PutObject', 'GetObject']);
});

test.each(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const)(
  'a %s that the SDK computes is verified and kept',
  async (ChecksumAlgorithm) => {
    const { client } = await s3Fixture();
    const s3 = client(SOURCE_REGION);
    const put = await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'hello', ChecksumAlgorithm }));
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'k', ChecksumMode: 'ENABLED' }));
    expect(head[`Checksum${ChecksumAlgorithm}`]).toBe(put[`Checksum${ChecksumAlgorithm}`]);
    expect(head[`Checksum${ChecksumAlgorithm}`]).toBeDefined();
  },
);

test('checksums that do not match are refused, and nothing is kept', async () => {
  const { client, dataDir } = await s3Fixture();
  const s3 = client(SOURCE_REGION);
  const put = (more: object) =>
    refusal(s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'hello', ...more })));
  expect(await put({ ChecksumCRC32: 'AAAAAA==' })).toMatchObject({ code: 'BadDigest', status: 400 });
  expect(await put({ ContentMD5: 'AAAAAAAAAAAAAAAAAAAAAA==' })).toMatchObject({ code: 'BadDigest' });
  expect(await put({ ContentMD5: 'AAAA' })).toMatchObject({ code: 'InvalidDigest' });
  expect(await put({ ChecksumSHA256: 'AAAA' })).toMatchObject({ code: 'InvalidRequest' });
  expect(readdirSync(dataDir)).toEqual([]);
});

test('without a checksum from the sender, S3 computes CRC64NVME', async () => {
  const { client } = await s3Fixture();
  const s3 = client(SOURCE_REGION, { requestChecksumCalculation: 'WHEN_REQUIRED' });
  await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: '123456789' }));
  const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'k', ChecksumMode: 'ENABLED' }));
  // CRC-64/NVME's check value: https://reveng.sourceforge.io/crc-catalogue/all.htm#crc.cat.crc-64-nvme
  expect(head.ChecksumCRC64NVME).toBe(Buffer.from('ae8b14860a799888', 'hex').toString('base64'));
});

test('a byte that changed at rest is noticed by the reader', async () => {
  const { client, s3: model } = await s3Fixture();
  const s3 = client(SOURCE_REGION);
  await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'hello' }));
  await s3.send(new CopyObjectCommand({ Bucket, Key: 'before', CopySource: 'landing/k' }));
  await model.admin.corrupt(Bucket, 'k', 1);
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: 'k' }));
  await expect(bytesOf(Body)).rejects.toThrow(/checksum/i);
  const before = await s3.send(new GetObjectCommand({ Bucket, Key: 'before' }));
  expect((await bytesOf(before.Body)).toString()).toBe('hello');
});

test('ranges, conditional reads, and reading by part', async () => {
  const { client } = await s3Fixture();
  const s3 = client(SOURCE_REGION);
  const { ETag } = await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: '0123456789' }));
  const get = (more: object) => s3.send(new GetObjectCommand({ Bucket, Key: 'k', ...more }));
  const middle = await get({ Range: 'bytes=2-4' });
  expect(middle).toMatchObject({ ContentRange: 'bytes 2-4/10', ContentLength: 3 });
  expect(middle.$metadata.httpStatusCode).toBe(206);
  expect((await bytesOf(middle.Body)).toString()).toBe('234');
  expect((await bytesOf((await get({ Range: 'bytes=-3' })).Body)).toString()).toBe('789');
  expect(await refusal(get({ Range: 'bytes=10-' }))).toMatchObject({ code: 'InvalidRange', status: 416 });
  expect(await refusal(get({ IfMatch: '"other"' }))).toMatchObject({
    code: 'PreconditionFailed',
    status: 412,
  });
  expect(await refusal(get({ IfNoneMatch: ETag }))).toMatchObject({ status: 304 });
  expect((await bytesOf((await get({ IfMatch: ETag })).Body)).length).toBe(10);
});

test('conditional writes: only once with If-None-Match, only over what was read with If-Match', async () => {
  const { client } = await s3Fixture();
  const s3 = client(SOURCE_REGION);
  const put = (Body: string, more: object) =>
    s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body, ...more }));
  const { ETag } = await put('1', { IfNoneMatch: '*' });
  expect(await refusal(put('2', { IfNoneMatch: '*' }))).toMatchObject({
    code: 'PreconditionFailed',
    status: 412,
  });
  await put('2', { IfMatch: ETag });
  expect(await refusal(put('3', { IfMatch: ETag }))).toMatchObject({ code: 'PreconditionFailed' });
  const copy = new CopyObjectCommand({
    Bucket,
    Key: 'k',
    CopySource: 'landing/k',
    IfNoneMatch: '*',
    StorageClass: 'STANDARD_IA',
  });
  expect(await refusal(s3.send(copy))).toMatchObject({ code: 'PreconditionFailed' });
  const [one, two] = await Promise.allSettled(
    [1, 2].map((n) =>
      s3.send(new PutObjectCommand({ Bucket, Key: 'race', Body: String(n), IfNoneMatch: '*' })),
    ),
  );
  expect([one?.status, two?.status].sort()).toEqual(['fulfilled', 'rejected']);
});

test('a missing key is forbidden to those who may not list, and missing to those who may', async () => {
  const { client, fabric } = await s3Fixture();
  const s3 = client(SOURCE_REGION);
  const get = () => s3.send(new GetObjectCommand({ Bucket, Key: 'nothing' }));
  expect(await refusal(get())).toMatchObject({ code: 'NoSuchKey', status: 404 });
  fabric.denied.add('s3:ListBucket');
  expect(await refusal(get())).toMatchObject({ code: 'AccessDenied', status: 403 });
  expect(await refusal(s3.send(new HeadObjectCommand({ Bucket, Key: 'nothing' })))).toMatchObject({
    status: 403,
  });
});

test('listings: prefix, delimiter, paging, start-after, and order', async () => {
  const { client, fabric } = await s3Fixture();
  const s3 = client(SOURCE_REGION);
  for (const Key of ['b/2', 'a', 'b/1', 'c/x/1', 'd', 'b/3'])
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
  const list = async (more: object) => {
    const page = await s3.send(new ListObjectsV2Command({ Bucket, ...more }));
    return [
      page.Contents?.map(({ Key }) => Key) ?? [],
      page.CommonPrefixes?.map(({ Prefix }) => Prefix) ?? [],
      page,
    ] as const;
  };
  expect((await list({}))[0]).toEqual(['a', 'b/1', 'b/2', 'b/3', 'c/x/1', 'd']);
  const [keys, prefixes] = await list({ Delimiter: '/' });
  expect([keys, prefixes]).toEqual([
    ['a', 'd'],
    ['b/', 'c/'],
  ]);
  expect((await list({ Prefix: 'b/', StartAfter: 'b/1' }))[0]).toEqual(['b/2', 'b/3']);
  const seen: (string | undefined)[] = [];
  let ContinuationToken: string | undefined;
  do {
    const [some, rolled, page] = await list({ Delimiter: '/', MaxKeys: 1, ContinuationToken });
    seen.push(...some, ...rolled);
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  expect(seen).toEqual(['a', 'b/', 'c/', 'd']);
  expect(fabric.decisions.find(({ conditions }) => conditions['s3:prefix'] === 'b/')).toMatchObject({
    action: 's3:ListBucket',
    resource: 'arn:aws:s3:::landing',
  });
});

test('versions: delete markers hide, version ids reach beneath', async () => {
  const { client, fabric } = await s3Fixture();
  const s3 = client(VAULT_REGION);
  const target = { Bucket: 'vault', Key: 'k' };
  const one = await s3.send(new PutObjectCommand({ ...target, Body: '1' }));
  await s3.send(new PutObjectCommand({ ...target, Body: '2' }));
  const marker = await s3.send(new DeleteObjectCommand(target));
  expect(marker.DeleteMarker).toBe(true);
  expect(await refusal(s3.send(new GetObjectCommand(target)))).toMatchObject({ code: 'NoSuchKey' });
  const old = await s3.send(new GetObjectCommand({ ...target, VersionId: one.VersionId }));
  expect((await bytesOf(old.Body)).toString()).toBe('1');
  expect(
    await refusal(s3.send(new GetObjectCommand({ ...target, VersionId: marker.VersionId }))),
  ).toMatchObject({ code: 'MethodNotAllowed', status: 405 });
  const listed = await s3.send(new ListObjectVersionsCommand({ Bucket: 'vault' }));
  expect(listed.Versions?.length).toBe(2);
  expect(listed.DeleteMarkers).toMatchObject([{ Key: 'k', VersionId: marker.VersionId, IsLatest: true }]);
  await s3.send(new DeleteObjectCommand({ ...target, VersionId: marker.VersionId }));
  expect((await bytesOf((await s3.send(new GetObjectCommand(target))).Body)).toString()).toBe('2');
  expect(fabric.decisions.map(({ action }) => action)).toContain('s3:DeleteObjectVersion');
  fabric.denied.add('s3:GetObjectVersion');
  expect(await refusal(s3.send(new GetObjectCommand({ ...target, VersionId: one.VersionId })))).toMatchObject(
    { code: 'AccessDenied' },
  );
});

test('a copy takes tags along, and needs the permission to read them only if there are any', async () => {
  const { client, fabric } = await s3Fixture();
  const [source, vault] = [client(SOURCE_REGION), client(VAULT_REGION)];
  await source.send(new PutObjectCommand({ Bucket, Key: 'plain', Body: 'x', Metadata: { a: '1' } }));
  await source.send(new PutObjectCommand({ Bucket, Key: 'tagged', Body: 'x', Tagging: 'a=1' }));
  const copy = (from: string, more: object = {}) =>
    vault.send(
      new CopyObjectCommand({ Bucket: 'vault', Key: `copy-${from}`, CopySource: `landing/${from}`, ...more }),
    );
  fabric.denied.add('s3:GetObjectTagging').add('s3:PutObjectTagging');
  await copy('plain');
  expect((await vault.send(new HeadObjectCommand({ Bucket: 'vault', Key: 'copy-plain' }))).Metadata).toEqual({
    a: '1',
  });
  expect(await refusal(copy('tagged'))).toMatchObject({ code: 'AccessDenied' });
  await copy('tagged', { TaggingDirective: 'REPLACE' });
  fabric.denied.clear();
  await copy('tagged');
  const copied = await vault.send(new GetObjectTaggingCommand({ Bucket: 'vault', Key: 'copy-tagged' }));
  expect(copied.TagSet).toEqual([{ Key: 'a', Value: '1' }]);
  expect(fabric.decisions.at(-2)?.conditions).toMatchObject({ 's3:RequestObjectTag/a': '1' });
});

test('tags can be replaced without touching the bytes', async () => {
  const { client } = await s3Fixture();
  const s3 = client(SOURCE_REGION);
  const { ETag } = await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', Tagging: 'a=1' }));
  await s3.send(
    new PutObjectTaggingCommand({
      Bucket,
      Key: 'k',
      Tagging: { TagSet: [{ Key: 'redrill-released', Value: 'true' }] },
    }),
  );
  expect((await s3.send(new GetObjectTaggingCommand({ Bucket, Key: 'k' }))).TagSet).toEqual([
    { Key: 'redrill-released', Value: 'true' },
  ]);
  expect((await s3.send(new HeadObjectCommand({ Bucket, Key: 'k' }))).ETag).toBe(ETag);
});

test('a bucket of another region answers with a redirect, which a client can follow', async () => {
  const { client } = await s3Fixture();
  const wrong = client(VAULT_REGION);
  expect(await refusal(wrong.send(new ListObjectsV2Command({ Bucket })))).toMatchObject({
    code: 'PermanentRedirect',
    status: 301,
  });
  const following = client(VAULT_REGION, { followRegionRedirects: true });
  expect((await following.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
  expect(await refusal(wrong.send(new HeadBucketCommand({ Bucket: 'no-such' })))).toMatchObject({
    status: 404,
  });
  expect((await wrong.send(new HeadBucketCommand({ Bucket: 'vault' }))).BucketRegion).toBe(VAULT_REGION);
  expect((await wrong.send(new ListBucketsCommand({}))).Buckets?.map(({ Name }) => Name)).toEqual([
    'landing',
    'vault',
  ]);
});

test('what is not modelled is refused by name', async () => {
  const { client } = await s3Fixture();
  const s3 = client(SOURCE_REGION);
  const put = (more: object) =>
    refusal(s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', ...more })));
  expect(await put({ RequestPayer: 'requester' })).toMatchObject({
    code: 'NotModelled',
    status: 501,
    message: expect.stringContaining('RequestPayer'),
  });
  expect(await put({ WebsiteRedirectLocation: '/x' })).toMatchObject({
    message: expect.stringContaining('WebsiteRedirectLocation'),
  });
  const unknownHeader = new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' });
  unknownHeader.middlewareStack.add(
    (next) => (args) => {
      Object.assign((args.request as { headers: object }).headers, { 'x-amz-frobnicate': '1' });
      return next(args);
    },
    { step: 'build' },
  );
  expect(await refusal(s3.send(unknownHeader))).toMatchObject({
    code: 'NotModelled',
    message: expect.stringContaining('x-amz-frobnicate'),
  });
});

test('a service in this process writes and reads as itself, under its own principal', async () => {
  const { s3, fabric } = await s3Fixture();
  const service = {
    kind: 'service',
    arn: 'eu-west-1.elasticache-snapshot.amazonaws.com',
    account: '111122223333',
  } as const;
  const call = fabric.callOf({
    service: 'elasticache',
    operation: 'CopySnapshot',
    region: SOURCE_REGION,
    principal: service,
  });
  await s3.admin.run(
    'PutObject',
    { Bucket, Key: 'a-0001.rdb', Body: Readable.from([Buffer.from('REDIS')]) },
    call,
  );
  const { Body } = await s3.admin.run('GetObject', { Bucket, Key: 'a-0001.rdb' }, call);
  expect((await drain(Body)).toString()).toBe('REDIS');
  expect(fabric.decisions.map(({ principal, action }) => [principal.arn, action])).toEqual([
    [service.arn, 's3:PutObject'],
    [service.arn, 's3:GetObject'],
  ]);
});
