import { objectStore } from '../../adapters/aws/object-store.ts';
import { AppError } from '../../core/model/errors.ts';
import type { ObjectStore } from '../../core/ports.ts';
import { feedChunks, type Input } from './input.ts';

const FORM = /^s3:\/\/([^/]+)\/(.+)$/s;

/** An object, with the credentials and the region that the AWS CLI would use, wherever the bucket is. */
export async function s3Input(
  url: string,
  version: { readonly versionId?: string; readonly etag?: string } = {},
): Promise<Input> {
  const [, bucket = '', key = ''] = FORM.exec(url) ?? [];
  if (key === '') throw new AppError('UnreadableFile', `'${url}' has no object key; write s3://bucket/key`);
  const store = objectStore({ bucket, followsRegion: true });
  const head = await inWords(
    url,
    async () => (await store.head(key, version)) ?? (await missing(url, store, key)),
  );
  return {
    sizeBytes: head.bytes,
    feed: (reader, onBytes) => feedChunks(reader, onBytes, store.stream(key, version)),
  };
}

/** To HEAD a missing bucket and a missing object are the same; to a listing they are not. */
async function missing(url: string, store: ObjectStore, key: string): Promise<never> {
  await store.list(key);
  throw new AppError('UnreadableFile', `${url}: the bucket has no such object`);
}

async function inWords<Result>(url: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (cause) {
    const reason = reasonOf(cause);
    if (reason === undefined) throw cause;
    throw new AppError('UnreadableFile', `${url}: ${reason}`, { cause });
  }
}

/** In words, what the SDK leaves to the reader; undefined if its own words will do. */
function reasonOf(error: unknown): string | undefined {
  if (!(error instanceof AppError)) return undefined;
  const sdk = error.cause instanceof Error ? error.cause : error;
  if (sdk.name === 'CredentialsProviderError') {
    return 'no AWS credentials were found; set AWS_PROFILE, or log in as for the AWS CLI';
  }
  if (sdk.message === 'Region is missing') return 'no AWS region is set; set AWS_REGION';
  if (error.code === 'NotFound') return 'there is no such bucket';
  // S3 answers so for a missing object, too, if the caller may not list the bucket.
  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html (checked 2026-11-21)
  if (error.code === 'AccessDenied') return 'access denied, or there is no such object and you may not list';
  return undefined;
}
