import { createHash } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LocalAws } from '@redrill/local-aws';

/** Every version in the local S3's buckets as files, and back: what a bucket of AWS would still hold years later. */

type Bucket = ReturnType<LocalAws['s3']['admin']['bucket']>;
type Version = NonNullable<ReturnType<Bucket['objects']['current']>>;
type ObjectVersion = Extract<Version, { readonly kind: 'object' }>;

/** Of which of an installation's buckets. */
export const BUCKETS = ['landing', 'vault', 'staging'] as const;
export type BucketName = (typeof BUCKETS)[number];

/** A version in JSON: its bytes are in the file that is named by their SHA-256, and instants are ms since the epoch. */
export interface StoredVersion
  extends Omit<ObjectVersion, 'kind' | 'content' | 'headers' | 'tags' | 'encryption'> {
  readonly bucket: BucketName;
  readonly sha256: string;
  readonly bytes: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /** Under the vault's key if it is `aws:kms`. */
  readonly encryption: { readonly algorithm: 'AES256' | 'aws:kms'; readonly bucketKeyEnabled?: boolean };
}

export interface StoredMarker {
  readonly bucket: BucketName;
  readonly key: string;
  readonly versionId: string;
  readonly createdAt: number;
  readonly isDeleteMarker: true;
}

export type Stored = StoredVersion | StoredMarker;

export const isMarker = (stored: Stored): stored is StoredMarker => 'isDeleteMarker' in stored;
export const bytesFile = (folder: string, sha256: string) => join(folder, 'bytes', sha256);

/** Writes every version of the buckets, the oldest first, into `versions.json` and `bytes/`. @param names by bucket */
export async function storeVersions(
  folder: string,
  aws: LocalAws,
  names: Readonly<Record<BucketName, string>>,
): Promise<void> {
  mkdirSync(join(folder, 'bytes'), { recursive: true });
  const stored: Stored[] = [];
  for (const name of BUCKETS) {
    const { objects } = aws.s3.admin.bucket(names[name]);
    for (const key of objects.keys)
      for (const version of objects.versions(key).toReversed())
        stored.push(
          version.kind === 'object'
            ? await storedVersion(folder, name, version)
            : {
                bucket: name,
                key,
                versionId: version.versionId,
                createdAt: version.createdAt,
                isDeleteMarker: true,
              },
        );
  }
  writeFileSync(join(folder, 'versions.json'), `${JSON.stringify(stored, undefined, 1)}\n`);
}

async function storedVersion(
  folder: string,
  bucket: BucketName,
  { kind: _, content, headers, tags, encryption, ...rest }: ObjectVersion,
): Promise<StoredVersion> {
  const bytes = Buffer.concat(content.pieces.map(({ file }) => readFileSync(file)));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  writeFileSync(bytesFile(folder, sha256), bytes);
  if (headers.Expires !== undefined)
    throw new Error(`${rest.key} has an Expires header, which is not kept here`);
  const { keyId: _key, ...kept } = { keyId: undefined, ...encryption };
  return {
    bucket,
    ...rest,
    sha256,
    bytes: bytes.length,
    headers: { ...headers } as Readonly<Record<string, string>>,
    tags: Object.fromEntries(tags),
    encryption: kept,
  };
}

export function readVersions(folder: string): readonly Stored[] {
  return JSON.parse(readFileSync(join(folder, 'versions.json'), 'utf8'));
}

/** Puts them into buckets that have nothing of it, with the ids, times, tags and locks that they had. */
export function restoreVersions(
  folder: string,
  aws: LocalAws,
  { names, keyArn }: { readonly names: Readonly<Record<BucketName, string>>; readonly keyArn: string },
): void {
  const links = join(folder, 'links');
  mkdirSync(links);
  for (const [at, stored] of readVersions(folder).entries()) {
    const { objects } = aws.s3.admin.bucket(names[stored.bucket]);
    if (isMarker(stored)) {
      const { key, versionId, createdAt } = stored;
      objects.add({ kind: 'delete-marker', key, versionId, createdAt });
      continue;
    }
    // Each version has a link of its own, which S3 removes with it.
    const file = join(links, String(at));
    linkSync(bytesFile(folder, stored.sha256), file);
    objects.add(versionOf(stored, file, keyArn));
  }
}

function versionOf(stored: StoredVersion, file: string, keyArn: string): ObjectVersion {
  const { bucket: _, sha256: _sha256, bytes, tags, encryption, ...rest } = stored;
  const { algorithm, bucketKeyEnabled = false } = encryption;
  return {
    kind: 'object',
    ...rest,
    md5Hex: rest.md5Hex,
    retention: rest.retention,
    content: { pieces: bytes === 0 ? [] : [{ file, bytes }], bytes },
    tags: new Map(Object.entries(tags)),
    encryption: algorithm === 'AES256' ? { algorithm } : { algorithm, keyId: keyArn, bucketKeyEnabled },
  };
}

/** The bytes of an object, past all permissions. */
export const bytesOf = (folder: string, { sha256 }: StoredVersion): Buffer =>
  readFileSync(bytesFile(folder, sha256));
