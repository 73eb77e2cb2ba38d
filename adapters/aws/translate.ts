import { AppError, type ErrorCode } from '../../core/model/errors.ts';

const THROTTLES = new Set([
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'TooManyRequestsException',
  'SlowDown',
  'PriorRequestNotComplete',
]);
const DENIALS = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'UnauthorizedOperation',
  'InvalidClientTokenId',
  'ExpiredToken',
]);
const CONNECTION_ERRORS = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'ETIMEDOUT',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** S3 answers a slow upload with status 400 and this name; the SDK's own timeouts have no status. */
const TIMEOUTS = new Set(['TimeoutError', 'RequestTimeout', 'RequestTimeoutException']);

interface SdkError {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/**
 * The SDK's name of an error, the same for modelled and unmodelled ones. ElastiCache's API reference ends every name in
 * `Fault`, and not every code on the wire does; so that both forms are recognised, the ending is dropped.
 */
export function nameOf(error: unknown): string {
  return isSdkError(error) ? error.name.replace(/Fault$/, '') : '';
}

/** Turns what the SDK throws into an error of the registry, once, at the edge. `what` says what was being done. */
export function translated(error: unknown, what: string): AppError {
  if (error instanceof AppError) return error;
  if (!isSdkError(error)) return new AppError('RefusedByAws', `${what}: ${String(error)}`, { cause: error });
  return new AppError(codeOf(error), `${what}: ${error.name}: ${error.message}`, { cause: error });
}

/** Runs one call; `known` maps names that mean something particular here. */
export async function translating<Result>(
  what: string,
  call: () => Promise<Result>,
  known: Readonly<Record<string, ErrorCode>> = {},
): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    const code = known[nameOf(error)];
    if (code !== undefined && isSdkError(error))
      throw new AppError(code, `${what}: ${error.message}`, { cause: error });
    throw translated(error, what);
  }
}

function codeOf(error: SdkError): ErrorCode {
  const status = error.$metadata?.httpStatusCode ?? 0;
  if (THROTTLES.has(error.name) || status === 429) return 'AwsThrottled';
  if (DENIALS.has(error.name) || status === 403) return 'AccessDenied';
  if (status === 404) return 'NotFound';
  if (status >= 500 && status !== 501) return 'AwsUnavailable';
  if (TIMEOUTS.has(error.name) || CONNECTION_ERRORS.has(error.code ?? '')) return 'AwsUnavailable';
  return 'RefusedByAws';
}

function isSdkError(error: unknown): error is SdkError {
  return error instanceof Error;
}
