import { userInfo } from 'node:os';
import { AwsClock } from '../adapters/aws/aws-clock.ts';
import { bucketsNamed } from '../adapters/aws/buckets.ts';
import { type Caller, caller } from '../adapters/aws/caller.ts';
import { objectStore } from '../adapters/aws/object-store.ts';
import { loadConfig } from '../adapters/files/config-file.ts';
import { regionOfBucket } from '../core/contracts/bucket-names.ts';
import type { Config } from '../core/contracts/config.ts';
import type { RegistryEntry } from '../core/contracts/recovery-point.ts';
import { resourceNames } from '../core/contracts/resources.ts';
import { planNames } from '../core/contracts/servers.ts';
import { AppError } from '../core/model/errors.ts';
import type { Now } from '../core/ports.ts';
import { Catalogue } from '../vault/catalogue.ts';
import { registryMissing } from '../vault/registry.ts';
import { nearest } from './nearest.ts';
import { whyNoAws } from './why-no-aws.ts';

/** What every command about the vault takes. */
export interface VaultOptions {
  /** The file that was deployed. @default that of the current folder */
  readonly config?: string;
}

/** The vault of a configuration, with the credentials that the AWS CLI would use. */
export interface Vault {
  readonly config: Config;
  /** That holds the vault. */
  readonly account: string;
  /** That holds the caches. */
  readonly sourceAccount: string;
  readonly catalogue: Catalogue;
  /** Who is asking, to be written down beside a decision: the caller's ARN and the name on this machine. */
  readonly person: string;
  /** The instant of now, as AWS has it. */
  readonly now: Now;
  /** What tells it; kept right by the answers of the clients that it is given. */
  readonly clock: AwsClock;
}

/** @throws AppError `BadConfig`, `NoVault`, and what AWS refuses with */
export async function openVault({ config: file }: VaultOptions): Promise<Vault> {
  const config = await loadConfig(file);
  const clock = new AwsClock();
  const who = await signedIn(config.vault.region, clock).catch((error) => namingRegion(error, config));
  const sourceAccount = config.account ?? who.account;
  const account = config.vault.account ?? sourceAccount;
  const bucket = resourceNames.vaultBucket(account, config);
  const catalogue = new Catalogue(objectStore({ bucket, region: config.vault.region, clock }));
  const person = `${userInfo().username} (${who.arn})`;
  return { config, account, sourceAccount, catalogue, person, now: clock.now, clock };
}

/**
 * The registry entry of a cache; where it is lost, as the cache's points have it, and a line to people that says so.
 * @throws AppError `NoRecoveryPoint`, `UnknownCache` that names the nearest one, `NoVault`
 */
export async function registered(vault: Vault, cache: string): Promise<RegistryEntry> {
  const found = await inVault(vault, ({ catalogue }) => catalogue.knownCache(cache));
  if (found?.lost !== undefined)
    console.error(
      `The registry entry of ${cache} cannot be used (${found.lost}); the command uses its recovery points. Rebuild the entry with: npx redrill rebuild ${cache}`,
    );
  if (found?.entry !== undefined) return found.entry;
  if (found?.lost !== undefined) throw registryMissing(cache, found.lost);
  if (Object.hasOwn(planNames(vault.config), cache))
    throw new AppError(
      'NoRecoveryPoint',
      `the vault has nothing of ${cache} yet; to back it up now: npx redrill backup ${cache}`,
    );
  const names = await vault.catalogue.registeredNames();
  throw new AppError('UnknownCache', `the vault knows no cache '${cache}'${nearest(cache, names)}`);
}

/** Reads in the vault. @throws AppError `NoVault` if there is none, with where there is one */
export async function inVault<Result>(
  vault: Vault,
  read: (vault: Vault) => Promise<Result>,
): Promise<Result> {
  try {
    return await read(vault);
  } catch (cause) {
    if (!(cause instanceof AppError && cause.code === 'NotFound')) return namingRegion(cause, vault.config);
    const { bucket } = vault.catalogue.vault;
    throw new AppError('NoVault', `there is no vault ${bucket}${await elsewhere(vault)}`, { cause });
  }
}

/** A vault that does not answer is told by its region: the person may not know that it is down. */
function namingRegion(cause: unknown, { vault: { region } }: Config): never {
  if (!(cause instanceof AppError && cause.code === 'AwsUnavailable')) throw cause;
  throw new AppError('AwsUnavailable', `the vault region ${region} does not answer: ${cause.message}`, {
    cause,
  });
}

/** Where the account has a vault, as far as the caller may know. */
async function elsewhere({ config, account }: Vault): Promise<string> {
  const found = await bucketsNamed(`redrill-vault-${account}-`, config.vault.region).catch(() => []);
  const regions = found.flatMap((name) => regionOfBucket(name) ?? []);
  return regions.length === 0 ? '' : `; account ${account} has one in ${regions.join(', ')}`;
}

async function signedIn(region: string, clock: AwsClock): Promise<Caller> {
  try {
    return await caller(region, clock);
  } catch (cause) {
    const sdk = cause instanceof AppError && cause.cause instanceof Error ? cause.cause : cause;
    const unreached = whyNoAws(cause);
    if (unreached !== undefined) throw unreached;
    if (cause instanceof AppError && cause.code === 'AccessDenied')
      throw new AppError('NoCredentials', `AWS rejects the credentials: ${cause.message}`, { cause });
    if (sdk instanceof Error && 'code' in sdk && sdk.code === 'ENOTFOUND')
      throw new AppError(
        'NoVault',
        `AWS cannot be found in '${region}': either it is not a region, or there is no network (${sdk.message})`,
        {
          cause,
        },
      );
    throw cause;
  }
}
