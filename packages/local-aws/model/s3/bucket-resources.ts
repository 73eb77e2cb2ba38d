import type { CreatedResource, ResourceDeclaration, ResourceHandler } from '../../cloudformation/resource.ts';
import { parsePolicy } from '../../iam/parse-policy.ts';
import type { PolicyDocument } from '../../iam/policy.ts';
import { ServiceError } from '../service.ts';
import type { Bucket } from './bucket.ts';
import { BUCKET_PROPERTIES, readBucketConfiguration } from './bucket-template.ts';
import { isPublic } from './public-policy.ts';
import { accessDenied, S3Error } from './s3-error.ts';
import type { S3State } from './state.ts';
import { oneOf, textOf } from './template-values.ts';

const NAMESPACES = ['account-regional', 'global'] as const;

/** AWS::S3::Bucket and AWS::S3::BucketPolicy. */
export function s3ResourceHandlers(state: S3State): readonly ResourceHandler[] {
  return [
    {
      type: 'AWS::S3::Bucket',
      properties: BUCKET_PROPERTIES,
      create: async (declaration) => createBucket(state, declaration),
      update: async ({ properties }, { ref, attributes }) => {
        state.buckets.get(ref).configuration = readBucketConfiguration(properties);
        return { ref, attributes };
      },
      delete: async ({ ref }) => state.buckets.delete(ref),
      find: ({ properties, stack }) => ownBucket(state, properties.BucketName, stack.account)?.created,
    },
    {
      type: 'AWS::S3::BucketPolicy',
      properties: ['Bucket', 'PolicyDocument'],
      create: async (declaration) => createBucketPolicy(state, declaration),
      update: async ({ properties }, { ref, attributes }) => {
        putBucketPolicy(state.buckets.get(properties.Bucket), properties.PolicyDocument);
        return { ref, attributes };
      },
      delete: async ({ properties }) => {
        state.buckets.get(properties.Bucket).policy = undefined;
      },
      find: ({ properties, stack }) => {
        const own = ownBucket(state, properties.Bucket, stack.account);
        return own?.bucket.policy === undefined ? undefined : { ref: own.bucket.name, attributes: {} };
      },
    },
  ];
}

function createBucket(
  state: S3State,
  { properties, generatedName, stack }: ResourceDeclaration,
): CreatedResource {
  const configuration = readBucketConfiguration(properties);
  const name =
    properties.BucketName === undefined
      ? generatedName.toLowerCase()
      : textOf(properties.BucketName, 'BucketName');
  const { region, account } = stack;
  const namespace = oneOf(properties.BucketNamespace ?? 'global', 'BucketNamespace', NAMESPACES);
  const identity = { name, region, account, createdAt: state.clock.now() };
  return createdBucket(state.buckets.create(identity, configuration, namespace));
}

function createdBucket({ name, arn, region }: Bucket): CreatedResource {
  return {
    ref: name,
    attributes: {
      Arn: arn,
      DomainName: `${name}.s3.amazonaws.com`,
      RegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
    },
  };
}

function ownBucket({ buckets }: S3State, name: unknown, account: string) {
  const bucket = buckets.all().find((each) => each.name === name && each.account === account);
  return bucket === undefined ? undefined : { bucket, created: createdBucket(bucket) };
}

/** The resource never takes the place of a policy that it did not make (aws-solutions/distributed-load-testing-on-aws#167). */
function createBucketPolicy(state: S3State, { properties }: ResourceDeclaration): CreatedResource {
  const bucket = state.buckets.get(textOf(properties.Bucket, 'Bucket'));
  if (bucket.policy !== undefined) {
    throw new ServiceError('AlreadyExists', `The bucket policy already exists on bucket ${bucket.name}.`);
  }
  putBucketPolicy(bucket, properties.PolicyDocument);
  return { ref: bucket.name, attributes: {} };
}

/** IAM's word for a policy that cannot be is another than S3's. */
function parsed(document: unknown, where: string): PolicyDocument {
  try {
    return parsePolicy(document, 'resource', where);
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code !== 'MalformedPolicyDocument') throw error;
    throw new S3Error({ code: 'MalformedPolicy', message: error.message, status: 400 });
  }
}

/**
 * Attaches a policy.
 * @throws ServiceError `MalformedPolicy`, or `AccessDenied` for a public one where the bucket blocks those
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html)
 */
export function putBucketPolicy(bucket: Bucket, document: unknown): void {
  const policy = parsed(document, `the policy of ${bucket.name}`);
  for (const { Sid, Resource: resources } of policy.Statement)
    for (const resource of [resources ?? []].flat())
      if (resource !== bucket.arn && !resource.startsWith(`${bucket.arn}/`))
        throw new S3Error({
          code: 'MalformedPolicy',
          message: `Policy has invalid resource: ${resource} (statement ${Sid ?? '?'}) is not in ${bucket.name}`,
          status: 400,
        });
  if (bucket.configuration.publicAccessBlock?.BlockPublicPolicy && isPublic(policy))
    throw accessDenied(
      `public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access of ${bucket.name}`,
    );
  bucket.policy = policy;
}
