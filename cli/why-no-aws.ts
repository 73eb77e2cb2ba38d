import { AppError } from '../core/model/errors.ts';

/** What AWS's services call credentials that they do not take: each protocol has its own names. */
const REFUSED = [
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'InvalidToken',
  'SignatureDoesNotMatch',
  'InvalidSignatureException',
  'UnrecognizedClientException',
];

/**
 * Why AWS was not reached at all, if a call failed of that and not of what it asked: the login, or AWS_ENDPOINT_URL. The
 * advice for what AWS refuses does not help there. Undefined for anything else.
 */
export function whyNoAws(error: unknown): AppError | undefined {
  if (!(error instanceof AppError && error.cause instanceof Error)) return undefined;
  const sdk: Error & { readonly code?: unknown } = error.cause;
  if (error.code === 'NoCredentials' || error.code === 'NotRunning') return undefined;
  if (sdk.name === 'CredentialsProviderError')
    return new AppError('NoCredentials', 'no AWS credentials were found', { cause: error });
  if (REFUSED.includes(sdk.name))
    return new AppError('NoCredentials', `AWS rejects the credentials: ${error.message}`, {
      cause: error,
    });
  return whyNoEndpoint(sdk, error);
}

function whyNoEndpoint(sdk: Error & { readonly code?: unknown }, cause: AppError): AppError | undefined {
  const { AWS_ENDPOINT_URL: endpoint } = process.env;
  if (!endpoint || !/^(?:AwsUnavailable|RefusedByAws)$/.test(cause.code)) return undefined;
  if (!URL.canParse(endpoint))
    return new AppError(
      'BadInput',
      `AWS_ENDPOINT_URL '${endpoint}' is not a URL; write http://host:port, or unset it to use AWS itself`,
      { cause },
    );
  if (sdk.code !== 'ECONNREFUSED') return undefined;
  return new AppError(
    'NotRunning',
    `nothing answers at ${endpoint}, which AWS_ENDPOINT_URL names; unset it to use AWS itself`,
    { cause },
  );
}
