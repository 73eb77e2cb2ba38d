import { GetObjectTaggingCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { s3Client } from './s3-client.ts';
import { translating } from './translate.ts';

/** What S3 keeps of an object beside its bytes. */
export interface ObjectFacts {
  readonly storageClass: string;
  /** Until when nobody deletes this version, and in which mode of Object Lock; undefined without a lock. */
  readonly lock: { readonly mode: string; readonly until: Date } | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * Of the current version. Needs `s3:GetObject`, `s3:GetObjectTagging`, and `s3:GetObjectRetention` to be told of the lock.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html (checked 2026-11-22)
 */
export function objectFacts(bucket: string, region: string): (key: string) => Promise<ObjectFacts> {
  const client = s3Client({ region });
  return (Key) =>
    translating(`look at ${bucket}/${Key}`, async () => {
      const [head, { TagSet = [] }] = await Promise.all([
        client.send(new HeadObjectCommand({ Bucket: bucket, Key })),
        client.send(new GetObjectTaggingCommand({ Bucket: bucket, Key })),
      ]);
      const { StorageClass = 'STANDARD', ObjectLockMode: mode, ObjectLockRetainUntilDate: until } = head;
      return {
        storageClass: StorageClass,
        lock: mode === undefined || until === undefined ? undefined : { mode: mode.toLowerCase(), until },
        tags: Object.fromEntries(TagSet.map(({ Key: key = '', Value = '' }) => [key, Value])),
      };
    });
}
