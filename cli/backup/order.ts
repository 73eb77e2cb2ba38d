import { sourceElastiCache } from '../../adapters/aws/source-elasticache.ts';
import { chooseSnapshotSource } from '../../core/backup/choose-snapshot-source.ts';
import { refuseUnlessSnapshottable } from '../../core/backup/snapshot-refusal.ts';
import { isProtected } from '../../core/contracts/plan.ts';
import { AppError } from '../../core/model/errors.ts';
import { REHEARSAL_PLAN } from '../../core/model/rehearsal.ts';
import { PLAN_TAG } from '../../core/model/tags.ts';
import { nearest } from '../nearest.ts';
import type { Vault } from '../vault.ts';

/**
 * The plan that a cache is on, as start-backups sees it, once nothing stands against a backup of it that can be seen
 * beforehand: a backup that fails for a typing mistake would wake somebody.
 *
 * @throws AppError `UnknownCache`, `UnknownPlan`, `SnapshotUnsupported`, `SourceKeyUnusable`, `SnapshotBudgetSpent`
 */
export async function planToBackUp({ config, now }: Vault, cache: string): Promise<string> {
  const { region } = config.source;
  if (Object.hasOwn(config.servers, cache))
    throw new AppError(
      'BadInput',
      `${cache} is a server of your own: its host backs it up, with: redrill ship --once`,
    );
  const elasticache = sourceElastiCache(config.source);
  const tagged = await elasticache.listTagged(PLAN_TAG);
  const plan = config.caches[cache] ?? tagged.find((each) => each.cache === cache)?.plan;
  if (plan === undefined) {
    const names = [...new Set([...Object.keys(config.caches), ...tagged.map((each) => each.cache)])].sort();
    throw new AppError(
      'UnknownCache',
      `no plan protects a cache '${cache}' in ${region}${nearest(cache, names)}`,
    );
  }
  refuseUnprotected(config, cache, plan);
  const source = await elasticache.findCache(cache);
  if (source === undefined)
    throw new AppError(
      'UnknownCache',
      `there is no cache '${cache}' in ${region}, although plan '${plan}' protects it`,
    );
  refuseUnlessSnapshottable(source, config.source.kmsKeys);
  chooseSnapshotSource(source, await elasticache.listSnapshots(source), now());
  return plan;
}

function refuseUnprotected({ plans }: Vault['config'], cache: string, name: string): void {
  const plan = plans[name];
  if (plan === undefined || name === REHEARSAL_PLAN)
    throw new AppError(
      'UnknownPlan',
      `${cache} is on plan '${name}', which the configuration does not define`,
    );
  if (!isProtected(plan))
    throw new AppError(
      'UnknownPlan',
      `${cache} is on plan '${name}', which protects nothing: ${plan.unprotected}`,
    );
}
