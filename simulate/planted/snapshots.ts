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
    name: 'prune deletes people’s snapshots',
    under: ['quota spent by people'],
    file: 'core/decide/decide-prunes.ts',
    find: "name.startsWith(SNAPSHOT_PREFIX) && status === 'available'",
    replace: "name !== SNAPSHOT_PREFIX && status === 'available'",
  },
  {
    name: 'the snapshot’s name is drawn, not derived',
    under: ['lost replies', 'crashes after calls'],
    file: 'lambdas/create-snapshot.ts',
    find: 'const name = snapshotNameOf(cache, slot);',
    replace: 'const name = (snapshotNameOf(cache, slot) + String(now().getTime() % 97)) as SnapshotName;',
  },
  {
    name: 'a snapshot is taken from any cache state',
    under: ['lost replies', 'crashes after calls'],
    file: 'lambdas/create-snapshot.ts',
    find: 'if (await adopted(elasticache, cache, name)) return state;',
    replace: '',
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
    name: 'a duplicate delivery starts another backup',
    under: ['delivered again', 'slow calls'],
    file: 'lambdas/start-backups.ts',
    find: 'executionNameOf(cache, slot), {',
    replace: 'executionNameOf(cache, slot, 1 + (world.now().getTime() % 7)), {',
  },
  {
    name: 'late deliveries take snapshots of stale slots',
    under: ['delivered late'],
    file: 'lambdas/start-backups.ts',
    find: '|| isStale(slot, chosen.every, world.now())) {',
    replace: ') {',
  },
  {
    name: 'every fault is permanent',
    under: ['throttled'],
    file: 'lib/workflow/retries.ts',
    find: 'export const STEP_RETRIES: readonly RetryProps[] = [PERMANENT, SOURCE_BUSY, TRANSIENT, ANYTHING_ELSE];',
    replace:
      'export const STEP_RETRIES: readonly RetryProps[] = [PERMANENT, { ...SOURCE_BUSY, maxAttempts: 0 }, { ...TRANSIENT, maxAttempts: 0 }, { ...ANYTHING_ELSE, maxAttempts: 0 }];',
  },
];
