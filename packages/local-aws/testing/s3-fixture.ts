import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { S3Client, type S3ClientConfig, S3ServiceException } from '@aws-sdk/client-s3';
import { onTestFinished } from 'vitest';
import { VirtualClock } from '../clock.ts';
import { createS3, type S3 } from '../model/s3/s3.ts';
import { ServiceError } from '../model/service.ts';
import { readingsOf } from '../readings.ts';
import { startEndpoint } from '../wire/endpoint.ts';
import { ACCOUNT, CREDENTIALS, principals, TestFabric } from './fabric.ts';

export const SOURCE_REGION = 'eu-west-1';
export const VAULT_REGION = 'eu-central-1';

export interface S3Fixture {
  readonly fabric: TestFabric;
  readonly s3: S3;
  readonly url: string;
  readonly dataDir: string;
  readonly keyUses: { readonly keyId: string; readonly action: string }[];
  /** Keys that KMS shall refuse. */
  readonly deniedKeys: Set<string>;
  client(region: string, more?: S3ClientConfig): S3Client;
}

/** A real S3 client's other end, for one test. Buckets `landing` (source region) and `vault` (vault region) are there. */
export async function s3Fixture(
  options: { readonly startsAt?: string; readonly readings?: Readonly<Record<string, string>> } = {},
): Promise<S3Fixture> {
  const dataDir = mkdtempSync(join(tmpdir(), 'redrill-s3-'));
  const startsAt = options.startsAt === undefined ? Date.now() : Date.parse(options.startsAt);
  const fabric = new TestFabric(new VirtualClock(startsAt));
  const keyUses: { keyId: string; action: string }[] = [];
  const deniedKeys = new Set<string>();
  const kms = {
    authorizeUse(_call: unknown, keyId: string, action: string) {
      keyUses.push({ keyId, action });
      if (deniedKeys.has(keyId)) throw new ServiceError('AccessDenied', `no ${action} on ${keyId}`, 403);
    },
  };
  const readings = readingsOf(options.readings);
  const s3 = createS3({ clock: fabric.clock, dataDir, kms, readings });
  fabric.register(s3.service);
  s3.admin.createBucket({ name: 'landing', region: SOURCE_REGION, account: ACCOUNT });
  s3.admin.createBucket({ name: 'vault', region: VAULT_REGION, account: ACCOUNT }, { versioned: true });
  const endpoint = await startEndpoint({ fabric, principals });
  const clients: S3Client[] = [];
  onTestFinished(async () => {
    for (const client of clients) client.destroy();
    s3.close();
    await endpoint.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
  const client = (region: string, more: S3ClientConfig = {}) => {
    const made = new S3Client({
      region,
      endpoint: endpoint.url,
      credentials: CREDENTIALS,
      maxAttempts: 1,
      ...more,
    });
    clients.push(made);
    return made;
  };
  return { fabric, s3, url: endpoint.url, dataDir, keyUses, deniedKeys, client };
}

/** What a request was refused with: code and HTTP status. */
export async function refusal(
  work: Promise<unknown>,
): Promise<{ code: string; status: number | undefined; message: string }> {
  try {
    await work;
  } catch (error) {
    if (error instanceof S3ServiceException)
      return { code: error.name, status: error.$metadata.httpStatusCode, message: error.message };
    throw error;
  }
  throw new Error('the request was not refused');
}

export async function bytesOf(
  body: { transformToByteArray(): Promise<Uint8Array> } | undefined,
): Promise<Buffer> {
  return Buffer.from((await body?.transformToByteArray()) ?? []);
}

export async function drain(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
