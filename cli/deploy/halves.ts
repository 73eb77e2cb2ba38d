import { caller } from '../../adapters/aws/caller.ts';
import { AppError } from '../../core/model/errors.ts';
import { SOURCE_STACK, VAULT_STACK } from '../../lib/app.ts';
import type { Vault } from '../vault.ts';

/** One of the two stacks, and where it is deployed. */
export interface Half {
  readonly half: 'source' | 'vault';
  readonly stack: string;
  readonly account: string;
  readonly region: string;
}

export interface Halves {
  /** Account of the credentials. */
  readonly account: string;
  /** Those of this account, in the order in which they are deployed. */
  readonly own: readonly Half[];
  /** Those that need other credentials. */
  readonly others: readonly Half[];
}

/** @throws AppError `NoCredentials` if the configuration names other accounts only */
export async function halvesOf({ config, account, sourceAccount, clock }: Vault): Promise<Halves> {
  const all: readonly Half[] = [
    { half: 'source', stack: SOURCE_STACK, account: sourceAccount, region: config.source.region },
    { half: 'vault', stack: VAULT_STACK, account, region: config.vault.region },
  ];
  const who = await caller(config.vault.region, clock);
  const own = all.filter((each) => each.account === who.account);
  const others = all.filter((each) => each.account !== who.account);
  if (own.length > 0) return { account: who.account, own, others };
  const named = [...new Set(all.map((each) => each.account))].join(' and ');
  throw new AppError(
    'NoCredentials',
    `the credentials are of account ${who.account}, but the configuration names ${named}; nothing was deployed`,
  );
}

/** What deploys a stack of another account. */
export const commandFor = ({ account }: Half): string =>
  `AWS_PROFILE=<profile of account ${account}> npx redrill deploy`;
