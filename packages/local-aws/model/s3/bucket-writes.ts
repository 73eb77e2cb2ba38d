import { type Call, NotModelledError } from '../service.ts';
import { authorizeBucket } from './access.ts';
import type { BucketConfiguration } from './bucket.ts';
import type { BucketTarget } from './bucket-reads.ts';
import { putBucketPolicy } from './bucket-resources.ts';
import { readEncryptionRule, readObjectLock, readPublicAccess } from './bucket-template.ts';
import { refuseUnmodelled } from './input.ts';
import { readLifecycleInput } from './lifecycle-input.ts';
import { S3Error } from './s3-error.ts';
import type { S3State } from './state.ts';
import { type Properties, propertiesOf } from './template-values.ts';

interface Writing {
  readonly action: string;
  /** The member of the input that holds the setting. */
  readonly member?: string;
  change(before: BucketConfiguration, setting: Properties): BucketConfiguration;
}

/**
 * Changes of a bucket's settings, each with the action it needs. Every one replaces the whole setting.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 */
const WRITINGS: Readonly<Record<string, Writing>> = {
  PutBucketVersioning: {
    action: 's3:PutBucketVersioning',
    member: 'VersioningConfiguration',
    change: changeVersioning,
  },
  PutBucketEncryption: {
    action: 's3:PutEncryptionConfiguration',
    member: 'ServerSideEncryptionConfiguration',
    change: (before, setting) => ({ ...before, encryption: readEncryption(setting) }),
  },
  /** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketEncryption.html: back to SSE-S3. */
  DeleteBucketEncryption: {
    action: 's3:PutEncryptionConfiguration',
    change: (before) => ({
      ...before,
      encryption: { algorithm: 'AES256', bucketKeyEnabled: false, blocked: [] },
    }),
  },
  PutBucketLifecycleConfiguration: {
    action: 's3:PutLifecycleConfiguration',
    member: 'LifecycleConfiguration',
    change: (before, setting) => ({ ...before, lifecycle: readLifecycleInput(setting) }),
  },
  /** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketLifecycle.html */
  DeleteBucketLifecycle: {
    action: 's3:PutLifecycleConfiguration',
    change: (before) => ({ ...before, lifecycle: { rules: [], transitionsSmallObjects: false } }),
  },
  PutPublicAccessBlock: {
    action: 's3:PutBucketPublicAccessBlock',
    member: 'PublicAccessBlockConfiguration',
    change: (before, setting) => ({
      ...before,
      publicAccessBlock: readPublicAccess(setting, 'PublicAccessBlockConfiguration'),
    }),
  },
  /** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeletePublicAccessBlock.html: the same action as to put one. */
  DeletePublicAccessBlock: {
    action: 's3:PutBucketPublicAccessBlock',
    change: ({ publicAccessBlock: _none, ...others }) => others,
  },
  PutObjectLockConfiguration: {
    action: 's3:PutBucketObjectLockConfiguration',
    member: 'ObjectLockConfiguration',
    change: changeObjectLock,
  },
};

type Write = (state: S3State, input: BucketTarget & Properties, call: Call) => Promise<object>;

/**
 * A policy is a text of its own, not a setting.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
 */
const POLICY_WRITES: Readonly<Record<string, Write>> = {
  PutBucketPolicy: async (state, input, call) => {
    const bucket = state.buckets.of(call, input);
    const modelled = ['Bucket', 'Policy', 'ExpectedBucketOwner', 'ChecksumAlgorithm', 'ContentMD5'];
    refuseUnmodelled(input, { operation: 'PutBucketPolicy', modelled, bucket });
    authorizeBucket(call, bucket, 's3:PutBucketPolicy');
    putBucketPolicy(bucket, parsedPolicy(String(input.Policy ?? '')));
    return {};
  },
  /** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketPolicy.html: the same where there is none. */
  DeleteBucketPolicy: async (state, input, call) => {
    const bucket = state.buckets.of(call, input);
    refuseUnmodelled(input, {
      operation: 'DeleteBucketPolicy',
      modelled: ['Bucket', 'ExpectedBucketOwner'],
      bucket,
    });
    authorizeBucket(call, bucket, 's3:DeleteBucketPolicy');
    bucket.policy = undefined;
    return {};
  },
};

/** @throws ServiceError `MalformedPolicy` */
function parsedPolicy(text: string): object {
  const malformed = (message: string) => new S3Error({ code: 'MalformedPolicy', message, status: 400 });
  let document: unknown;
  try {
    document = text.startsWith('{') ? JSON.parse(text) : undefined;
  } catch {
    throw malformed('This policy contains invalid Json');
  }
  if (typeof document !== 'object' || document === null)
    throw malformed("Policies must be valid JSON and the first byte must be '{'");
  if (!('Statement' in document)) throw malformed('Missing required field Statement');
  return document;
}

/** One operation per writing. */
export const bucketWrites: Readonly<Record<string, Write>> = Object.fromEntries(
  Object.entries(WRITINGS)
    .map(([operation, { action, member, change }]): [string, Write] => [
      operation,
      async (state, input, call) => {
        const bucket = state.buckets.of(call, input);
        // The body's checksum, which S3 asks for, is the wire's matter.
        const modelled = ['Bucket', 'ExpectedBucketOwner', 'ChecksumAlgorithm', 'ContentMD5'];
        refuseUnmodelled(input, { operation, modelled: [...modelled, member ?? ''], bucket });
        authorizeBucket(call, bucket, action);
        const setting = member === undefined ? {} : { ...(input[member] as Properties | undefined) };
        bucket.configuration = change(bucket.configuration, setting);
        return {};
      },
    ])
    .concat(Object.entries(POLICY_WRITES)),
);

/**
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html: Object Lock keeps versioning on. A
 * bucket whose versioning is suspended is not modelled.
 */
function changeVersioning(before: BucketConfiguration, setting: Properties): BucketConfiguration {
  const { Status } = propertiesOf(setting, 'VersioningConfiguration', ['Status']);
  if (Status === 'Enabled') return { ...before, versioned: true };
  if (before.objectLock !== undefined)
    throw new S3Error({
      code: 'InvalidBucketState',
      message:
        'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.',
      status: 409,
    });
  throw new NotModelledError(`a bucket whose versioning is ${String(Status)}`);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectLockConfiguration.html: it cannot be turned off again. */
function changeObjectLock(before: BucketConfiguration, setting: Properties): BucketConfiguration {
  if (!before.versioned)
    throw new S3Error({
      code: 'InvalidBucketState',
      message: 'Versioning must be Enabled on the bucket to apply a Object Lock configuration',
      status: 409,
    });
  return { ...before, ...readObjectLock({ ObjectLockEnabled: true, ObjectLockConfiguration: setting }) };
}

function readEncryption(setting: Properties): BucketConfiguration['encryption'] {
  const { Rules = [] } = propertiesOf(setting, 'ServerSideEncryptionConfiguration', ['Rules']);
  const [rule, ...others] = Rules as readonly Properties[];
  if (rule === undefined || others.length > 0)
    throw new S3Error({
      code: 'MalformedXML',
      message: 'A server-side encryption configuration has one rule',
      status: 400,
    });
  const { ApplyServerSideEncryptionByDefault: byDefault, ...rest } = rule;
  return readEncryptionRule({ ...rest, ServerSideEncryptionByDefault: byDefault }, 'Rules[0]');
}
