import { vaultKeys } from '../../../core/model/keys.ts';
import type { Attack } from './attack.ts';
import { bytesOf, digestOf, erase, overwrite, pointOf, recordOf, shardOf } from './in-vault.ts';

const RESTORE = 'restore <cache>/latest --to restored --plan';
const RESTORE_BEFORE = 'restore <cache>/<before> --to restored --plan';
/** Every record is read twice a day. */
const FULL_READING_MINUTES = 12 * 60;

/**
 * What is deleted for good, so that no version and no delete marker is left to find it by. The bucket policy lets one role do
 * it, for as long as the policy stands.
 */
export const ERASED_ATTACKS: readonly Attack[] = [
  {
    name: 'the newest recovery point is deleted for good, with every version of its objects',
    attack: (target) => erase(target, vaultKeys.point(pointOf(target))),
    tells: { alerts: ['RecoveryPointLost'], heartbeat: 'fail', status: ['RecoveryPointBroken'] },
    withinMinutes: 15,
    stillWorks: [RESTORE_BEFORE],
  },
  {
    name: 'a shard of the newest recovery point is deleted for good',
    attack: (target) => erase(target, shardOf(target)),
    tells: { alerts: ['RecoveryPointLost'], heartbeat: 'fail', status: ['RecoveryPointBroken'] },
    withinMinutes: 15,
    stillWorks: [RESTORE_BEFORE],
  },
  {
    name: 'an older recovery point that was not released is deleted for good, with every version of its objects',
    attack: (target) => erase(target, vaultKeys.point(pointOf(target, 2))),
    tells: { alerts: ['RecoveryPointDamaged'] },
    withinMinutes: 15,
    stillWorks: [RESTORE],
  },
  {
    name: 'the record of an older recovery point that was not released is deleted for good',
    attack: (target) => erase(target, recordOf(target, 2)),
    tells: { alerts: ['RecoveryPointDamaged'] },
    withinMinutes: 15,
    stillWorks: [RESTORE],
  },
  {
    name: 'the registry entry is deleted for good',
    attack: (target) => erase(target, vaultKeys.registry(target.cache)),
    tells: { alerts: ['RegistryEntryMissing'], status: ['RegistryEntryMissing'] },
    withinMinutes: 15,
    stillWorks: [RESTORE, 'rebuild <cache> --apply'],
  },
  {
    name: 'a digest of an older recovery point is deleted for good',
    attack: (target) => erase(target, digestOf(target, 1, 2)),
    tells: { alerts: ['RecoveryPointDamaged'] },
    withinMinutes: FULL_READING_MINUTES,
    stillWorks: [RESTORE],
  },
  {
    name: 'the digest file of an older record is deleted for good',
    attack: (target) => erase(target, vaultKeys.recordDigest(pointOf(target, 2))),
    tells: { alerts: ['RecoveryPointDamaged'] },
    withinMinutes: FULL_READING_MINUTES,
    stillWorks: [RESTORE],
  },
  {
    name: 'a shard of an older recovery point is replaced, and the version that was verified is deleted for good',
    attack: async (target) => {
      const key = shardOf(target, 1, 2);
      await overwrite(target, key, Buffer.alloc((await bytesOf(target, key)).length));
      await erase(target, key, 'older');
    },
    tells: { alerts: ['RecoveryPointDamaged'] },
    withinMinutes: FULL_READING_MINUTES,
    stillWorks: [RESTORE],
  },
  {
    name: 'an older record is replaced by one with another number of keys, and its first version is deleted for good',
    attack: async (target) => {
      const key = recordOf(target, 2);
      const record = JSON.parse((await bytesOf(target, key)).toString());
      await overwrite(target, key, JSON.stringify({ ...record, totals: { ...record.totals, keys: 1 } }));
      await erase(target, key, 'older');
    },
    tells: { alerts: ['RecordUnreadable'] },
    withinMinutes: FULL_READING_MINUTES,
    stillWorks: [RESTORE],
  },
];
