import { Crc64 } from '@redrill/rdb';
import { crc64Text } from '../../core/model/crc64-text.ts';
import { AppError } from '../../core/model/errors.ts';
import type {
  ObjectHead,
  ObjectStore,
  ObjectVersion,
  ShardCopier,
  VersionOptions,
} from '../../core/ports.ts';
import type { CurrentVersion, MemoryBucket, StoredVersion } from './bucket.ts';

const encoder = new TextEncoder();

/**
 * A bucket in memory as the port sees it, as strict as S3 where the callers rely on it: conditional writes, lists in the
 * order of the keys, folders by delimiter, `startAfter` exclusive, no tags for what does not exist.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html,
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html (checked 2026-11-21)
 */
export function memoryObjectStore(bucket: MemoryBucket): ObjectStore {
  const existing = (key: string) => {
    const version = bucket.current(key);
    if (version === undefined) throw new AppError('NotFound', `there is no ${bucket.name}/${key}`);
    return version;
  };
  const versionsBelow = rememberedVersions(bucket);
  return {
    bucket: bucket.name,
    list: async (prefix, { startAfter = '' } = {}) => bucket.list(prefix, startAfter).map(headOf),
    listFolders: async (prefix, { startAfter = '' } = {}) => bucket.folders(prefix, startAfter),
    versions: async (prefix) => versionsBelow(prefix),
    head: async (key, options) => {
      const version = versionAt(bucket, key, options);
      return version && { ...headOf(version), ...idOf(bucket, version) };
    },
    checksum: async (key, options) => {
      const version = versionAt(bucket, key, options);
      return version && { bytes: version.body.length, crc64nvme: crc64NvmeOf(version.body) };
    },
    read: async (key, options) => {
      const version = versionAt(bucket, key, options);
      if (version === undefined) return undefined;
      refuseArchived(version);
      return { body: version.body, etag: version.etag, ...idOf(bucket, version) };
    },
    stream: async function* (key, { fromByte = 0, toByte, etag, ...options } = {}) {
      const version = versionAt(bucket, key, options);
      if (version === undefined) throw new AppError('NotFound', `there is no ${bucket.name}/${key}`);
      if (etag !== undefined && etag !== version.etag)
        throw new AppError('StateChanged', `${bucket.name}/${key} is not, or no longer, the version ${etag}`);
      refuseArchived(version);
      const part = version.body.subarray(fromByte, toByte);
      if (part.length > 0) yield part;
    },
    write: async (key, body, condition) => {
      const there = bucket.current(key);
      if (condition === 'absent' && there !== undefined) return 'conflict';
      if (typeof condition === 'object' && there?.etag !== condition.etag) return 'conflict';
      bucket.put(key, typeof body === 'string' ? encoder.encode(body) : body);
      return 'written';
    },
    tags: async (key) => Object.fromEntries(existing(key).tags),
    tag: async (key, tags) => {
      const version = existing(key);
      bucket.tag(version, new Map([...version.tags, ...tags.map((tag) => [tag.key, tag.value] as const)]));
    },
    lock: async (key, { until }) => {
      const version = existing(key);
      if ((version.lockedUntil ?? 0) > until.getTime())
        throw new AppError('AccessDenied', `${bucket.name}/${key} is locked for longer already`);
      version.lockedUntil = until.getTime();
    },
    remove: async (key) => bucket.delete(key),
  };
}

function versionAt(
  bucket: MemoryBucket,
  key: string,
  { versionId }: VersionOptions = {},
): CurrentVersion | undefined {
  if (versionId === undefined) return bucket.current(key);
  return bucket
    .versions(key)
    .filter(isObject)
    .find((version) => version.versionId === versionId);
}

function isObject(version: StoredVersion): version is CurrentVersion {
  return version.body !== undefined;
}

/** S3 names no version where none are kept. */
function idOf({ versioned }: MemoryBucket, { versionId }: StoredVersion): VersionOptions {
  return versioned ? { versionId } : {};
}

/** A watch lists the same versions every quarter of an hour: a listing is made once for each change below its prefix. */
function rememberedVersions(bucket: MemoryBucket): (prefix: string) => readonly ObjectVersion[] {
  const remembered = new Map<string, readonly ObjectVersion[]>();
  bucket.watch((_change, { key }) => {
    for (const prefix of remembered.keys()) if (key.startsWith(prefix)) remembered.delete(prefix);
  });
  return (prefix) => {
    const found =
      remembered.get(prefix) ?? [...bucket.keys(prefix)].flatMap((key) => versionsOf(bucket, key));
    remembered.set(prefix, found);
    return found;
  };
}

function versionsOf(bucket: MemoryBucket, key: string): readonly ObjectVersion[] {
  const newestFirst = [...bucket.versions(key)].reverse();
  return newestFirst.map((version, at) => ({
    ...headOf(version),
    etag: version.body === undefined ? '' : version.etag,
    versionId: version.versionId,
    isLatest: at === 0,
    isDeleteMarker: version.body === undefined,
  }));
}

function crc64NvmeOf(body: Uint8Array): string {
  const crc = new Crc64('nvme');
  crc.update(body);
  return crc64Text(crc.digest());
}

/** Copies between buckets in memory; what is the same already is not copied again. */
export function memoryShardCopier(buckets: ReadonlyMap<string, MemoryBucket>): ShardCopier {
  const named = (name: string) => {
    const bucket = buckets.get(name);
    if (bucket === undefined) throw new AppError('NotFound', `there is no bucket ${name}`);
    return bucket;
  };
  return {
    copy: async ({ from, to, encryption }) => {
      const original = versionAt(named(from.bucket), from.key, from);
      if (original === undefined) return 'missing';
      if (from.etag !== undefined && from.etag !== original.etag)
        throw new AppError(
          'ExportChanged',
          `${from.bucket}/${from.key} has the ETag ${original.etag}; ${from.etag} was sealed`,
        );
      if (from.bytes !== undefined && from.bytes !== original.body?.length)
        throw new AppError(
          'ExportChanged',
          `${from.bucket}/${from.key} has ${original.body?.length} bytes; ${from.bytes} were sealed`,
        );
      refuseArchived(original);
      const present = named(to.bucket).current(to.key);
      if (present?.body === original.body) return 'copied';
      const under = encryption === 'sse-s3' ? encryption : encryption.kmsKeyArn;
      named(to.bucket).put(to.key, original.body, under);
      return 'copied';
    },
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/restoring-objects.html (checked 2026-11-21) */
const ARCHIVES: ReadonlySet<string> = new Set(['GLACIER', 'DEEP_ARCHIVE']);

/** Whether the object can be read as it lies, without having been brought back from an archive. */
export function readableAtOnce({ storageClass }: Pick<StoredVersion, 'storageClass'>): boolean {
  return !ARCHIVES.has(storageClass);
}

function refuseArchived(version: StoredVersion): void {
  if (readableAtOnce(version)) return;
  throw new AppError('RefusedByAws', `InvalidObjectState: ${version.key} lies in ${version.storageClass}`);
}

function headOf({ key, body, etag, createdAt }: StoredVersion): ObjectHead {
  return { key, bytes: body?.length ?? 0, etag, modifiedAt: new Date(createdAt) };
}
