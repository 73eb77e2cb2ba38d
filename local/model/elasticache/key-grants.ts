import type { Kms } from '../kms.ts';
import type { Call } from '../service.ts';
import type { Context } from './context.ts';

/** What ElastiCache needs of KMS. */
export type KeyGrants = Pick<Kms, 'authorizeGrant'>;

/** "Include both ViaService names in the condition key value": which it goes under for what is not said. */
const GOES_UNDER = ['elasticache', 'dax'];

/**
 * A key of the customer's own takes a grant for each cache and for each backup while it is made, which ElastiCache makes on
 * behalf of whoever asks. How it words that KMS refuses the caller is not said: here it is IAM's own refusal.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/at-rest-encryption.html
 * @throws ServiceError `AccessDenied`, `InvalidKMSKeyFault`
 */
export function grantItself({ keys }: Context, call: Call, kmsKeyId: string | undefined): void {
  if (kmsKeyId !== undefined) keys.authorizeGrant(call, kmsKeyId, GOES_UNDER);
}
