import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { Crc64 } from '@redrill/rdb';
import { expect, test } from 'vitest';
import { combineCrcs } from '../../model/s3/crc-combine.ts';
import { bytesOf, refusal, SOURCE_REGION, s3Fixture, VAULT_REGION } from '../../testing/s3-fixture.ts';

const MiB = 1024 * 1024;
const TARGET = { Bucket: 'vault', Key: 'hourly/orders/shard-0001.rdb' };

function crc64(bytes: Uint8Array): bigint {
  const crc = new Crc64('nvme');
  crc.update(bytes);
  return crc.digest();
}

function base64(crc: bigint): string {
  return Buffer.from(crc.toString(16).padStart(16, '0'), 'hex').toString('base64');
}

async function begin(s3: S3Client, more: object = {}): Promise<string> {
  const { UploadId = '' } = await s3.send(new CreateMultipartUploadCommand({ ...TARGET, ...more }));
  return UploadId;
}

test('CRCs of parts combine into that of the whole, wherever the cut', () => {
  const nvme = { bits: 64, polynomial: 0x9a6c9329ac4bc9b5n };
  const bytes = randomBytes(10_000);
  for (const cut of [0, 1, 7, 4096, 9_999, 10_000]) {
    const [a, b] = [bytes.subarray(0, cut), bytes.subarray(cut)];
    expect(combineCrcs(nvme, crc64(a), crc64(b), b.length)).toBe(crc64(bytes));
  }
});

test('12 MiB in parts, copied across regions by range, with a full-object CRC64NVME', async () => {
  const { client, fabric, dataDir } = await s3Fixture();
  const [source, vault] = [client(SOURCE_REGION), client(VAULT_REGION)];
  const bytes = randomBytes(12 * MiB);
  await source.send(new PutObjectCommand({ Bucket: 'landing', Key: 'a-0001.rdb', Body: bytes }));
  const UploadId = await begin(vault, {
    ChecksumAlgorithm: 'CRC64NVME',
    ChecksumType: 'FULL_OBJECT',
    Tagging: 'tier=hourly',
  });
  const Parts: CompletedPart[] = [];
  for (const [index, range] of ['0-5242879', '5242880-10485759', '10485760-12582911'].entries()) {
    const part = { ...TARGET, UploadId, PartNumber: index + 1 };
    const { CopyPartResult } = await vault.send(
      new UploadPartCopyCommand({
        ...part,
        CopySource: 'landing/a-0001.rdb',
        CopySourceRange: `bytes=${range}`,
      }),
    );
    Parts.push({
      PartNumber: index + 1,
      ETag: CopyPartResult?.ETag,
      ChecksumCRC64NVME: CopyPartResult?.ChecksumCRC64NVME,
    });
  }
  const complete = (ChecksumCRC64NVME: string) =>
    vault.send(
      new CompleteMultipartUploadCommand({
        ...TARGET,
        UploadId,
        MultipartUpload: { Parts },
        ChecksumCRC64NVME,
        IfNoneMatch: '*',
      }),
    );
  expect(await refusal(complete(base64(1n)))).toMatchObject({ code: 'BadDigest' });
  const whole = base64(crc64(bytes));
  const done = await complete(whole);
  expect(done).toMatchObject({
    ChecksumCRC64NVME: whole,
    ChecksumType: 'FULL_OBJECT',
    VersionId: expect.any(String),
  });
  expect(done.ETag).toMatch(/-3"$/);
  const got = await vault.send(new GetObjectCommand(TARGET));
  expect((await bytesOf(got.Body)).equals(bytes)).toBe(true);
  const second = await vault.send(new GetObjectCommand({ ...TARGET, PartNumber: 2 }));
  expect(second).toMatchObject({ PartsCount: 3, ContentLength: 5 * MiB });
  expect((await bytesOf(second.Body)).equals(bytes.subarray(5 * MiB, 10 * MiB))).toBe(true);
  expect(
    fabric.decisions
      .filter(({ operation }) => operation === 'UploadPartCopy')
      .map(({ action, resource }) => [action, resource])
      .slice(0, 2),
  ).toEqual([
    ['s3:GetObject', 'arn:aws:s3:::landing/a-0001.rdb'],
    ['s3:PutObject', `arn:aws:s3:::vault/${TARGET.Key}`],
  ]);
  expect(readdirSync(dataDir).length).toBe(4);
});

test('parts uploaded by the SDK with its own trailing checksums', async () => {
  const { client } = await s3Fixture();
  const vault = client(VAULT_REGION);
  const bytes = randomBytes(6 * MiB);
  const UploadId = await begin(vault, { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' });
  const Parts: CompletedPart[] = [];
  for (const [PartNumber, Body] of [
    [1, bytes.subarray(0, 5 * MiB)],
    [2, bytes.subarray(5 * MiB)],
  ] as const) {
    const { ETag, ChecksumCRC32 } = await vault.send(
      new UploadPartCommand({ ...TARGET, UploadId, PartNumber, Body, ChecksumAlgorithm: 'CRC32' }),
    );
    Parts.push({ PartNumber, ETag, ChecksumCRC32 });
  }
  await vault.send(new CompleteMultipartUploadCommand({ ...TARGET, UploadId, MultipartUpload: { Parts } }));
  const got = await vault.send(new GetObjectCommand({ ...TARGET, ChecksumMode: 'ENABLED' }));
  expect((await bytesOf(got.Body)).equals(bytes)).toBe(true);
  expect(got.ChecksumType).toBe('FULL_OBJECT');
});

test('a composite SHA-256 says how many parts it is of', async () => {
  const { client } = await s3Fixture();
  const vault = client(VAULT_REGION);
  const UploadId = await begin(vault, { ChecksumAlgorithm: 'SHA256' });
  const { ETag, ChecksumSHA256 } = await vault.send(
    new UploadPartCommand({ ...TARGET, UploadId, PartNumber: 1, Body: 'x', ChecksumAlgorithm: 'SHA256' }),
  );
  const complete = (part: object) =>
    vault.send(
      new CompleteMultipartUploadCommand({
        ...TARGET,
        UploadId,
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag, ...part }] },
      }),
    );
  expect(await refusal(complete({}))).toMatchObject({ code: 'InvalidRequest' });
  expect((await complete({ ChecksumSHA256 })).ChecksumSHA256).toMatch(/-1$/);
  expect((await vault.send(new HeadObjectCommand({ ...TARGET, ChecksumMode: 'ENABLED' }))).ChecksumType).toBe(
    'COMPOSITE',
  );
});

