import { type Call, ServiceError } from '../service.ts';
import { Bucket, type BucketConfiguration } from './bucket.ts';
import { type BucketNamespace, checkBucketName } from './bucket-name.ts';
import { accessDenied, noSuchBucket, S3Error } from './s3-error.ts';

/** All buckets of all regions and accounts: their names are global. */
export class Buckets {
  readonly #byName = new Map<string, Bucket>();

  /** @throws ServiceError `BucketAlreadyExists`, `BucketAlreadyOwnedByYou` and those of {@link checkBucketName} */
  create(
    identity: Pick<Bucket, 'name' | 'region' | 'account' | 'createdAt'>,
    configuration: BucketConfiguration,
    namespace: BucketNamespace,
  ): Bucket {
    const { name, account } = identity;
    checkBucketName(identity, namespace);
    const existing = this.#byName.get(name);
    if (existing !== undefined) {
      const code = existing.account === account ? 'BucketAlreadyOwnedByYou' : 'BucketAlreadyExists';
      throw new ServiceError(code, `the bucket ${name} exists already`, 409);
    }
    const bucket = new Bucket(identity, configuration);
    this.#byName.set(name, bucket);
    return bucket;
  }

  /**
   * @throws ServiceError `BucketNotEmpty` while any version, delete marker or unfinished upload is in it
   * (https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html)
   */
  delete(name: string): void {
    const bucket = this.get(name);
    if (!bucket.objects.empty || bucket.uploads.size > 0) {
      throw new ServiceError(
        'BucketNotEmpty',
        'The bucket you tried to delete is not empty. You must delete all versions in the bucket.',
        409,
      );
    }
    this.#byName.delete(name);
  }

  all(): readonly Bucket[] {
    return [...this.#byName.values()];
  }

  /** @throws ServiceError `NoSuchBucket` */
  get(name: string): Bucket {
    const bucket = this.#byName.get(name);
    if (bucket === undefined) throw noSuchBucket(name);
    return bucket;
  }

  /**
   * The bucket that a call names, as seen from the call's region.
   * @throws ServiceError `NoSuchBucket`; `PermanentRedirect` from any region but the bucket's, naming the right one as
   * S3 does (https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingRouting.html); `AccessDenied` if the owner is
   * not the expected one
   */
  of(call: Call, input: { readonly Bucket: string; readonly ExpectedBucketOwner?: string }): Bucket {
    const bucket = this.get(input.Bucket);
    if (bucket.region !== call.region) throw permanentRedirect(bucket);
    return owned(bucket, input.ExpectedBucketOwner);
  }
}

/** @throws ServiceError `AccessDenied` if the bucket's owner is not the expected one */
export function owned(bucket: Bucket, expectedOwner: string | undefined): Bucket {
  if (expectedOwner !== undefined && expectedOwner !== bucket.account) throw accessDenied('Access Denied');
  return bucket;
}

function permanentRedirect(bucket: Bucket): S3Error {
  return new S3Error({
    code: 'PermanentRedirect',
    message:
      'The bucket you are attempting to access must be addressed using the specified endpoint. ' +
      'Please send all future requests to this endpoint.',
    status: 301,
    details: { Endpoint: `${bucket.name}.s3.${bucket.region}.amazonaws.com`, Bucket: bucket.name },
    headers: { 'x-amz-bucket-region': bucket.region },
  });
}
