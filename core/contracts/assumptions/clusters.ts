import { type Assumptions, SETTLED_BY } from './assumption.ts';

/** About clusters: their creation from files, and what they show of themselves. */
export const CLUSTER_ASSUMPTIONS: Assumptions = {
  durations: {
    how: 'Redrill waits two hours each for a snapshot and an export, and one hour for a drill’s cluster. It reports a snapshot that takes longer, and does not delete it.',
    refuses: { hours: 'SnapshotOverdue' },
    settledBy: 'the durations of the phases in the report of doctor --rehearse',
  },
  'creator-rights': {
    how: 'The role that creates drill clusters has these permissions, on the staged files only; docs/cli.md lists them for `redrill restore`. No role may create or delete network interfaces for ElastiCache. If ElastiCache requires that, drills fail before they create anything, and backups continue.',
    refuses: { 'network-interfaces': 'AccessDenied' },
    settledBy: 'nothing: the creation succeeds under either answer',
  },
  'seed-grant': {
    how: 'The staging bucket has the policy. If that is not sufficient, drills and restores fail before they create anything, and backups continue. With `vault.seedGrant` set to `acl` in the configuration, each staged file has the ACL as well, and drills and restores work.',
    refuses: { acl: 'BucketNotGranted' },
    settledBy:
      'doctor --rehearse: the cache that it seeds from the landing bucket; if an ACL is needed, the rehearsal ends there',
  },
  'slot-ranges': {
    how: 'Redrill requests the cluster with the slot ranges of the original. If ElastiCache refuses them, it requests one range of equal size for each shard.',
    refuses: {},
    settledBy: 'redrill drill of a resharded cache; doctor checks none',
  },
  'seed-placement': {
    how: 'Redrill lists the files in the order of the shards whose slots they hold.',
    refuses: {},
    settledBy: 'redrill drill of a cache with several shards; the cluster of doctor --rehearse has one',
  },
  'endpoint-visible': {
    how: 'A drill waits for the endpoint as well as for the status.',
    refuses: {},
    settledBy: SETTLED_BY.cluster,
  },
  'endpoint-answers': {
    how: 'Redrill retries a failed connection every 20 seconds for five minutes.',
    refuses: {},
    settledBy: 'the history of a drill’s execution: whether verify-restore was retried',
  },
  'capacity-refusal': {
    how: 'A drill deletes the failed cluster and uses the plan’s next node type. Without another type it fails with `DrillCapacityMissing` or `DrillClusterFailed`. `redrill restore` fails, and you choose another type.',
    refuses: {},
    settledBy: 'nothing: a shortage cannot be caused',
  },
};
