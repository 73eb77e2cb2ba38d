import { ServiceError } from '../service.ts';

/*
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html (checked 2026-11-23)
 */

const BUCKET_NAME = /^(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9](?!.*\.\.)[a-z0-9.-]{1,61}[a-z0-9]$/;
const RESERVED_PREFIXES = ['xn--', 'sthree-', 'amzn-s3-demo-'];
const RESERVED_SUFFIXES = ['-s3alias', '--ol-s3', '.mrap', '--x-s3', '--table-s3'];

/** The end of a name in any account's regional namespace. */
const ANY_NAMESPACE = /-\d{12}-[a-z]{2}(-[a-z]+)+-\d+-an$/;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/gpbucketnamespaces.html (checked 2026-11-23) */
const REGIONS_WITHOUT_NAMESPACE = ['me-south-1', 'me-central-1'];

export type BucketNamespace = 'account-regional' | 'global';

/** A bucket that somebody asks for. */
export interface NewBucket {
  readonly name: string;
  readonly account: string;
  readonly region: string;
}

/**
 * Not documented, so assumed: a suffix of somebody else is refused as a missing one is, and so is the namespace in a
 * region that has none.
 * @throws ServiceError `InvalidBucketName`; `MissingNamespaceHeader` (its text is from
 * ansible-collections/amazon.aws#2935) and `InvalidNamespaceHeader` (from getmoto/moto#9871) if name and namespace do not
 * go together
 */
export function checkBucketName({ name, account, region }: NewBucket, namespace: BucketNamespace): void {
  const invalid = () => new ServiceError('InvalidBucketName', `The specified bucket is not valid: ${name}`);
  if (!BUCKET_NAME.test(name)) throw invalid();
  if (RESERVED_PREFIXES.some((prefix) => name.startsWith(prefix))) throw invalid();
  if (RESERVED_SUFFIXES.some((suffix) => name.endsWith(suffix))) throw invalid();
  const own = `-${account}-${region}-an`;
  if (namespace === 'account-regional') {
    if (!name.endsWith(own) || REGIONS_WITHOUT_NAMESPACE.includes(region)) throw invalidNamespace(own);
    return;
  }
  if (ANY_NAMESPACE.test(name))
    throw new ServiceError(
      'MissingNamespaceHeader',
      'The requested bucket is an account-regional namespace bucket, but your request is missing the required ' +
        'x-amz-bucket-namespace header.',
    );
  if (name.endsWith('-an')) throw invalid();
}

function invalidNamespace(own: string): ServiceError {
  return new ServiceError(
    'InvalidNamespaceHeader',
    'The requested bucket name did not include the account-regional namespace suffix, but the provided ' +
      `x-amz-bucket-namespace header value is account-regional. Specify ${own} as the bucket name suffix to create a ` +
      'bucket in your account-regional namespace, or remove the header.',
  );
}
