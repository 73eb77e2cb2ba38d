import { sourceElastiCache } from '../../adapters/aws/source-elasticache.ts';
import { isProtected } from '../../core/contracts/plan.ts';
import type { Forgetting, RegistryEntry } from '../../core/contracts/recovery-point.ts';
import { AppError } from '../../core/model/errors.ts';
import { PLAN_TAG } from '../../core/model/tags.ts';
import { type SourceSight, whyNotForget } from '../../core/retention/decide-forget.ts';
import { type ExplainedPoint, explainPoints } from '../../core/retention/explain-points.ts';
import { planOrStrictest } from '../../core/watch/assess-rpo.ts';
import { openVault, registered, type Vault, type VaultOptions } from '../vault.ts';
import type { ForgetOutput } from './contract.ts';
import { forgottenText, watchedAgainText } from './text.ts';

interface ForgetOptions extends VaultOptions {
  readonly why?: string;
  readonly undo?: true;
  readonly evenIfItExists?: true;
  readonly json?: true;
}

/**
 * Ends the watching of a cache that is meant to be gone, or takes that back; its recovery points stay.
 * @throws AppError `StillProtected` with what to do first, `NotForgotten`, `UnknownCache`, `BadInput`
 */
export async function forget(cache: string, options: ForgetOptions): Promise<void> {
  const { why, undo, json } = options;
  if ((why === undefined) === (undo === undefined))
    throw new AppError('BadInput', "give either --why '<reason>' or --undo");
  const vault = await openVault(options);
  const before = await registered(vault, cache);
  if (why === undefined) await remember(vault, before);
  else await end(vault, before, { why, evenIfItExists: options.evenIfItExists === true });
  const entry = await registered(vault, cache);
  const points = explained(vault, entry, await vault.catalogue.points(cache));
  if (json) console.log(JSON.stringify(outputOf(entry, points), null, 2));
  else {
    const plan = planOrStrictest(vault.config, entry.plan);
    const text = entry.forgotten === undefined ? watchedAgainText : forgottenText;
    console.log(text({ entry, plan, points, bucket: vault.catalogue.vault.bucket }));
  }
}

async function remember({ catalogue }: Vault, { cache, forgotten }: RegistryEntry): Promise<void> {
  if (forgotten === undefined) throw new AppError('NotForgotten', `${cache} is not forgotten: it is watched`);
  await catalogue.forget(cache, undefined);
}

async function end(
  vault: Vault,
  { cache, forgotten }: RegistryEntry,
  { why, evenIfItExists }: { readonly why: string; readonly evenIfItExists: boolean },
): Promise<void> {
  if (forgotten !== undefined)
    throw new AppError(
      'NotForgotten',
      `${cache} was forgotten already, by ${forgotten.by}: ${forgotten.why}`,
    );
  const { config, sourceAccount: account } = vault;
  const sight = await sightOf(vault, cache);
  const refusal = whyNotForget({ cache, account, config, sight, evenIfItExists });
  if (refusal !== undefined) throw new AppError('StillProtected', refusal);
  const forgetting: Forgetting = { by: vault.person, at: vault.now().toISOString(), why };
  await vault.catalogue.forget(cache, forgetting);
}

/** A region that does not answer, or does not let the caller look, says nothing about the cache. */
async function sightOf({ config }: Vault, cache: string): Promise<SourceSight> {
  const elasticache = sourceElastiCache(config.source);
  try {
    const [found, tagged] = await Promise.all([
      elasticache.findCache(cache),
      elasticache.listTagged(PLAN_TAG),
    ]);
    return { found, taggedPlan: tagged.find((each) => each.cache === cache)?.plan };
  } catch (error) {
    if (error instanceof AppError) return { unseen: error.message };
    throw error;
  }
}

function explained(
  { config }: Vault,
  entry: RegistryEntry,
  points: Parameters<typeof explainPoints>[0],
): readonly ExplainedPoint[] {
  const plan = config.plans[entry.plan];
  return explainPoints(points, entry, plan !== undefined && isProtected(plan) ? plan : undefined);
}

function outputOf({ cache, forgotten }: RegistryEntry, points: readonly ExplainedPoint[]): ForgetOutput {
  const expiring = points.filter(({ expiresFrom }) => expiresFrom !== undefined).length;
  return {
    contract: 1,
    cache,
    forgotten: forgotten ?? null,
    points: { keptForEver: points.length - expiring, expiring },
  };
}
