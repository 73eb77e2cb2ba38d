import { type Call, ServiceError } from '../service.ts';
import { PLAIN_CONFIGURATION } from './bucket.ts';
import type { BucketNamespace } from './bucket-name.ts';
import { refuseUnmodelled } from './input.ts';
import { invalidArgument } from './s3-error.ts';
import type { S3State } from './state.ts';

interface CreateBucketInput {
  readonly Bucket: string;
  readonly BucketNamespace?: string;
  readonly ObjectLockEnabledForBucket?: boolean;
  readonly CreateBucketConfiguration?: { readonly LocationConstraint?: string };
}

const MODELLED = ['Bucket', 'BucketNamespace', 'ObjectLockEnabledForBucket', 'CreateBucketConfiguration'];

/**
 * Object Lock turns versioning on. https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
 * @throws ServiceError `IllegalLocationConstraintException` unless the constraint is the region that is asked, and what
 * the name is refused with
 */
export async function createBucket(state: S3State, input: CreateBucketInput, call: Call): Promise<object> {
  refuseUnmodelled(input, { operation: 'CreateBucket', modelled: MODELLED });
  const { Bucket: name, CreateBucketConfiguration: { LocationConstraint: location } = {} } = input;
  refuseUnmodelled(input.CreateBucketConfiguration ?? {}, {
    operation: 'CreateBucket',
    modelled: ['LocationConstraint'],
  });
  const { region, principal } = call;
  const namespace = namespaceOf(input.BucketNamespace);
  call.authorize({
    action: 's3:CreateBucket',
    resource: `arn:aws:s3:::${name}`,
    conditions: { 's3:x-amz-bucket-namespace': namespace },
  });
  if (location !== (region === 'us-east-1' ? undefined : region))
    throw new ServiceError(
      'IllegalLocationConstraintException',
      `The ${location ?? 'unspecified'} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    );
  const locks = input.ObjectLockEnabledForBucket === true;
  state.buckets.create(
    { name, region, account: principal.account, createdAt: state.clock.now() },
    { ...PLAIN_CONFIGURATION, ...(locks ? { versioned: true, objectLock: {} } : {}) },
    namespace,
  );
  return { Location: `/${name}`, BucketArn: `arn:aws:s3:::${name}` };
}

function namespaceOf(value = 'global'): BucketNamespace {
  if (value === 'global' || value === 'account-regional') return value;
  throw invalidArgument('Invalid bucket namespace', 'x-amz-bucket-namespace', value);
}
