import { type Assumptions, SETTLED_BY } from './assumption.ts';

/** About snapshots, and their exports to S3. */
export const SNAPSHOT_ASSUMPTIONS: Assumptions = {
  'snapshot-membership': {
    how: 'A snapshot is recognised by its own name and by its replication group or by one of the group’s nodes.',
    refuses: {},
    settledBy: SETTLED_BY.snapshot,
  },
  'snapshot-filter': {
    how: 'Snapshots are listed by replication group and, with cluster mode disabled, by each of its nodes.',
    refuses: {},
    settledBy: SETTLED_BY.snapshot,
  },
  'snapshotting-status': {
    how: 'A refusal because of the cache’s state is tried again every minute for 45 minutes, whatever status the cache shows.',
    refuses: {},
    settledBy: 'doctor --rehearse: the status of its cache while the snapshot is taken',
  },
  'second-snapshot': {
    how: 'Redrill takes no snapshot of a cache that is not `available`; one that is refused is tried again, one that is accepted is waited for.',
    refuses: {},
    settledBy: 'doctor --rehearse: a second snapshot that it asks for while the first is taken',
  },
  'exporting-status': {
    how: 'A status that is not known is waited out until the snapshot is overdue; `failed`, `deleting` and `deleted` fail at once.',
    refuses: {},
    settledBy: 'doctor --rehearse: the statuses of the snapshot while it is exported',
  },
  'export-file-numbers': {
    how: 'Every `.rdb` file whose name begins with the snapshot’s is one of the export’s, whatever its number.',
    refuses: {},
    settledBy: SETTLED_BY.export,
  },
  'export-files-appear': {
    how: 'An export is complete when the snapshot is `available` and has as many files as shards.',
    refuses: {},
    settledBy: SETTLED_BY.export,
  },
  'exported-objects': {
    how: 'An ETag is only compared with the ETag of the same object; content is checked with checksums of Redrill’s own.',
    refuses: {},
    settledBy: SETTLED_BY.export,
  },
  'rdb-version': {
    how: 'The copy is kept and its verdict is `suspect`, because what cannot be read is not verified.',
    refuses: { newer: 'RecoveryPointSuspect' },
    settledBy: SETTLED_BY.export,
  },
  'replication-timestamp': {
    how: 'The key, a string in database 0, is in no count, digest, comparison or recovery; `verify` says that it was left out.',
    refuses: {},
    settledBy: 'doctor --rehearse: the verification of its copy, and the comparison of its drill',
  },
};
