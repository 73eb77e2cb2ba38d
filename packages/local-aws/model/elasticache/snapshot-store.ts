import type { Call } from '../service.ts';

/** ElastiCache acting for itself in S3, on behalf of one resource of one account. */
export interface ServiceIdentity {
  /** `<region>.elasticache-snapshot.amazonaws.com`, what a bucket policy grants to. */
  readonly principal: string;
  readonly region: string;
  /** For `aws:SourceAccount`. */
  readonly sourceAccount: string;
  /** For `aws:SourceArn`. */
  readonly sourceArn: string;
}

/** A file that is written to S3. */
export interface Upload {
  readonly file: string;
  /** As a multipart upload. */
  readonly inParts: boolean;
  /** Which checksum comes with it. `undefined`: none, S3 computes its own. */
  readonly checksum: 'CRC32' | undefined;
  /** Which encryption it asks for. `undefined`: none, the bucket's default applies. */
  readonly encryption: 'AES256' | undefined;
}

/** What ElastiCache needs of S3 in order to export and to seed. */
export interface SnapshotStore {
  /** @returns undefined when there is no such bucket */
  bucketRegion(bucket: string): string | undefined;
  /** The account that owns the bucket. */
  bucketOwner(bucket: string): string | undefined;
  /** Whether the bucket's policy lets the service do this to the bucket or, given a key, to that object. */
  serviceAllowed(service: ServiceIdentity, action: string, bucket: string, key?: string): boolean;
  /** What the ACL of an object grants to ElastiCache's canonical user. */
  aclGrants(bucket: string, key: string): readonly ('READ' | 'READ_ACP')[];
  /** Puts to IAM what the caller would need to do this itself, bucket policy included. @throws AccessDenied */
  authorizeAsCaller(call: Call, action: string, resource: string): void;
  exists(bucket: string, key: string): Promise<boolean>;
  /** How the object is encrypted at rest. @returns undefined when there is no such object */
  encryptionOf(bucket: string, key: string): Promise<'SSE-S3' | 'SSE-KMS' | 'SSE-C' | 'none' | undefined>;
  /** Writes an object from a file. @throws AccessDenied when the bucket's policy does not grant it any more */
  putAsService(service: ServiceIdentity, bucket: string, key: string, upload: Upload): Promise<void>;
  /** Reads an object into a file. @throws AccessDenied when the bucket's policy does not grant it */
  getAsService(service: ServiceIdentity, bucket: string, key: string, file: string): Promise<void>;
}

/**
 * Who exports and seeds.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-exporting.html (grant ElastiCache access)
 */
export function serviceIdentity(region: string, sourceAccount: string, sourceArn: string): ServiceIdentity {
  return { principal: `${region}.elasticache-snapshot.amazonaws.com`, region, sourceAccount, sourceArn };
}
