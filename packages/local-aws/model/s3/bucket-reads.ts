import type { Call } from '../service.ts';
import { authorizeBucket } from './access.ts';
import type { Bucket } from './bucket.ts';
import { owned } from './buckets.ts';
import { refuseUnmodelled } from './input.ts';
import { lifecycleOutput } from './lifecycle-output.ts';
import { S3Error } from './s3-error.ts';
import type { S3State } from './state.ts';

export interface BucketTarget {
  readonly Bucket: string;
  readonly ExpectedBucketOwner?: string;
}

interface Reading {
  readonly action: string;
  /** What was configured, or the error that S3 has for nothing. */
  read(bucket: Bucket): object;
}

/** Reads of a bucket's configuration, each with the action it needs (which is not always called as the operation is). */
const READINGS: Readonly<Record<string, Reading>> = {
  HeadBucket: {
    action: 's3:ListBucket',
    read: ({ region, arn }) => ({ BucketRegion: region, BucketArn: arn }),
  },
  GetBucketVersioning: {
    action: 's3:GetBucketVersioning',
    read: ({ configuration }) => (configuration.versioned ? { Status: 'Enabled' } : {}),
  },
  GetBucketEncryption: { action: 's3:GetEncryptionConfiguration', read: readEncryption },
  GetBucketLifecycleConfiguration: {
    action: 's3:GetLifecycleConfiguration',
    read: ({ configuration: { lifecycle } }) =>
      lifecycle.rules.length === 0
        ? absent('NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist')
        : lifecycleOutput(lifecycle),
  },
  GetBucketPolicy: {
    action: 's3:GetBucketPolicy',
    read: ({ policy }) =>
      policy === undefined
        ? absent('NoSuchBucketPolicy', 'The bucket policy does not exist')
        : { Policy: JSON.stringify(policy) },
  },
  GetPublicAccessBlock: {
    action: 's3:GetBucketPublicAccessBlock',
    read: ({ configuration: { publicAccessBlock } }) =>
      publicAccessBlock === undefined
        ? absent(
            'NoSuchPublicAccessBlockConfiguration',
            'The public access block configuration was not found',
          )
        : { PublicAccessBlockConfiguration: publicAccessBlock },
  },
  GetObjectLockConfiguration: { action: 's3:GetBucketObjectLockConfiguration', read: readObjectLock },
  GetBucketAcl: {
    action: 's3:GetBucketAcl',
    read: ({ account }) => ({
      Owner: { ID: account },
      Grants: [{ Grantee: { Type: 'CanonicalUser', ID: account }, Permission: 'FULL_CONTROL' }],
    }),
  },
};

type Read = (state: S3State, input: BucketTarget, call: Call) => Promise<object>;

/** One operation per reading. */
export const bucketReads: Readonly<Record<string, Read>> = Object.fromEntries(
  Object.entries(READINGS).map(([operation, { action, read }]): [string, Read] => [
    operation,
    async (state, input, call) => {
      const bucket = state.buckets.of(call, input);
      refuseUnmodelled(input, { operation, modelled: ['Bucket', 'ExpectedBucketOwner'], bucket });
      authorizeBucket(call, bucket, action);
      return read(bucket);
    },
  ]),
);

/**
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html: the one read that any region answers, as
 * it is how a client finds the right one.
 */
export async function getBucketLocation(state: S3State, input: BucketTarget, call: Call): Promise<object> {
  const bucket = owned(state.buckets.get(input.Bucket), input.ExpectedBucketOwner);
  const modelled = ['Bucket', 'ExpectedBucketOwner'];
  refuseUnmodelled(input, { operation: 'GetBucketLocation', modelled, bucket });
  authorizeBucket(call, bucket, 's3:GetBucketLocation');
  return bucket.region === 'us-east-1' ? {} : { LocationConstraint: bucket.region };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html: of the caller's account, in all regions. */
export async function listBuckets(
  state: S3State,
  input: { readonly Prefix?: string; readonly BucketRegion?: string },
  call: Call,
): Promise<object> {
  refuseUnmodelled(input, { operation: 'ListBuckets', modelled: ['Prefix', 'BucketRegion'] });
  call.authorize({ action: 's3:ListAllMyBuckets', resource: '*' });
  const { Prefix: prefix = '', BucketRegion: region } = input;
  const buckets = state.buckets
    .all()
    .filter(({ account, name }) => account === call.principal.account && name.startsWith(prefix))
    .filter((bucket) => region === undefined || bucket.region === region)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    Buckets: buckets.map(({ name, region: BucketRegion, createdAt, arn }) => ({
      Name: name,
      CreationDate: new Date(Math.floor(createdAt / 1000) * 1000),
      BucketRegion,
      BucketArn: arn,
    })),
    Owner: { ID: call.principal.account },
    ...(prefix === '' ? {} : { Prefix: prefix }),
  };
}

function readEncryption({ configuration: { encryption } }: Bucket): object {
  const { algorithm, keyId, bucketKeyEnabled, blocked } = encryption;
  return {
    ServerSideEncryptionConfiguration: {
      Rules: [
        {
          ApplyServerSideEncryptionByDefault: {
            SSEAlgorithm: algorithm,
            ...(keyId === undefined ? {} : { KMSMasterKeyID: keyId }),
          },
          BucketKeyEnabled: bucketKeyEnabled,
          ...(blocked.length === 0 ? {} : { BlockedEncryptionTypes: { EncryptionType: [...blocked] } }),
        },
      ],
    },
  };
}

function readObjectLock({ configuration: { objectLock } }: Bucket): object {
  if (objectLock === undefined)
    return absent(
      'ObjectLockConfigurationNotFoundError',
      'Object Lock configuration does not exist for this bucket',
    );
  const { defaultRetention } = objectLock;
  return {
    ObjectLockConfiguration: {
      ObjectLockEnabled: 'Enabled',
      ...(defaultRetention && {
        Rule: { DefaultRetention: { Mode: defaultRetention.mode, ...defaultRetention.configured } },
      }),
    },
  };
}

function absent(code: string, message: string): never {
  throw new S3Error({ code, message, status: 404 });
}
