import { describe, expect, it } from 'vitest';
import { nameOf, translated, translating } from '../../../adapters/aws/translate.ts';
import { AppError } from '../../../core/model/errors.ts';

/** An error as the SDK throws it. */
function sdkError(name: string, status?: number, more: object = {}): Error {
  return Object.assign(new Error('what AWS said'), {
    name,
    ...(status === undefined ? {} : { $metadata: { httpStatusCode: status } }),
    ...more,
  });
}

describe('translated', () => {
  it.each([
    ['Throttling', 400, 'AwsThrottled'],
    ['ThrottlingException', 400, 'AwsThrottled'],
    ['RequestLimitExceeded', 503, 'AwsThrottled'],
    ['SlowDown', 503, 'AwsThrottled'],
    ['TooManyRequestsException', 429, 'AwsThrottled'],
    ['Unheard', 429, 'AwsThrottled'],
    ['AccessDenied', 403, 'AccessDenied'],
    ['AccessDeniedException', 400, 'AccessDenied'],
    ['InvalidClientTokenId', 403, 'AccessDenied'],
    ['ExpiredToken', 400, 'AccessDenied'],
    ['403', 403, 'AccessDenied'],
    ['NoSuchKey', 404, 'NotFound'],
    ['NoSuchBucket', 404, 'NotFound'],
    ['SnapshotNotFoundFault', 404, 'NotFound'],
    ['InternalError', 500, 'AwsUnavailable'],
    ['InternalFailure', 500, 'AwsUnavailable'],
    ['ServiceUnavailable', 503, 'AwsUnavailable'],
    ['NotImplemented', 501, 'RefusedByAws'],
    ['RequestTimeout', 400, 'AwsUnavailable'],
    ['TimeoutError', undefined, 'AwsUnavailable'],
    ['InvalidParameterValue', 400, 'RefusedByAws'],
    ['SnapshotQuotaExceededFault', 400, 'RefusedByAws'],
    ['Error', undefined, 'RefusedByAws'],
  ])('%s with status %s is %s', (name, status, code) => {
    const error = sdkError(name, status);
    const result = translated(error, 'create snapshot s');
    expect(result).toBeInstanceOf(AppError);
    expect(result).toMatchObject({ code, name: code, cause: error });
    expect(result.message).toBe(`create snapshot s: ${name}: what AWS said`);
  });

  it.each(['ECONNRESET', 'ECONNREFUSED', 'ETIMEDOUT', 'EPIPE', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH'])(
    '%s is AwsUnavailable',
    (code) =>
      expect(translated(sdkError('Error', undefined, { code }), 'x')).toMatchObject({
        code: 'AwsUnavailable',
      }),
  );

  it('leaves what is translated already as it is', () => {
    const error = new AppError('NotFound', 'it is gone');
    expect(translated(error, 'x')).toBe(error);
  });

  it('takes what is no error at all', () => {
    expect(translated('nonsense', 'read')).toMatchObject({ code: 'RefusedByAws', message: 'read: nonsense' });
    expect(nameOf('nonsense')).toBe('');
    expect(nameOf(sdkError('NoSuchKey'))).toBe('NoSuchKey');
  });
});

describe('translating', () => {
  it('returns what the call returns', async () => expect(await translating('x', async () => 7)).toBe(7));

  it.each(['SnapshotQuotaExceededFault', 'SnapshotQuotaExceeded'])(
    'knows what %s means here',
    async (name) => {
      const cause = sdkError(name, 400);
      const known = { SnapshotQuotaExceeded: 'SnapshotBudgetSpent' } as const;
      await expect(translating('create s', () => Promise.reject(cause), known)).rejects.toMatchObject({
        code: 'SnapshotBudgetSpent',
        message: 'create s: what AWS said',
        cause,
      });
      await expect(
        translating('create s', () => Promise.reject(sdkError('Other')), known),
      ).rejects.toMatchObject({
        code: 'RefusedByAws',
      });
      await expect(translating('create s', () => Promise.reject('no error'), known)).rejects.toMatchObject({
        code: 'RefusedByAws',
      });
    },
  );
});
