import { type Assumptions, SETTLED_BY } from './assumption.ts';

/** About snapshots, and their exports to S3. */
export const SNAPSHOT_ASSUMPTIONS: Assumptions = {
  'snapshot-membership': {
    how: 'Redrill recognises a snapshot by its name, together with its replication group or one of the group’s nodes.',
    refuses: {},
    settledBy: SETTLED_BY.snapshot,
  },
  'snapshot-filter': {
    how: 'Redrill lists snapshots by replication group and, with cluster mode disabled, by each of its nodes.',
    refuses: {},
    settledBy: SETTLED_BY.snapshot,
  },
  'snapshotting-status': {
    how: 'If ElastiCache refuses a snapshot because of the cache’s state, Redrill retries every minute for 45 minutes, whatever status the cache shows.',
    refuses: {},
    settledBy: 'doctor --rehearse: the status of its cache while the snapshot is taken',
  },
  'second-snapshot': {
    how: 'Redrill requests no snapshot of a cache that is not `available`. It retries a refused request, and waits for an accepted one.',
    refuses: {},
    settledBy:
      'doctor --rehearse: a second snapshot while the first is created, if its field notes (stored answers) contain such a call',
  },
  'exporting-status': {
    how: 'Redrill waits while the status is one that it does not know, until the snapshot is overdue. With `failed`, `deleting` and `deleted` the backup fails at once.',
    refuses: {},
    settledBy: 'doctor --rehearse: the statuses of the snapshot while it is exported',
  },
  'export-file-numbers': {
    how: 'Every `.rdb` file whose name begins with the snapshot’s name belongs to the export, whatever its number.',
    refuses: {},
    settledBy: SETTLED_BY.export,
  },
  'export-files-appear': {
    how: 'Redrill considers an export complete when the snapshot is `available` and there are as many files as shards.',
    refuses: {},
    settledBy: 'redrill backup of a cache with several shards; the cache of doctor --rehearse has one',
  },
  'exported-objects': {
    how: 'Redrill compares an ETag only with the ETag of the same object. It checks content with its own checksums.',
    refuses: {},
    settledBy: SETTLED_BY.export,
  },
  'exported-encryption': {
    how: 'The landing bucket’s default encryption is SSE-S3, and no policy denies a request that names SSE-S3. The copy in the vault is encrypted with the vault’s own key. If somebody changes the landing bucket’s default, Redrill reports `SettingsDrifted`; if no export arrives, it reports `ExportOverdue`.',
    refuses: {},
    settledBy: 'nothing: S3 shows SSE-S3 under either answer',
  },
  'exported-checksum': {
    how: 'S3 computes a CRC64NVME of the whole copy in the vault. Redrill compares it with that of the exported file, if there is one. It always compares the sizes, and then reads every byte.',
    refuses: {},
    settledBy: SETTLED_BY.export,
  },
  'export-grant': {
    how: 'The landing bucket has the policy, and ACLs disabled, because CloudFormation cannot set this ACL. If the policy is not sufficient, every backup fails after its snapshot, with an alert. Redrill keeps the snapshots for 14 days.',
    refuses: { acl: 'BucketNotGranted' },
    settledBy:
      'doctor --rehearse: the files of its export; if an ACL is needed, the rehearsal ends with ElastiCache’s message',
  },
  'exporter-rights': {
    how: 'The role that exports has all of these permissions, on the landing bucket and on Redrill’s own snapshots.',
    refuses: {},
    settledBy: 'nothing: the export succeeds under either answer',
  },
  'rdb-version': {
    how: 'Redrill keeps the copy with the verdict `suspect`, because it cannot verify a file that it cannot read.',
    refuses: { newer: 'RecoveryPointSuspect' },
    settledBy: 'doctor --rehearse: its drill, which restores only a verified copy',
  },
  'replication-timestamp': {
    how: 'Redrill leaves this key, a string in database 0, out of every count, digest, comparison and recovery; `verify` mentions that.',
    refuses: {},
    settledBy: 'redrill verify of a copy, which says whether the key was left out',
  },
};
