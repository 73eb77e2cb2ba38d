import { generatedUuid } from '../../cloudformation/generated-name.ts';
import { type Call, NotModelledError, ServiceError } from '../service.ts';
import type { Bucket } from './bucket.ts';
import type { Encryption } from './object.ts';
import { invalidArgument } from './s3-error.ts';

/** What S3 asks of KMS before it touches an SSE-KMS object. Throws a ServiceError when the key's policy says no. */
export interface KmsAuthority {
  authorizeUse(call: Call, keyId: string, action: 'kms:GenerateDataKey' | 'kms:Decrypt'): void;
}

export interface EncryptionInput {
  readonly ServerSideEncryption?: string;
  readonly SSEKMSKeyId?: string;
  readonly BucketKeyEnabled?: boolean;
}

/** Members of an upload's input that {@link requestedEncryption} reads. */
export const ENCRYPTION_MEMBERS = ['ServerSideEncryption', 'SSEKMSKeyId', 'BucketKeyEnabled'] as const;

/** What the request asks for, or else the bucket's default: every object is encrypted with something. */
export function requestedEncryption(bucket: Bucket, input: EncryptionInput): Encryption {
  const byDefault = bucket.configuration.encryption;
  const algorithm = input.ServerSideEncryption ?? byDefault.algorithm;
  if (algorithm === 'AES256') {
    if (input.SSEKMSKeyId !== undefined)
      throw invalidArgument(
        'Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms',
        'x-amz-server-side-encryption',
        algorithm,
      );
    return { algorithm };
  }
  if (algorithm !== 'aws:kms') throw new NotModelledError(`the server-side encryption ${algorithm}`);
  const keyId = input.SSEKMSKeyId ?? byDefault.keyId;
  const bucketKeyEnabled = input.BucketKeyEnabled ?? byDefault.bucketKeyEnabled;
  if (keyId === undefined) return { algorithm, ...managedKeyOf(bucket), bucketKeyEnabled };
  return { algorithm, keyId, bucketKeyEnabled };
}

/** The key `aws/s3` of the bucket's account. */
function managedKeyOf({ account, region }: Bucket): { readonly keyId: string; readonly managedFor: string } {
  const id = generatedUuid({ name: 'aws/s3', account, region }, '');
  return { keyId: `arn:aws:kms:${region}:${account}:key/${id}`, managedFor: account };
}

/** Conditions `s3:x-amz-server-side-encryption…`: what the request's headers say, not the bucket's default. */
export function encryptionConditions(input: EncryptionInput): Record<string, string | undefined> {
  return {
    's3:x-amz-server-side-encryption': input.ServerSideEncryption,
    's3:x-amz-server-side-encryption-aws-kms-key-id': input.SSEKMSKeyId,
  };
}

/** Output members that name an object's encryption. */
export function encryptionOutput(encryption: Encryption): object {
  if (encryption.algorithm === 'AES256') return { ServerSideEncryption: 'AES256' };
  return {
    ServerSideEncryption: 'aws:kms',
    SSEKMSKeyId: encryption.keyId,
    ...(encryption.bucketKeyEnabled ? { BucketKeyEnabled: true } : {}),
  };
}

/**
 * Puts the use of an object's key to KMS; nothing to ask of SSE-S3. The policy of the AWS managed key admits everybody of its
 * account who comes through S3, and nobody else.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html (AWS managed keys)
 */
export function authorizeKey(
  kms: KmsAuthority,
  call: Call,
  use: { readonly encryption: Encryption; readonly action: 'kms:GenerateDataKey' | 'kms:Decrypt' },
): void {
  if (use.encryption.algorithm !== 'aws:kms') return;
  const { keyId, managedFor } = use.encryption;
  if (managedFor === undefined) kms.authorizeUse(call, keyId, use.action);
  else if (managedFor !== call.principal.account)
    throw new ServiceError(
      'AccessDenied',
      `not authorized to perform: ${use.action} on resource: ${keyId}`,
      403,
    );
}
