import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { s3Client } from './s3-client.ts';
import { translating } from './translate.ts';

/**
 * Names of the caller's own buckets that begin so, in whichever region they are; the first thousand.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html (checked 2026-11-22)
 */
export async function bucketsNamed(prefix: string, region: string): Promise<readonly string[]> {
  const client = s3Client({ region });
  return translating(`list the buckets ${prefix}…`, async () => {
    const { Buckets = [] } = await client.send(new ListBucketsCommand({ Prefix: prefix }));
    return Buckets.flatMap(({ Name }) => Name ?? []);
  });
}
