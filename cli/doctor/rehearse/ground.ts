import { ElastiCacheClient } from '@aws-sdk/client-elasticache';
import type { AwsClock } from '../../../adapters/aws/aws-clock.ts';
import { CLIENT_OPTIONS } from '../../../adapters/aws/client-options.ts';
import { drillElastiCache } from '../../../adapters/aws/drill-elasticache.ts';
import { objectStore } from '../../../adapters/aws/object-store.ts';
import { restoreElastiCache } from '../../../adapters/aws/restore-elasticache.ts';
import { sourceElastiCache } from '../../../adapters/aws/source-elasticache.ts';
import { resourceNames, type Workflow } from '../../../core/contracts/resources.ts';
import type { Slot } from '../../../core/model/slot.ts';
import { type Machine, machineOf } from '../../execution.ts';
import type { Vault } from '../../vault.ts';

/** Everything that a rehearsal works on, and its instant. */
export type Ground = ReturnType<typeof groundOf>;

/** @param slot names the backup, the drill and the seed of this rehearsal */
export function groundOf(vault: Vault, slot: Slot) {
  const { config, account, sourceAccount, clock } = vault;
  const { source } = config;
  const sourceSide = { region: source.region, account: sourceAccount };
  const vaultSide = { region: config.vault.region, account };
  return {
    vault,
    slot,
    landing: objectStore({
      bucket: resourceNames.landingBucket(sourceAccount, config),
      region: source.region,
      clock,
    }),
    staging: objectStore({
      bucket: resourceNames.stagingBucket(account, config),
      region: config.vault.region,
      clock,
    }),
    source: {
      ...restoreElastiCache(source.region, clock),
      snapshots: sourceElastiCache({ region: source.region }, clientOf(source.region, clock)),
      deleteCache: drillElastiCache(clientOf(source.region, clock)).deleteCluster,
    },
    drills: drillElastiCache(clientOf(config.vault.region, clock)),
    machine: (workflow: Workflow): Machine =>
      machineOf(workflow, workflow === 'backup' ? sourceSide : vaultSide),
  };
}

/** Its answers keep the clock right, by which the field notes say when each came. */
function clientOf(region: string, clock: AwsClock): ElastiCacheClient {
  const client = new ElastiCacheClient({ ...CLIENT_OPTIONS, region });
  clock.readFrom(client);
  return client;
}
