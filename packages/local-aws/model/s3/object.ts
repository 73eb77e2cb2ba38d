import type { ChecksumAlgorithm, ChecksumType, StoredChecksum } from './checksum.ts';
import type { Content } from './content-store.ts';

export const DAY_MS = 24 * 60 * 60 * 1000;

/** How an object's bytes are encrypted at rest, as far as it decides who may read them. */
export type Encryption =
  | { readonly algorithm: 'AES256' }
  | {
      readonly algorithm: 'aws:kms';
      readonly keyId: string;
      /** Of the AWS managed key: the account that it belongs to. */
      readonly managedFor?: string;
      readonly bucketKeyEnabled: boolean;
    };

export type RetentionMode = 'GOVERNANCE' | 'COMPLIANCE';

export interface Retention {
  readonly mode: RetentionMode;
  /** Instant, ms since the epoch. */
  readonly until: number;
}

/** Headers that S3 keeps and gives back, by the SDK's member names. */
export interface KeptHeaders {
  readonly ContentType?: string;
  readonly CacheControl?: string;
  readonly ContentDisposition?: string;
  readonly ContentEncoding?: string;
  readonly ContentLanguage?: string;
  readonly Expires?: Date;
}

/** A part of an object that was uploaded in parts. */
export interface ObjectPart {
  readonly number: number;
  readonly bytes: number;
  /** Base64; in the upload's algorithm. */
  readonly checksum: string;
}

/** What an upload says of its object, besides the bytes. */
export interface ObjectAttributes {
  readonly encryption: Encryption;
  readonly headers: KeptHeaders;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: ReadonlyMap<string, string>;
  readonly storageClass: string;
  readonly retention: Retention | undefined;
  readonly legalHold: boolean;
  readonly acl: ObjectAcl;
}

/** Whom an object's ACL lets read the object, and the ACL, besides the owner: canonical user ids. */
export interface ObjectAcl {
  readonly READ: readonly string[];
  readonly READ_ACP: readonly string[];
}

/** One version of an object. Its bytes never change; tags, lock and storage class do. */
export interface ObjectVersion {
  readonly kind: 'object';
  readonly key: string;
  /** `null` in a bucket without versioning. */
  readonly versionId: string;
  /** Instant, ms since the epoch. */
  readonly createdAt: number;
  readonly content: Content;
  /** With its quotes. */
  readonly etag: string;
  /** Of the bytes; unknown of objects uploaded in parts. */
  readonly md5Hex: string | undefined;
  readonly checksum: StoredChecksum;
  readonly encryption: Encryption;
  readonly headers: KeptHeaders;
  readonly metadata: Readonly<Record<string, string>>;
  readonly parts: readonly ObjectPart[];
  readonly acl: ObjectAcl;
  tags: ReadonlyMap<string, string>;
  storageClass: string;
  retention: Retention | undefined;
  legalHold: boolean;
}

/** Hides the versions below it. */
export interface DeleteMarker {
  readonly kind: 'delete-marker';
  readonly key: string;
  readonly versionId: string;
  readonly createdAt: number;
}

export type Version = ObjectVersion | DeleteMarker;

/** A part waiting for its upload to be completed. */
export interface UploadedPart {
  readonly number: number;
  readonly content: Content;
  readonly etag: string;
  readonly md5: Buffer;
  /** In the upload's algorithm. */
  readonly digest: Buffer;
  readonly uploadedAt: number;
}

export interface MultipartUpload {
  readonly id: string;
  readonly key: string;
  readonly initiatedAt: number;
  readonly attributes: ObjectAttributes;
  readonly algorithm: ChecksumAlgorithm;
  readonly type: ChecksumType;
  /** Whether the algorithm was asked for, or is S3's own choice. */
  readonly asked: boolean;
  readonly parts: Map<number, UploadedPart>;
}

/** S3 keeps whole seconds. */
export function lastModified(version: { readonly createdAt: number }): Date {
  return new Date(Math.floor(version.createdAt / 1000) * 1000);
}

/** Whether Object Lock keeps this version from being deleted for now, by anyone without a bypass. */
export function isLocked(version: ObjectVersion, now: number): boolean {
  return version.legalHold || (version.retention !== undefined && version.retention.until > now);
}
