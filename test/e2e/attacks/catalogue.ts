import { vaultKeys } from '../../../core/model/keys.ts';
import { RELEASE_TAG } from '../../../core/model/tags.ts';
import type { Attack } from './attack.ts';
import { bytesOf, digestOf, edit, hide, overwrite, pointOf, recordOf, shardOf, tag } from './in-vault.ts';

/** What a person types when the cache is lost; without --apply it makes nothing, and refuses what cannot work. */
const RESTORE = 'restore <cache>/latest --to restored --plan';

/** The same from the point before the newest, where the newest is refused because a file of it was replaced. */
const RESTORE_BEFORE = 'restore <cache>/<before> --to restored --plan';

/** Attacks on what the vault's catalogue consists of: records, shards, digests, and the registry. */
export const CATALOGUE_ATTACKS: readonly Attack[] = [
  {
    name: 'a shard of the newest recovery point is deleted',
    attack: (target) => hide(target, shardOf(target)),
    tells: { alerts: ['RecoveryPointLost'], heartbeat: 'fail', status: ['RecoveryPointBroken'] },
    withinMinutes: 15,
    stillWorks: ['points <cache>', RESTORE_BEFORE],
  },
  {
    name: 'a shard of the newest recovery point is overwritten with bytes of the same length',
    attack: async (target) => {
      const bytes = await bytesOf(target, shardOf(target));
      bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 1, bytes.length >> 1);
      await overwrite(target, shardOf(target), bytes);
    },
    tells: { alerts: ['RecoveryPointLost'], heartbeat: 'fail', status: ['RecoveryPointBroken'] },
    withinMinutes: 15,
    stillWorks: [RESTORE_BEFORE],
  },
  {
    name: 'two shards of the newest recovery point are swapped',
    attack: async (target) => {
      const [one, two] = [
        await bytesOf(target, shardOf(target, 1)),
        await bytesOf(target, shardOf(target, 2)),
      ];
      await overwrite(target, shardOf(target, 1), two);
      await overwrite(target, shardOf(target, 2), one);
    },
    tells: { alerts: ['RecoveryPointLost'], heartbeat: 'fail', status: ['RecoveryPointBroken'] },
    withinMinutes: 15,
    stillWorks: [RESTORE_BEFORE],
  },
  {
    name: 'a digest of the newest recovery point is deleted',
    attack: (target) => hide(target, digestOf(target)),
    tells: { alerts: ['RecoveryPointLost'], heartbeat: 'fail', status: ['RecoveryPointBroken'] },
    withinMinutes: 15,
    stillWorks: ['verify <cache>/<slot>', RESTORE_BEFORE],
  },
  {
    name: 'a digest of the newest recovery point is altered, and keeps its length',
    attack: async (target) => {
      const bytes = await bytesOf(target, digestOf(target));
      bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
      await overwrite(target, digestOf(target), bytes);
    },
    tells: { alerts: ['RecoveryPointLost'], heartbeat: 'fail', status: ['RecoveryPointBroken'] },
    withinMinutes: 15,
    stillWorks: ['verify <cache>/<slot>', RESTORE_BEFORE],
  },
  {
    name: 'a shard of an older recovery point is overwritten with bytes of the same length',
    attack: async (target) =>
      overwrite(
        target,
        shardOf(target, 1, 2),
        Buffer.alloc((await bytesOf(target, shardOf(target, 1, 2))).length),
      ),
    tells: { alerts: ['RecoveryPointDamaged'] },
    withinMinutes: 15,
    stillWorks: [RESTORE],
  },
  {
    name: 'every object of an older recovery point is deleted',
    attack: async (target) => {
      for (const shard of [1, 2]) {
        await hide(target, shardOf(target, shard, 2));
        await hide(target, digestOf(target, shard, 2));
        await hide(target, vaultKeys.finding(pointOf(target, 2), shard));
      }
      await hide(target, recordOf(target, 2));
      await hide(target, vaultKeys.recordDigest(pointOf(target, 2)));
    },
    tells: { alerts: ['RecoveryPointDamaged'] },
    withinMinutes: 15,
    stillWorks: ['points <cache>', RESTORE],
  },
  {
    name: 'the record of the newest recovery point is overwritten with something that is not JSON',
    attack: (target) => overwrite(target, recordOf(target), 'gone'),
    tells: { alerts: ['RecordUnreadable'], heartbeat: 'fail', status: ['RecoveryPointBroken'] },
    withinMinutes: 15,
    stillWorks: ['points <cache>', 'verify <cache>/latest', RESTORE],
  },
  {
    name: 'the record of the newest recovery point is emptied',
    attack: (target) => overwrite(target, recordOf(target), '{}'),
    tells: { alerts: ['RecordUnreadable'], heartbeat: 'fail', status: ['RecoveryPointBroken'] },
    withinMinutes: 15,
    stillWorks: ['points <cache>', RESTORE],
  },
  {
    name: 'the record of the newest recovery point is deleted',
    attack: (target) => hide(target, recordOf(target)),
    tells: { alerts: ['RecoveryPointLost'], heartbeat: 'fail', status: ['RecoveryPointBroken'] },
    withinMinutes: 15,
    stillWorks: ['points <cache>', RESTORE],
  },
  {
    name: 'the record of an old recovery point is overwritten with something that is not JSON',
    attack: (target) => overwrite(target, recordOf(target, 2), 'gone'),
    tells: { alerts: ['RecordUnreadable'], status: ['RecordUnreadable'] },
    withinMinutes: 15,
    stillWorks: ['points <cache>', 'verify <cache>/latest', RESTORE],
  },
  {
    name: 'the totals of the newest record are changed',
    attack: (target) =>
      edit<{ totals: { keys: number } }>(target, recordOf(target), (record) => ({
        ...record,
        totals: { ...record.totals, keys: record.totals.keys + 1 },
      })),
    tells: { alerts: ['RecordUnreadable'], heartbeat: 'fail', status: ['RecoveryPointBroken'] },
    withinMinutes: 15,
    stillWorks: ['points <cache>', RESTORE],
  },
  {
    name: 'the topology in the newest record is changed, and the record stays consistent',
    attack: (target) =>
      edit<{ topology: object }>(target, recordOf(target), (record) => ({
        ...record,
        topology: { ...record.topology, nodeType: 'cache.r7g.16xlarge' },
      })),
    tells: { alerts: ['RecordUnreadable'], heartbeat: 'fail', status: ['RecoveryPointBroken'] },
    withinMinutes: 15,
    stillWorks: ['points <cache>', RESTORE],
  },
  {
    name: 'the newest record is overwritten with the record of the point before it',
    attack: async (target) => overwrite(target, recordOf(target), await bytesOf(target, recordOf(target, 1))),
    tells: { alerts: ['RecordUnreadable'], heartbeat: 'fail', status: ['RecoveryPointBroken'] },
    withinMinutes: 15,
    stillWorks: ['points <cache>', RESTORE],
  },
  {
    name: 'the digest file of the newest record (`recovery-point.digest.json`) is deleted',
    attack: (target) => hide(target, vaultKeys.recordDigest(pointOf(target))),
    tells: { alerts: ['RecoveryPointLost'], heartbeat: 'fail', status: ['RecoveryPointBroken'] },
    withinMinutes: 15,
    stillWorks: ['points <cache>', RESTORE],
  },
  {
    name: 'the newest recovery points are tagged as released, so that S3 may expire them',
    attack: async (target) => {
      for (const older of [0, 1])
        await tag(target, recordOf(target, older), { [RELEASE_TAG.key]: RELEASE_TAG.value });
    },
    tells: { alerts: ['ReleaseTagged'], status: ['ReleaseTagged'] },
    withinMinutes: 15,
    stillWorks: ['show <cache>/latest', 'hold <cache>/latest --why tagged'],
  },
  {
    name: 'the registry entry is deleted',
    attack: (target) => hide(target, vaultKeys.registry(target.cache)),
    tells: { alerts: ['RegistryEntryMissing'], status: ['RegistryEntryMissing'] },
    withinMinutes: 15,
    stillWorks: ['points <cache>', 'verify <cache>/latest', RESTORE, 'rebuild <cache> --apply'],
  },
  {
    name: 'the registry entry is overwritten with something that is not JSON',
    attack: (target) => overwrite(target, vaultKeys.registry(target.cache), 'gone'),
    tells: { alerts: ['RegistryEntryMissing'], status: ['RegistryEntryMissing'] },
    withinMinutes: 15,
    stillWorks: ['points <cache>', RESTORE, 'rebuild <cache> --apply'],
  },
  {
    name: 'the registry entry is overwritten with the entry of another cache',
    attack: async (target) =>
      overwrite(target, vaultKeys.registry(target.cache), await bytesOf(target, vaultKeys.registry('seed'))),
    tells: { alerts: ['RegistryEntryMissing'], status: ['RegistryEntryMissing'] },
    withinMinutes: 15,
    stillWorks: ['points <cache>', RESTORE, 'rebuild <cache> --apply'],
  },
];
