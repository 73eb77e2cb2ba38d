import type { Mutation } from './mutation.ts';

/** Bugs in snapshots, exports and their retries. */
export const SNAPSHOT_BUGS: readonly Mutation[] = [
  {
    name: 'every copy is marked as verified',
    under: ['file flipped', 'file truncated', 'FLUSHALL'],
    file: 'lambdas/admit-recovery-point.ts',
    find: "const isMarked = point.verdict === 'verified' && point.kind !== 'server';",
    replace: 'const isMarked = true;',
  },
  {
    name: 'the seal’s ETag is not compared',
    under: ['sealed file replaced'],
    file: 'lambdas/copy-shard.ts',
    find: 'key, etag, bytes },',
    replace: 'key },',
  },
  {
    name: 'quota off by two',
    under: ['quota spent by people'],
    file: 'core/model/limits.ts',
    find: 'export const SNAPSHOT_QUOTA_RESERVE = 2;',
    replace: 'export const SNAPSHOT_QUOTA_RESERVE = 0;',
  },
  {
    name: 'deleted snapshots are not counted',
    under: ['quota spent by people'],
    file: 'core/backup/decide-prunes.ts',
    find: 'const keptMs = verified.has(name) ? KEPT_FOR_MS',
    replace: 'const keptMs = verified.has(name) ? Math.min(0, KEPT_FOR_MS)',
  },
  {
    name: 'prune before the vault has verified',
    under: ['out of memory', 'export without a shard', 'file flipped'],
    file: 'core/backup/decide-prunes.ts',
    find: 'const keptMs = verified.has(name) ? KEPT_FOR_MS : UNVERIFIED_KEPT_DAYS * DAY_MS;',
    replace:
      'const keptMs = verified.has(name) ? KEPT_FOR_MS : Math.min(KEPT_FOR_MS, UNVERIFIED_KEPT_DAYS * DAY_MS);',
  },
  {
    name: 'the snapshot’s name is drawn, not derived',
    under: ['lost replies', 'crashes after calls'],
    file: 'lambdas/create-snapshot.ts',
    find: 'const name = snapshotNameOf(cache, slot);',
    replace: 'const name = (snapshotNameOf(cache, slot) + String(now().getTime() % 97)) as SnapshotName;',
  },
  {
    name: 'sealed before all files are there',
    file: 'lambdas/check-export.ts',
    find: 'if (isExported(found, files, asked)) return READY;',
    replace: 'if (files.length > 0) return READY;',
    readings: { 'export-files-appear': 'one-by-one' },
  },
  {
    name: 'the seal lists what is there',
    file: 'core/backup/compose-seal.ts',
    find: 'const shards = exported.map(',
    replace: 'const shards = exported.slice(0, 1).map(',
  },
  {
    name: 'late deliveries take snapshots of stale slots',
    under: ['delivered late'],
    file: 'lambdas/start-backups.ts',
    find: '|| isStale(slot, chosen.every, world.now())) {',
    replace: ') {',
  },
];
