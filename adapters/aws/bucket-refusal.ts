import { AppError } from '../../core/model/errors.ts';

/**
 * ElastiCache says so of a bucket that it may not use itself: "has not been granted WRITE permissions … on the S3 Bucket",
 * "No permission to access S3 object".
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-exporting.html (checked 2026-11-23)
 */
const NOT_GRANTED = /(?:permission|granted).* S3 |S3 .*(?:permission|granted)/i;

/** Gives the refusal of a bucket a code of its own. @throws AppError `BucketNotGranted` in place of `RefusedByAws` */
export async function namingBuckets<Result>(call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'RefusedByAws' || !NOT_GRANTED.test(error.message))
      throw error;
    throw new AppError('BucketNotGranted', error.message, { cause: error });
  }
}
