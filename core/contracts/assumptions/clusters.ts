import { type Assumptions, SETTLED_BY } from './assumption.ts';

/** About clusters: their creation from files, and what they show of themselves. */
export const CLUSTER_ASSUMPTIONS: Assumptions = {
  durations: {
    how: 'Snapshots and exports are waited for two hours each, the drill’s cluster one hour. A snapshot that takes longer is left alone, and reported.',
    refuses: { hours: 'SnapshotOverdue' },
    settledBy: 'the durations of the phases in the report of doctor --rehearse',
  },
  'creator-rights': {
    how: 'The role that creates drill clusters has these permissions, on the staged files only; docs/cli.md names them for `redrill restore`. No role may create or delete network interfaces for ElastiCache: if that is asked for, drills end before anything is created, and backups go on.',
    refuses: { 'network-interfaces': 'AccessDenied' },
    settledBy: 'nothing: the creation succeeds under either answer',
  },
  'seed-grant': {
    how: 'The staging bucket has the policy. If that does not suffice, drills and restores end before anything is created, and backups go on; with `vault.seedGrant` set to `acl` in redrill.config.ts each staged file carries the ACL as well, and they work.',
    refuses: { acl: 'BucketNotGranted' },
    settledBy:
      'doctor --rehearse: the cache that it seeds from the landing bucket; where an ACL is needed, it ends there',
  },
  'slot-ranges': {
    how: 'The slots are ordered as they were. If that is refused, the cluster is ordered with one range of equal size for each shard.',
    refuses: {},
    settledBy: 'redrill drill of a resharded cache; no check of doctor has one',
  },
  'seed-placement': {
    how: 'The files are given in the order of the shards whose slots they have.',
    refuses: {},
    settledBy: 'redrill drill of a cache with several shards; the cluster of doctor --rehearse has one',
  },
  'endpoint-visible': {
    how: 'A drill waits for the endpoint as well as for the status.',
    refuses: {},
    settledBy: SETTLED_BY.cluster,
  },
  'endpoint-answers': {
    how: 'A connection that fails is tried again every 20 seconds for five minutes.',
    refuses: {},
    settledBy: 'the history of a drill’s execution: whether verify-restore was tried again',
  },
  'capacity-refusal': {
    how: 'A drill takes the plan’s next node type, after the cluster that failed was deleted; without another type it fails with `DrillCapacityMissing` or `DrillClusterFailed`. A restore by command fails and leaves the choice to you.',
    refuses: {},
    settledBy: 'nothing: a shortage cannot be caused',
  },
};
