import type { RecoveryPoint } from '../../core/contracts/recovery-point.ts';
import type { RestoreElastiCache } from '../../core/ports.ts';
import { parameterGroupToLookAt } from '../../core/restore/parameters.ts';
import { restoredFrom } from '../../core/restore/plan-restore.ts';
import type { RegionFacts, RestoreChoices } from '../../core/restore/sheet.ts';

/** What the region to restore into has; nothing is changed. */
export async function lookAround(
  elasticache: RestoreElastiCache,
  { topology }: RecoveryPoint,
  { to, parameterGroup: chosen }: RestoreChoices,
): Promise<RegionFacts> {
  const wanted = parameterGroupToLookAt(topology, chosen);
  const [offers, parameterGroup, subnetGroups, userGroups, existing] = await Promise.all([
    elasticache.engineOffers(),
    wanted === undefined ? undefined : elasticache.parameterGroup(wanted),
    elasticache.subnetGroups(),
    elasticache.userGroups(),
    existingCluster(elasticache, to),
  ]);
  return {
    offers,
    parameterGroup,
    subnetGroups,
    userGroups,
    ...(existing === undefined ? {} : { existing }),
  };
}

async function existingCluster(
  elasticache: RestoreElastiCache,
  id: string,
): Promise<RegionFacts['existing']> {
  const found = await elasticache.findCluster(id);
  if (found === undefined) return undefined;
  return {
    status: found.status,
    restoredFrom: restoredFrom(found.description),
    ...(found.isServerless && { isServerless: true }),
  };
}
