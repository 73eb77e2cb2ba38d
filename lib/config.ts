import type { Config } from '../core/contracts/config.ts';
import { AppError } from '../core/model/errors.ts';

/** The accounts of the two stacks; undefined is the account of whoever deploys. */
export interface Accounts {
  readonly source: string | undefined;
  readonly vault: string | undefined;
}

/**
 * @param deployer the account of the credentials that deploy, if the CDK knows it
 * @throws AppError `BadConfig` if the vault lies in an account of its own and the source's is not known: policies on
 * both sides of the border name the other side's account
 */
export function accountsOf(config: Config, deployer: string | undefined): Accounts {
  const source = config.account ?? deployer;
  const vault = config.vault.account ?? source;
  if (vault !== undefined && source === undefined) {
    throw new AppError(
      'BadConfig',
      `vault.account is '${vault}', and the source's account is not known; set account in the configuration`,
    );
  }
  return { source, vault };
}

/** Whether both stacks are in one account. */
export const hasOneAccount = ({ source, vault }: Accounts): boolean =>
  vault === undefined || vault === source;
