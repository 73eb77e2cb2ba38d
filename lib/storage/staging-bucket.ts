import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Bucket, BucketEncryption, type IBucket, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Config } from '../../core/contracts/config.ts';
import { stagingKeys } from '../../core/model/keys.ts';
import {
  ABORT_UPLOADS_AFTER,
  BUCKET_DEFAULTS,
  denyCustomerKeys,
  elastiCacheSnapshots,
} from './bucket-defaults.ts';

export interface StagingBucketProps {
  readonly bucketName: string;
  readonly region: string;
  readonly accessLogs: IBucket;
  readonly seedGrant: Config['vault']['seedGrant'];
}

/** A drill, an ingest or a restore takes hours; what is left after a day was forgotten. */
const STAGED_KEPT = Duration.days(1);

/** What watch-vault remembers lies here as well, and must not be forgotten: a cache may be without a copy for weeks. */
const STAGED = {
  drills: stagingKeys.drillsPrefix,
  ingests: stagingKeys.ingestPrefix,
  restores: stagingKeys.restoresPrefix,
};

/**
 * What ElastiCache seeds a new cluster from, while it does: it reads only what S3's own keys encrypt, so the vault's files
 * are copied here first. What else lies here for a while and tells of the data (a drill's token, where the reading of a
 * shard was interrupted) is written under the vault's key, which ElastiCache has no use of.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-seeding-redis.html (checked 2026-11-21)
 */
export function stagingBucket(scope: Construct, props: StagingBucketProps): Bucket {
  const bucket = new Bucket(scope, 'Staging', {
    ...BUCKET_DEFAULTS,
    // What Redrill's roles write belongs to the bucket's owner either way: they are of its account.
    ...(props.seedGrant === 'acl' ? { objectOwnership: ObjectOwnership.BUCKET_OWNER_PREFERRED } : {}),
    bucketName: props.bucketName,
    encryption: BucketEncryption.S3_MANAGED,
    serverAccessLogsBucket: props.accessLogs,
    serverAccessLogsPrefix: 'staging/',
    lifecycleRules: [
      ...Object.entries(STAGED).map(([what, prefix]) => ({
        id: `expire-${what}`,
        prefix,
        expiration: STAGED_KEPT,
      })),
      { id: 'sweep-remains', abortIncompleteMultipartUploadAfter: ABORT_UPLOADS_AFTER },
    ],
  });
  denyCustomerKeys(bucket);
  bucket.addToResourcePolicy(
    new PolicyStatement({
      sid: 'ElastiCacheSeeds',
      principals: [elastiCacheSnapshots(props.region)],
      actions: ['s3:GetObject', 's3:ListBucket', 's3:GetBucketAcl'],
      resources: [bucket.bucketArn, bucket.arnForObjects('*')],
    }),
  );
  return bucket;
}
