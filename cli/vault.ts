import { userInfo } from 'node:os';
import { type Caller, caller } from '../adapters/aws/caller.ts';
import { objectStore } from '../adapters/aws/object-store.ts';
import { Catalogue } from '../adapters/catalogue.ts';
import { loadConfig } from '../adapters/config-file.ts';
import type { Config } from '../core/contracts/config.ts';
import type { RegistryEntry } from '../core/contracts/recovery-point.ts';
import { resourceNames } from '../core/contracts/resources.ts';
import { AppError } from '../core/model/errors.ts';
import { nearest } from './nearest.ts';

/** What every command about the vault takes. */
export interface VaultOptions {
  /** The file that was deployed. */
  readonly config: string;
}

/** The vault of a configuration, with the credentials that the AWS CLI would use. */
export interface Vault {
  readonly config: Config;
  readonly account: string;
  readonly catalogue: Catalogue;
  /** Who is asking, to be written down beside a decision: the caller's ARN and the name on this machine. */
  readonly person: string;
}

/** @throws AppError `BadConfig`, `NoVault`, and what AWS refuses with */
export async function openVault({ config: file }: VaultOptions): Promise<Vault> {
  const config = await loadConfig(file);
  const who = await signedIn(config.vault.region);
  const account = config.vault.account ?? config.account ?? who.account;
  const bucket = resourceNames.vaultBucket(account, config);
  const catalogue = new Catalogue(objectStore({ bucket, region: config.vault.region }));
  return { config, account, catalogue, person: `${userInfo().username} (${who.arn})` };
}

/** The registry entry of a cache. @throws AppError `UnknownCache` that names the nearest one, `NoVault` */
export async function registered({ catalogue }: Vault, cache: string): Promise<RegistryEntry> {
  const entries = await catalogue.registered().catch((cause) => {
    throw cause instanceof AppError && cause.code === 'NotFound'
      ? new AppError('NoVault', `there is no vault ${catalogue.vault.bucket}`, { cause })
      : cause;
  });
  const found = entries.find((entry) => entry.cache === cache);
  if (found !== undefined) return found;
  const names = entries.map((entry) => entry.cache);
  throw new AppError('UnknownCache', `the vault knows no cache '${cache}'${nearest(cache, names)}`);
}

async function signedIn(region: string): Promise<Caller> {
  try {
    return await caller(region);
  } catch (cause) {
    const sdk = cause instanceof AppError && cause.cause instanceof Error ? cause.cause : cause;
    if (sdk instanceof Error && sdk.name === 'CredentialsProviderError')
      throw new AppError('NoCredentials', 'no AWS credentials were found', { cause });
    throw cause;
  }
}
