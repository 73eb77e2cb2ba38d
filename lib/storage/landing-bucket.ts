import { Duration } from 'aws-cdk-lib';
import { AccountPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Bucket, BucketEncryption, type IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import {
  ABORT_UPLOADS_AFTER,
  BUCKET_DEFAULTS,
  denyCustomerKeys,
  elastiCacheSnapshots,
} from './bucket-defaults.ts';

export interface LandingBucketProps {
  readonly bucketName: string;
  readonly region: string;
  readonly accessLogs: IBucket;
  /** The vault's account and its roles that read, if it is another account. @default the same account */
  readonly readers?: { readonly account: string; readonly roleArns: readonly string[] };
}

/** Long enough for a week without the vault's region; what was ingested by then is in the vault. */
const EXPORTS_KEPT = Duration.days(7);

/**
 * Where ElastiCache exports to. Encrypted by S3's own keys, because an export cannot use a customer key; not versioned,
 * because ElastiCache refuses to overwrite and the seal is written once.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/at-rest-encryption.html (checked 2026-11-21)
 */
export function landingBucket(scope: Construct, props: LandingBucketProps): Bucket {
  const bucket = new Bucket(scope, 'Landing', {
    ...BUCKET_DEFAULTS,
    bucketName: props.bucketName,
    encryption: BucketEncryption.S3_MANAGED,
    serverAccessLogsBucket: props.accessLogs,
    serverAccessLogsPrefix: 'landing/',
    lifecycleRules: [
      {
        id: 'expire-exports',
        expiration: EXPORTS_KEPT,
        abortIncompleteMultipartUploadAfter: ABORT_UPLOADS_AFTER,
      },
    ],
  });
  denyCustomerKeys(bucket);
  bucket.addToResourcePolicy(
    new PolicyStatement({
      sid: 'ElastiCacheExports',
      principals: [elastiCacheSnapshots(props.region)],
      actions: [
        's3:PutObject',
        's3:GetObject',
        's3:ListBucket',
        's3:GetBucketAcl',
        's3:ListMultipartUploadParts',
        's3:ListBucketMultipartUploads',
      ],
      resources: [bucket.bucketArn, bucket.arnForObjects('*')],
    }),
  );
  if (props.readers !== undefined) grantVault(bucket, props.readers);
  return bucket;
}

/** The account as principal and the roles as condition: the roles need not exist before this stack does. */
function grantVault(bucket: Bucket, { account, roleArns }: NonNullable<LandingBucketProps['readers']>): void {
  bucket.addToResourcePolicy(
    new PolicyStatement({
      sid: 'VaultPulls',
      principals: [new AccountPrincipal(account)],
      actions: ['s3:ListBucket', 's3:GetObject'],
      resources: [bucket.bucketArn, bucket.arnForObjects('*')],
      conditions: { ArnEquals: { 'aws:PrincipalArn': [...roleArns] } },
    }),
  );
}
