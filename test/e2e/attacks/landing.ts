import type { Attack } from './attack.ts';
import { deleteFile, replaceFile, sealExport } from './in-landing.ts';

/** A sound RDB file that holds nothing, without a checksum: version 10, end of file. */
const EMPTY_RDB = Uint8Array.from([...Buffer.from('REDIS0010'), 0xff, 0, 0, 0, 0, 0, 0, 0, 0]);

/** Attacks on what lies between the two regions, and on the cache itself. */
export const LANDING_ATTACKS: readonly Attack[] = [
  {
    name: 'a file of an export is replaced by another valid file after the export was sealed',
    attack: async (target) => {
      const [file = ''] = await sealExport(target);
      await replaceFile(target, file, EMPTY_RDB);
    },
    tells: { alerts: ['RecoveryPointCorrupt'], status: ['RecoveryPointCorrupt'] },
    withinMinutes: 30,
    stillWorks: ['verify <cache>/latest', 'points <cache>'],
  },
  {
    name: 'a file of an export is deleted after the export was sealed',
    attack: async (target) => {
      const [, file = ''] = await sealExport(target);
      await deleteFile(target, file);
    },
    tells: { alerts: ['RecoveryPointCorrupt'], status: ['RecoveryPointCorrupt'] },
    withinMinutes: 30,
    stillWorks: ['verify <cache>/latest', 'points <cache>'],
  },
  {
    name: 'the cache is emptied, and then backed up',
    attack: async (target) => void (await sealExport(target, { body: EMPTY_RDB })),
    tells: { alerts: ['RecoveryPointSuspect'], status: ['RecoveryPointSuspect'] },
    withinMinutes: 30,
    stillWorks: ['verify <cache>/latest', 'show <cache>/<slot>'],
  },
  {
    name: 'the cache is deleted, created again under its name, and then backed up',
    attack: async (target) => {
      const arn = 'arn:aws:elasticache:eu-west-1:111122223333:replicationgroup:x';
      const createdAt = new Date(target.world.now).toISOString();
      await sealExport(target, { lineage: { arn, createdAt } });
    },
    tells: { alerts: ['CacheMadeAnew'] },
    withinMinutes: 30,
    stillWorks: ['show <cache>/<slot>', 'points <cache> --explain'],
  },
];
