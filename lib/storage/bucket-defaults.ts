import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  CfnBucket,
  CfnBucketPolicy,
  type IBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { bucketNamespace } from '../../core/contracts/bucket-names.ts';
import { resourceNames } from '../../core/contracts/resources.ts';

/**
 * What every bucket has: nothing public, no ACLs, TLS 1.2 or newer. Buckets outlive their stack; only a creation that is
 * rolled back takes them along, so that it can be tried again.
 */
export const BUCKET_DEFAULTS = {
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
  enforceSSL: true,
  minimumTLSVersion: 1.2,
  removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
} as const satisfies BucketProps;

/** Parts of an upload that died cost storage and are no use to anybody; the next try begins anew. */
export const ABORT_UPLOADS_AFTER = Duration.days(1);

const ACCESS_LOGS_KEPT = Duration.days(90);

/** Server access logs of a stack's other buckets. */
export function accessLogBucket(scope: Construct): IBucket {
  const bucket = new Bucket(scope, 'AccessLogs', {
    ...BUCKET_DEFAULTS,
    bucketName: resourceNames.accessLogBucket(Stack.of(scope).account, Stack.of(scope).region),
    encryption: BucketEncryption.S3_MANAGED,
    lifecycleRules: [
      {
        id: 'expire-access-logs',
        expiration: ACCESS_LOGS_KEPT,
        abortIncompleteMultipartUploadAfter: ABORT_UPLOADS_AFTER,
      },
    ],
  });
  // The CDK's own declarations of the two disagree under exactOptionalPropertyTypes.
  return bucket as IBucket;
}

/**
 * Creates Redrill's buckets in the account's regional namespace, where it has one. The CDK's `bucketNamespace` leaves
 * the name to CloudFormation, but the other region has to know it: CloudFormation takes both properties together.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/gpbucketnamespaces.html (checked 2026-11-23)
 */
export function useAccountNamespace(scope: Construct): void {
  const namespace = bucketNamespace(Stack.of(scope).region);
  for (const { template } of bucketsOf(scope))
    if (namespace !== undefined) template.bucketNamespace = namespace;
}

/**
 * Lets the policies of Redrill's buckets outlive the stack as the buckets do: what a bucket protects against does not end with the
 * stack. They name their bucket by its name and not by reference, because CloudFormation imports no other ones when the
 * stack is deployed again. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-automatically.html
 */
export function keepBucketPolicies(scope: Construct): void {
  for (const { bucket, template } of bucketsOf(scope)) {
    const attached = bucket.policy?.node.defaultChild;
    if (!(attached instanceof CfnBucketPolicy)) continue;
    // An override, because cdk-nag finds a bucket's policy by its reference.
    if (template.bucketName !== undefined) attached.addPropertyOverride('Bucket', template.bucketName);
    attached.node.addDependency(template);
    attached.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
  }
}

function bucketsOf(scope: Construct): readonly { readonly bucket: Bucket; readonly template: CfnBucket }[] {
  return scope.node.findAll().flatMap((bucket) => {
    const template = bucket instanceof Bucket ? bucket.node.defaultChild : undefined;
    return bucket instanceof Bucket && template instanceof CfnBucket ? [{ bucket, template }] : [];
  });
}

/**
 * Denies writes under a key that only the writer holds (SSE-C), with which somebody could turn every file into one that
 * nobody here can read. https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerSideEncryptionCustomerKeys.html
 */
export function denyCustomerKeys(bucket: Bucket): void {
  bucket.addToResourcePolicy(
    new PolicyStatement({
      sid: 'DenyCustomerProvidedKeys',
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: ['s3:PutObject'],
      resources: [bucket.arnForObjects('*')],
      conditions: { Null: { 's3:x-amz-server-side-encryption-customer-algorithm': 'false' } },
    }),
  );
}

/**
 * ElastiCache's snapshot service in one region. No `aws:SourceAccount` condition: its documentation shows none for this
 * grant and does not say that the service sends it, and a grant that never matches is a backup that never is. In its
 * place CopySnapshot checks that the caller owns the bucket and may write to it.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-exporting.html (checked 2026-11-21)
 */
export function elastiCacheSnapshots(region: string): ServicePrincipal {
  return new ServicePrincipal(`${region}.elasticache-snapshot.amazonaws.com`);
}
