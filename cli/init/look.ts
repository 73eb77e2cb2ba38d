import { AwsClock } from '../../adapters/aws/aws-clock.ts';
import { caller } from '../../adapters/aws/caller.ts';
import { listedCaches } from '../../adapters/aws/listed-caches.ts';
import type { ListedCache } from '../../core/init/listed-cache.ts';
import { AppError } from '../../core/model/errors.ts';
import { whyNoAws } from '../why-no-aws.ts';

/** What could be read of the account, or why it could not. */
export type Looked =
  | { readonly caches: readonly ListedCache[]; readonly whyNot?: undefined }
  | { readonly caches?: undefined; readonly whyNot: string };

/** The account of the credentials; undefined if AWS does not say. */
export async function signedInAccount(region: string): Promise<string | undefined> {
  const who = await caller(region, new AwsClock()).catch(orNothing);
  return who?.account;
}

/** The caches of a region, as far as the credentials reach: `redrill init` also works without any. */
export async function lookAtCaches(region: string): Promise<Looked> {
  try {
    return { caches: await listedCaches(region) };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { whyNot: reasonOf(error) };
  }
}

function reasonOf(error: AppError): string {
  if (error.code === 'AccessDenied' && whyNoAws(error) === undefined)
    return 'the credentials may not call elasticache:DescribeReplicationGroups, DescribeCacheClusters and DescribeServerlessCaches';
  return (whyNoAws(error) ?? error).message;
}

function orNothing(error: unknown): undefined {
  if (!(error instanceof AppError)) throw error;
}
