import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { RangedBytes } from '@redrill/rdb';
import { AppError } from '../../core/model/errors.ts';
import { MULTIPART_MAX_PARTS } from '../../core/model/limits.ts';
import type { Now, ObjectStore } from '../../core/ports.ts';
import { AwsClock } from './aws-clock.ts';
import { objectStore } from './object-store.ts';
import { s3Client } from './s3-client.ts';
import { translating } from './translate.ts';

const MIB = 1024 ** 2;

export interface ShipmentOptions {
  readonly bucket: string;
  readonly region: string;
  /** Size of a part, bytes, at least 5 MiB. @default 16 MiB, more if 10,000 parts would not hold the file */
  readonly partBytes?: number;
}

/** What a host writes to the landing bucket: it may add objects, and read, list or delete none. */
export interface Shipment extends Pick<ObjectStore, 'write'> {
  /** As AWS's answers have it. */
  readonly now: Now;
  /** @param crc64nvme of the whole file, which S3 compares with what it received. @returns the ETag */
  upload(key: string, file: RangedBytes, crc64nvme: string): Promise<string>;
}

export function shipment({ bucket, region, partBytes = 16 * MIB }: ShipmentOptions): Shipment {
  const clock = new AwsClock();
  const client = s3Client({ region });
  const at = (Key: string) => ({ Bucket: bucket, Key });
  return {
    now: clock.now,
    write: objectStore({ bucket, region, clock }).write,
    upload: (key, file, crc64nvme) =>
      translating(`upload ${bucket}/${key}`, async () => {
        const sent = { at: at(key), file, crc64nvme };
        const received = await (file.sizeBytes <= partBytes
          ? putWhole(client, sent)
          : putInParts(client, sent, Math.max(partBytes, Math.ceil(file.sizeBytes / MULTIPART_MAX_PARTS))));
        if (received.ChecksumCRC64NVME === crc64nvme && received.ETag !== undefined) return received.ETag;
        throw new AppError(
          'CopyDiffers',
          `${bucket}/${key}: S3 received CRC64NVME ${received.ChecksumCRC64NVME ?? 'none'}, the file has ${crc64nvme}`,
        );
      }),
  };
}

interface Sent {
  readonly at: { readonly Bucket: string; readonly Key: string };
  readonly file: RangedBytes;
  readonly crc64nvme: string;
}

async function putWhole(client: S3Client, { at, file, crc64nvme }: Sent) {
  return client.send(
    new PutObjectCommand({
      ...at,
      Body: await piece(file, 0, file.sizeBytes),
      ChecksumAlgorithm: 'CRC64NVME',
      ChecksumCRC64NVME: crc64nvme,
      IfNoneMatch: '*',
    }),
  );
}

/** One part in memory at a time. What a failed upload leaves, the bucket's lifecycle takes away after a day. */
async function putInParts(client: S3Client, { at, file, crc64nvme }: Sent, partBytes: number) {
  const whole = { ChecksumAlgorithm: 'CRC64NVME', ChecksumType: 'FULL_OBJECT' } as const;
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ ...at, ...whole }));
  try {
    const Parts: CompletedPart[] = [];
    for (let from = 0; from < file.sizeBytes; from += partBytes) {
      const PartNumber = Parts.length + 1;
      const Body = await piece(file, from, Math.min(file.sizeBytes, from + partBytes));
      const order = { ...at, UploadId, PartNumber, Body, ChecksumAlgorithm: 'CRC64NVME' as const };
      const { ETag, ChecksumCRC64NVME } = await client.send(new UploadPartCommand(order));
      Parts.push({ ETag, PartNumber, ChecksumCRC64NVME });
    }
    return await client.send(
      new CompleteMultipartUploadCommand({
        ...at,
        UploadId,
        MultipartUpload: { Parts },
        ChecksumCRC64NVME: crc64nvme,
        ChecksumType: 'FULL_OBJECT',
        IfNoneMatch: '*',
      }),
    );
  } catch (error) {
    await client.send(new AbortMultipartUploadCommand({ ...at, UploadId })).catch(() => undefined);
    throw error;
  }
}

async function piece(file: RangedBytes, from: number, to: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(to - from);
  let at = 0;
  for await (const read of file.read(from, to)) {
    bytes.set(read, at);
    at += read.length;
  }
  return bytes.subarray(0, at);
}
