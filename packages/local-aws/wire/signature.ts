import { ServiceError } from '../model/service.ts';

/** What a signature says of its maker. */
export interface Credential {
  readonly accessKeyId: string;
  readonly region: string;
  /** Signing name of the service. */
  readonly service: string;
}

/**
 * Reads who signed, for which region and service, from the `Authorization` header or from a presigned URL:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 *
 * The signature has to be there and is **not** checked: the local AWS knows callers by access key alone, and holds no
 * secret keys.
 *
 * @throws ServiceError `MissingAuthenticationToken` or `IncompleteSignature`
 */
export function readCredential(authorization: string | undefined, query: URLSearchParams): Credential {
  const [scope, signature] =
    authorization === undefined
      ? [query.get('X-Amz-Credential'), query.get('X-Amz-Signature')]
      : [/Credential=([^,\s]+)/.exec(authorization)?.[1], /Signature=([0-9a-f]+)/.exec(authorization)?.[1]];
  if (authorization === undefined && scope === null)
    throw new ServiceError('MissingAuthenticationToken', 'Request is missing Authentication Token', 403);
  const parts = scope?.split('/') ?? [];
  const [accessKeyId, , region, service, terminator] = parts;
  if (!accessKeyId || !region || !service || terminator !== 'aws4_request' || !signature) {
    throw new ServiceError('IncompleteSignature', `the signature is not a complete SigV4 one: ${scope}`, 400);
  }
  return { accessKeyId, region, service };
}

/** Query parameters that belong to the signature of a presigned URL, not to the operation. */
export const SIGNATURE_PARAMETERS: ReadonlySet<string> = new Set([
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Date',
  'X-Amz-Expires',
  'X-Amz-Security-Token',
  'X-Amz-Signature',
  'X-Amz-SignedHeaders',
  'X-Amz-Content-Sha256',
]);
