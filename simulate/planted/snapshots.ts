import type { Mutation } from './mutation.ts';

/** Bugs in snapshots, exports and their retries. */
export const SNAPSHOT_BUGS: readonly Mutation[] = [
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
    file: 'core/decide/decide-prunes.ts',
    find: '.filter(({ takenAt }) => now.getTime() - takenAt.getTime() > KEPT_FOR_MS)',
    replace: '.filter(({ takenAt }) => now.getTime() > takenAt.getTime())',
  },
  {
    name: 'prune before the export is sealed',
    under: ['export hung', 'export without a shard', 'source region down'],
    file: 'lambdas/prune-snapshots.ts',
    find: 'if ((await landing.list(landingKeys.seal(name))).length === 0) continue;',
    replace: '',
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
    find: "if (found.status === 'available' && missing.length === 0) return READY;",
    replace: 'if (missing.length < found.shards.length) return READY;',
  },
  {
    name: 'the seal lists what is there',
    file: 'core/decide/compose-seal.ts',
    find: 'const shards = snapshot.shards.map(({ shard, slots }) => {',
    replace: 'const shards = snapshot.shards.slice(0, 1).map(({ shard, slots }) => {',
  },
  {
    name: 'late deliveries take snapshots of stale slots',
    under: ['delivered late'],
    file: 'lambdas/start-backups.ts',
    find: '|| isStale(slot, chosen.every, world.now())) {',
    replace: ') {',
  },
];
