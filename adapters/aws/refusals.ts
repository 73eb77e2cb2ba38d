import { AppError, type ErrorCode } from '../../core/model/errors.ts';

/**
 * ElastiCache says so of a bucket that it may not use itself: "has not been granted WRITE permissions … on the S3 Bucket",
 * "No permission to access S3 object".
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-exporting.html (checked 2026-11-23)
 */
const NOT_GRANTED = /(?:permission|granted).* S3 |S3 .*(?:permission|granted)/i;

/** How ElastiCache reports that KMS refuses its caller the grant is documented nowhere; the message names KMS. */
const KEY_CODES: ReadonlySet<ErrorCode> = new Set(['AccessDenied', 'RefusedByAws', 'NotFound']);

/** Gives the refusal of a bucket a code of its own. @throws AppError `BucketNotGranted` in place of `RefusedByAws` */
export function namingBuckets<Result>(call: () => Promise<Result>): Promise<Result> {
  return renaming(
    'BucketNotGranted',
    ({ code, message }) => code === 'RefusedByAws' && NOT_GRANTED.test(message),
    call,
  );
}

/** Gives the refusal of a key a code of its own. @throws AppError `SourceKeyUnusable` in place of what ElastiCache says */
export function namingKeys<Result>(call: () => Promise<Result>): Promise<Result> {
  return renaming(
    'SourceKeyUnusable',
    ({ code, message }) => KEY_CODES.has(code) && /kms/i.test(message),
    call,
  );
}

async function renaming<Result>(
  code: ErrorCode,
  isMeant: (error: AppError) => boolean,
  call: () => Promise<Result>,
): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof AppError) || !isMeant(error)) throw error;
    throw new AppError(code, error.message, { cause: error });
  }
}
