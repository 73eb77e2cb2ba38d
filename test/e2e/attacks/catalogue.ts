import type { Attack } from './attack.ts';
import { hide, shardOf } from './in-vault.ts';

/** Attacks on what the vault's catalogue consists of: records, shards, digests, and the registry. */
export const CATALOGUE_ATTACKS: readonly Attack[] = [
  {
    name: 'a shard of the newest recovery point is deleted',
    attack: (target) => hide(target, shardOf(target)),
    tells: { alerts: ['RecoveryPointLost'], heartbeat: 'fail', status: ['RecoveryPointBroken'] },
    withinMinutes: 15,
    stillWorks: ['points <cache>'],
  },
];
