import type { ShardCopier } from '../../core/ports.ts';

export type Encryption = Parameters<ShardCopier['copy']>[0]['encryption'];

/** The parameters of a request to S3 that name the encryption. @param encryption undefined for the bucket's default */
export function encryptionOf(encryption: Encryption | undefined) {
  if (encryption === undefined) return {};
  if (encryption === 'sse-s3') return { ServerSideEncryption: 'AES256' as const };
  return { ServerSideEncryption: 'aws:kms' as const, SSEKMSKeyId: encryption.kmsKeyArn };
}
