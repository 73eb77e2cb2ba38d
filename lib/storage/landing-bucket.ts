import { Duration } from 'aws-cdk-lib';
import { AccountPrincipal, AnyPrincipal, ArnPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Bucket, BucketEncryption, type IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Servers } from '../../core/contracts/servers.ts';
import { landingKeys } from '../../core/model/keys.ts';
import { SNAPSHOT_PREFIX } from '../../core/model/names.ts';
import { EXPORT_KEPT_DAYS, UNVERIFIED_KEPT_DAYS } from '../../core/model/periods.ts';
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
  readonly servers: Servers;
  /** The vault's account with its roles that read, and the one that marks what is verified. @default the same account */
  readonly vault?: {
    readonly account: string;
    readonly readerArns: readonly string[];
    readonly markerArn: string;
  };
}

/** What watch-source leaves for the vault, and for itself. */
const WATCH_PREFIX = 'watch/';
const EXPORTS_KEPT = Duration.days(EXPORT_KEPT_DAYS);
/** A day more than a snapshot stays whose copy nobody has verified: a mark is there for as long as it is asked for. */
const MARKS_KEPT = Duration.days(UNVERIFIED_KEPT_DAYS + 1);

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
      { id: 'expire-exports', prefix: SNAPSHOT_PREFIX, expiration: EXPORTS_KEPT },
      { id: 'expire-what-was-seen', prefix: WATCH_PREFIX, expiration: EXPORTS_KEPT },
      { id: 'expire-marks', prefix: landingKeys.verifiedPrefix, expiration: MARKS_KEPT },
      ...(Object.keys(props.servers).length === 0
        ? []
        : [{ id: 'expire-shipped', prefix: landingKeys.serversPrefix, expiration: EXPORTS_KEPT }]),
      { id: 'abort-uploads', abortIncompleteMultipartUploadAfter: ABORT_UPLOADS_AFTER },
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
  if (props.vault !== undefined) grantVault(bucket, props.vault);
  grantShippers(bucket, props.servers);
  return bucket;
}

/**
 * Hosts may add objects below the prefix of their own server, and read, list or delete nothing. Nobody writes over what is
 * there in a slot, whatever else a role is granted: requests that make an object need `If-None-Match`, which the requests before them in
 * an upload of parts do not know. https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html (checked 2026-11-25)
 */
function grantShippers(bucket: Bucket, servers: Servers): void {
  for (const [server, { shippers }] of Object.entries(servers))
    bucket.addToResourcePolicy(
      new PolicyStatement({
        principals: shippers.map((arn) => new ArnPrincipal(arn)),
        actions: ['s3:PutObject', 's3:AbortMultipartUpload'],
        resources: [bucket.arnForObjects(`${landingKeys.server(server)}*`)],
      }),
    );
  if (Object.keys(servers).length === 0) return;
  bucket.addToResourcePolicy(
    new PolicyStatement({
      sid: 'ShippedOnce',
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: ['s3:PutObject'],
      resources: [bucket.arnForObjects(landingKeys.serverSlotsPattern)],
      conditions: {
        Null: { 's3:if-none-match': 'true' },
        Bool: { 's3:ObjectCreationOperation': 'true' },
      },
    }),
  );
}

/** The account as principal and the roles as condition: the roles need not exist before this stack does. */
function grantVault(
  bucket: Bucket,
  { account, readerArns, markerArn }: NonNullable<LandingBucketProps['vault']>,
): void {
  bucket.addToResourcePolicy(
    new PolicyStatement({
      sid: 'VaultPulls',
      principals: [new AccountPrincipal(account)],
      actions: ['s3:GetObject'],
      resources: [bucket.arnForObjects('*')],
      conditions: { ArnEquals: { 'aws:PrincipalArn': [...readerArns] } },
    }),
  );
  // Also for a person in the vault's account: `redrill status` shows which alerts of the source's watch are open. Without
  // the list an absent object (404) looks like a forbidden one (403).
  for (const [sid, actions, resource] of [
    ['VaultAccountLooks', ['s3:GetObject'], bucket.arnForObjects(`${WATCH_PREFIX}*`)],
    ['VaultAccountLists', ['s3:ListBucket'], bucket.bucketArn],
  ] as const) {
    const principals = [new AccountPrincipal(account)];
    bucket.addToResourcePolicy(
      new PolicyStatement({ sid, principals, actions: [...actions], resources: [resource] }),
    );
  }
  // The bucket's owner owns what is written here, whoever writes it: ACLs are off.
  bucket.addToResourcePolicy(
    new PolicyStatement({
      sid: 'VaultMarksVerified',
      principals: [new AccountPrincipal(account)],
      actions: ['s3:PutObject'],
      resources: [bucket.arnForObjects(`${landingKeys.verifiedPrefix}*`)],
      conditions: { ArnEquals: { 'aws:PrincipalArn': markerArn } },
    }),
  );
}