test('uploads that are not in order: part sizes, order, etags, and unknown ids', async () => {
  const { client, dataDir } = await s3Fixture();
  const vault = client(VAULT_REGION);
  const UploadId = await begin(vault);
  const etags = [];
  for (const PartNumber of [1, 2])
    etags.push(
      (await vault.send(new UploadPartCommand({ ...TARGET, UploadId, PartNumber, Body: 'small' }))).ETag,
    );
  const complete = (Parts: object[], id = UploadId) =>
    refusal(
      vault.send(new CompleteMultipartUploadCommand({ ...TARGET, UploadId: id, MultipartUpload: { Parts } })),
    );
  const [one, two] = etags.map((ETag, index) => ({ PartNumber: index + 1, ETag }));
  expect(await complete([one ?? {}, two ?? {}])).toMatchObject({ code: 'EntityTooSmall' });
  expect(await complete([two ?? {}, one ?? {}])).toMatchObject({ code: 'InvalidPartOrder' });
  expect(await complete([{ PartNumber: 1, ETag: '"other"' }])).toMatchObject({ code: 'InvalidPart' });
  expect(await complete([one ?? {}], 'unknown')).toMatchObject({ code: 'NoSuchUpload', status: 404 });
  await vault.send(new AbortMultipartUploadCommand({ ...TARGET, UploadId }));
  expect(await complete([one ?? {}])).toMatchObject({ code: 'NoSuchUpload' });
  await expect.poll(() => readdirSync(dataDir)).toEqual([]);
});
