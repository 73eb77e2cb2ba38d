import {
  type DeleteMarkerEntry,
  ListObjectVersionsCommand,
  paginateListObjectsV2,
  type S3Client,
  type ObjectVersion as S3ObjectVersion,
} from '@aws-sdk/client-s3';
import type { ObjectHead, ObjectVersion } from '../../core/ports.ts';
import { translating } from './translate.ts';

export async function list(
  client: S3Client,
  bucket: string,
  prefix: string,
  { startAfter, atMost = Number.POSITIVE_INFINITY }: { startAfter?: string; atMost?: number } = {},
): Promise<readonly ObjectHead[]> {
  return translating(`list ${bucket}/${prefix}`, async () => {
    const found: ObjectHead[] = [];
    for await (const page of paginateListObjectsV2(
      { client },
      { Bucket: bucket, Prefix: prefix, StartAfter: startAfter },
    )) {
      for (const { Key, Size, ETag, LastModified } of page.Contents ?? []) {
        found.push({
          key: Key ?? '',
          bytes: Size ?? 0,
          etag: ETag ?? '',
          modifiedAt: LastModified ?? new Date(0),
        });
      }
      if (found.length >= atMost) break;
    }
    return found;
  });
}

export async function listFolders(
  client: S3Client,
  bucket: string,
  prefix: string,
  startAfter?: string,
): Promise<readonly string[]> {
  return translating(`list ${bucket}/${prefix}`, async () => {
    const found: string[] = [];
    const request = { Bucket: bucket, Prefix: prefix, Delimiter: '/', StartAfter: startAfter };
    for await (const page of paginateListObjectsV2({ client }, request)) {
      found.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => (Prefix ?? '').slice(prefix.length, -1)));
    }
    return found;
  });
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html (checked 2026-11-22) */
export async function listVersions(
  client: S3Client,
  bucket: string,
  prefix: string,
): Promise<readonly ObjectVersion[]> {
  return translating(`list the versions of ${bucket}/${prefix}`, async () => {
    const found: ObjectVersion[] = [];
    // The SDK has no paginator for this operation.
    let markers: { readonly KeyMarker?: string | undefined; readonly VersionIdMarker?: string | undefined } =
      {};
    for (let isMore = true; isMore; ) {
      const page = await client.send(
        new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, ...markers }),
      );
      found.push(...(page.Versions ?? []).map((each) => versionOf(each, false)));
      found.push(...(page.DeleteMarkers ?? []).map((each) => versionOf(each, true)));
      markers = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
      isMore = page.IsTruncated ?? false;
    }
    return found.sort(byKeyNewestFirst);
  });
}

function versionOf(
  { Key, VersionId, ETag, Size, IsLatest, LastModified }: S3ObjectVersion & DeleteMarkerEntry,
  isDeleteMarker: boolean,
): ObjectVersion {
  return {
    key: Key ?? '',
    versionId: VersionId ?? '',
    etag: ETag ?? '',
    bytes: Size ?? 0,
    isLatest: IsLatest ?? false,
    isDeleteMarker,
    modifiedAt: LastModified ?? new Date(0),
  };
}

/** S3 lists versions and markers apart; of two of the same second only the current one is known to be the newer. */
function byKeyNewestFirst(one: ObjectVersion, other: ObjectVersion): number {
  if (one.key !== other.key) return one.key < other.key ? -1 : 1;
  if (one.isLatest !== other.isLatest) return one.isLatest ? -1 : 1;
  return other.modifiedAt.getTime() - one.modifiedAt.getTime();
}
