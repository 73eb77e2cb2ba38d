import { createHash } from 'node:crypto';
import { vaultKeys } from '../../../core/model/keys.ts';
import { RELEASE_TAG } from '../../../core/model/tags.ts';
import type { UnreportedAttack } from './attack.ts';
import { writeMarker } from './in-landing.ts';
import { bytesOf, edit, erase, overwrite, pointOf, recordOf, tag } from './in-vault.ts';

/** What no part of Redrill reports within a day. Each is named in docs/guarantees.md, and its test fails when something reports it. */
export const UNREPORTED_ATTACKS: readonly UnreportedAttack[] = [
  {
    name: 'the newest record and the digest that binds it are replaced by a consistent pair',
    attack: async (target) => {
      const record = JSON.parse((await bytesOf(target, recordOf(target))).toString());
      const topology = { ...record.topology, nodeType: 'cache.r7g.16xlarge' };
      const forged = JSON.stringify({ ...record, topology });
      const sha256 = createHash('sha256').update(forged).digest('hex');
      await edit<object>(target, vaultKeys.recordDigest(pointOf(target)), (bound) => ({ ...bound, sha256 }));
      await overwrite(target, recordOf(target), forged);
    },
    effect:
      'A restore uses the forged record. S3 keeps the first versions of both objects until their lock ends.',
    guaranteesSay: 'an adversary who can write both a record and the digest that binds it',
  },
  {
    name: 'an older recovery point that was not released is tagged as released',
    attack: (target) => tag(target, recordOf(target, 2), { [RELEASE_TAG.key]: RELEASE_TAG.value }),
    effect:
      'S3 expires it when the days of its tier are over. The watch checks only the newest ones, which the plan keeps in any case.',
    guaranteesSay: 'a release tag on an older recovery point',
  },
  {
    name: 'a recovery point that was released is deleted for good before its days are over',
    attack: async (target) => {
      const { slot } = pointOf(target, 2);
      const released = (entry: object) => ({ ...entry, releasedThrough: slot });
      await edit<object>(target, vaultKeys.registry(target.cache), released);
      await erase(target, vaultKeys.point(pointOf(target, 2)));
    },
    effect:
      'The vault still holds as many newer verified ones as the plan requires, and the watch checks those.',
    guaranteesSay: 'a released recovery point that is deleted for good before its days are over',
  },
  {
    name: 'the registry entry is edited to say that a person has forgotten the cache',
    attack: (target) =>
      edit<object>(target, vaultKeys.registry(target.cache), (entry) => ({
        ...entry,
        forgotten: { by: 'somebody', at: new Date(target.world.now).toISOString(), why: 'no reason' },
      })),
    effect:
      'From the next ingest of the cache on, Redrill watches it again. If there are no further backups either, nothing reports that.',
    guaranteesSay: 'a registry entry that is edited and still fits its contract',
  },
  {
    name: 'a marker says that the vault has verified a snapshot that it has not',
    attack: writeMarker,
    effect:
      'Redrill deletes the snapshot a day after its export instead of after 14 days. The vault’s copies are not affected.',
    guaranteesSay: 'a forged `verified/` marker',
  },
];
