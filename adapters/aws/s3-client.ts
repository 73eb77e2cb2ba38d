import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { ownerOfBucket } from '../../core/contracts/bucket-names.ts';
import { CLIENT_OPTIONS } from './client-options.ts';

/** Members of an input of S3 that name a bucket. */
interface NamesBuckets {
  readonly Bucket?: string | undefined;
  readonly CopySource?: string | undefined;
}

/**
 * A client whose every request names the account that owns the bucket, where the bucket's name says which that is: S3
 * refuses the request (403) if the bucket belongs to somebody else. Copies name the source's owner too.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html (checked 2026-11-23)
 */
export function s3Client(options: S3ClientConfig = {}): S3Client {
  const client = new S3Client({ ...CLIENT_OPTIONS, ...options });
  client.middlewareStack.add(
    (next) => (args) => next({ ...args, input: { ...args.input, ...expectedOwners(args.input as object) } }),
    { step: 'initialize', name: 'expectedBucketOwner' },
  );
  return client;
}

/** The owners to expect of the buckets that `input` names. */
export function expectedOwners({ Bucket, CopySource }: NamesBuckets): object {
  const owner = ownerOfBucket(Bucket ?? '');
  const sourceOwner = ownerOfBucket(CopySource?.split('/', 1)[0] ?? '');
  return {
    ...(owner === undefined ? {} : { ExpectedBucketOwner: owner }),
    ...(sourceOwner === undefined ? {} : { ExpectedSourceBucketOwner: sourceOwner }),
  };
}
