import type { Caller } from '../../../adapters/aws/caller.ts';
import { AppError } from '../../../core/model/errors.ts';
import type { Vault } from '../../vault.ts';

/**
 * A rehearsal creates a cache beside the source and starts workflows beside the vault, which one set of credentials can do in
 * one account only.
 * @throws AppError `BadInput`, before anything is made
 */
export function refuseOtherAccounts(
  { account, sourceAccount }: Pick<Vault, 'account' | 'sourceAccount'>,
  who: Pick<Caller, 'account'>,
): void {
  if (account !== sourceAccount)
    throw new AppError(
      'BadInput',
      `a rehearsal needs the caches and the vault in one account, and the configuration has the caches in ${sourceAccount} and the vault in ${account}: its credentials create resources in one account only. Rehearse with --config <file> of a deployment in one account; here, run npx redrill backup <cache> --no-follow with credentials of ${sourceAccount}, then npx redrill drill <cache> with those of ${account}`,
    );
  if (who.account !== account)
    throw new AppError(
      'BadInput',
      `the credentials are of account ${who.account}, and the configuration has Redrill in ${account}: set AWS_PROFILE to a profile of ${account}, or correct account in the configuration`,
    );
}
