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
    settledBy:
      'doctor --rehearse: a second snapshot while the first is taken, as far as its field notes have such a call',
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
    settledBy: 'redrill backup of a cache with several shards; the cache of doctor --rehearse has one',
  },
  'exported-objects': {
    how: 'An ETag is only compared with the ETag of the same object; content is checked with checksums of Redrill’s own.',
    refuses: {},
    settledBy: SETTLED_BY.export,
  },
  'exported-encryption': {
    how: 'The landing bucket’s default encryption is SSE-S3, and no policy denies a request that names SSE-S3. The copy in the vault is encrypted with the vault’s own key. If the landing bucket’s default is changed, `SettingsDrifted` is reported; if no export arrives, `ExportOverdue` is.',
    refuses: {},
    settledBy: 'nothing: S3 shows SSE-S3 under either answer',
  },
  'exported-checksum': {
    how: 'The copy in the vault gets a CRC64NVME of the whole file. It is compared with that of the source if there is one, and always in size; then every byte is read.',
    refuses: {},
    settledBy: SETTLED_BY.export,
  },
  'export-grant': {
    how: 'The landing bucket has the policy and ACLs disabled: an ACL cannot be made by CloudFormation. If the policy does not suffice, every backup ends after its snapshot with an alert, and the snapshots are kept for 14 days.',
    refuses: { acl: 'BucketNotGranted' },
    settledBy:
      'doctor --rehearse: the files of its export; where an ACL is needed, it ends with ElastiCache’s message',
  },
  'exporter-rights': {
    how: 'The role that exports has all of them, on the landing bucket and on Redrill’s own snapshots.',
    refuses: {},
    settledBy: 'nothing: the export succeeds under either answer',
  },
  'rdb-version': {
    how: 'The copy is kept and its verdict is `suspect`, because what cannot be read is not verified.',
    refuses: { newer: 'RecoveryPointSuspect' },
    settledBy: 'doctor --rehearse: its drill, which takes a verified copy only',
  },
  'replication-timestamp': {
    how: 'The key, a string in database 0, is in no count, digest, comparison or recovery; `verify` says that it was left out.',
    refuses: {},
    settledBy: 'redrill verify of a copy, which says whether the key was left out',
  },
};
