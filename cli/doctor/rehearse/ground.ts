import { ElastiCacheClient } from '@aws-sdk/client-elasticache';
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
  const { config, account, sourceAccount } = vault;
  const { source } = config;
  const sourceSide = { region: source.region, account: sourceAccount };
  const vaultSide = { region: config.vault.region, account };
  return {
    vault,
    slot,
    landing: objectStore({
      bucket: resourceNames.landingBucket(sourceAccount, config),
      region: source.region,
    }),
    staging: objectStore({
      bucket: resourceNames.stagingBucket(account, config),
      region: config.vault.region,
    }),
    source: {
      ...restoreElastiCache(source.region),
      snapshots: sourceElastiCache(source.region),
      deleteCache: drillElastiCache(clientOf(source.region)).deleteCluster,
    },
    drills: drillElastiCache(clientOf(config.vault.region)),
    machine: (workflow: Workflow): Machine =>
      machineOf(workflow, workflow === 'backup' ? sourceSide : vaultSide),
  };
}

const clientOf = (region: string) => new ElastiCacheClient({ ...CLIENT_OPTIONS, region });
