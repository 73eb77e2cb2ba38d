import type { PolicyDocument } from '../../iam/policy.ts';
import { KeyIndex } from './key-index.ts';
import type { LifecycleConfiguration } from './lifecycle-rule.ts';
import type { MultipartUpload, RetentionMode } from './object.ts';

/** Default encryption of a bucket: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html */
export interface BucketEncryption {
  readonly algorithm: 'AES256' | 'aws:kms';
  /** Key id, ARN or alias; only with `aws:kms`. */
  readonly keyId?: string;
  readonly bucketKeyEnabled: boolean;
  /** Kinds of encryption that uploads may not ask for; `SSE-C` is the only one there is. */
  readonly blocked: readonly string[];
}

export interface DefaultRetention {
  readonly mode: RetentionMode;
  readonly days: number;
  /** As it was configured. */
  readonly configured: { readonly Days: number } | { readonly Years: number };
}

export interface PublicAccessBlock {
  readonly BlockPublicAcls: boolean;
  readonly IgnorePublicAcls: boolean;
  readonly BlockPublicPolicy: boolean;
  readonly RestrictPublicBuckets: boolean;
}

/** Everything that a template says of a bucket. */
export interface BucketConfiguration {
  readonly versioned: boolean;
  readonly encryption: BucketEncryption;
  /** Absent unless Object Lock is on. */
  readonly objectLock?: { readonly defaultRetention?: DefaultRetention };
  readonly lifecycle: LifecycleConfiguration;
  readonly publicAccessBlock?: PublicAccessBlock;
  readonly objectOwnership?: string;
}

export const PLAIN_CONFIGURATION: BucketConfiguration = {
  versioned: false,
  encryption: { algorithm: 'AES256', bucketKeyEnabled: false, blocked: [] },
  lifecycle: { rules: [], transitionsSmallObjects: false },
};

/** A bucket: its name is global, it lives in one region, and one account owns it. */
export class Bucket {
  readonly name: string;
  readonly region: string;
  readonly account: string;
  readonly createdAt: number;
  configuration: BucketConfiguration;
  readonly objects = new KeyIndex();
  readonly uploads = new Map<string, MultipartUpload>();
  policy: PolicyDocument | undefined;

  constructor(
    identity: Pick<Bucket, 'name' | 'region' | 'account' | 'createdAt'>,
    configuration: BucketConfiguration,
  ) {
    this.name = identity.name;
    this.region = identity.region;
    this.account = identity.account;
    this.createdAt = identity.createdAt;
    this.configuration = configuration;
  }

  get arn(): string {
    return `arn:aws:s3:::${this.name}`;
  }
}
