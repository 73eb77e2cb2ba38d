import type { Questions } from './question.ts';

const GUIDE = 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg';
const REFERENCE = 'https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference';

/** Snapshots, and their exports to S3. */
export const SNAPSHOT_QUESTIONS = {
  'snapshot-membership': {
    asks: 'What does a snapshot of a node of a group with cluster mode disabled name as its source?',
    documented: `The examples show \`CacheClusterId\` and no \`ReplicationGroupId\`: ${GUIDE}/backups-manual.html and https://docs.aws.amazon.com/cli/latest/reference/elasticache/describe-snapshots.html`,
    readings: {
      node: 'only the node, in `CacheClusterId`',
      both: 'the node and its group',
    },
    usual: 'node',
  },
  'snapshot-filter': {
    asks: 'Does `DescribeSnapshots` by `ReplicationGroupId` find snapshots of the nodes of a group with cluster mode disabled?',
    documented: `The API reference says "A user-supplied replication group identifier", and not which snapshots belong to one: ${REFERENCE}/API_DescribeSnapshots.html`,
    readings: {
      misses: 'no; they are found by `CacheClusterId`',
      finds: 'yes',
    },
    usual: 'misses',
  },
  'snapshotting-status': {
    asks: 'Which status has a group while one of its snapshots is being taken?',
    documented: `\`snapshotting\` is among the statuses of a group: ${REFERENCE}/API_ReplicationGroup.html; whether every snapshot leads to it is not said`,
    readings: {
      snapshotting: '`snapshotting`',
      available: '`available`, as before and after',
    },
    usual: 'snapshotting',
  },
  'second-snapshot': {
    asks: 'What happens to a `CreateSnapshot` of a cache of which a snapshot is being taken?',
    documented: `The source must be \`available\`: ${REFERENCE}/API_CreateSnapshot.html; the user guide says that API operations are allowed during a backup: ${GUIDE}/backups.html`,
    readings: {
      refused: 'it is refused because of the cache’s state',
      queued: 'it is accepted and begins when the first one is complete',
    },
    usual: 'refused',
  },
  'exporting-status': {
    asks: 'Which status has a snapshot while it is exported to S3?',
    documented: `The API reference lists \`creating | available | restoring | copying | deleting\`; a program in the field waits while it is \`exporting\`: ${REFERENCE}/API_Snapshot.html, HalloApp’s server (mod_backup.erl)`,
    readings: {
      exporting: '`exporting`, which the API reference does not list',
      copying: '`copying`',
      available: '`available`, as before and after',
    },
    usual: 'exporting',
  },
  'export-file-numbers': {
    asks: 'How are the files of an export numbered?',
    documented: `\`<TargetSnapshotName>-0001.rdb\` for the first: ${GUIDE}/backups-exporting.html; how those of further shards are numbered is not said`,
    readings: {
      consecutive: 'from `0001` on, without gaps',
      'node-group-id': 'by the shard’s node group id, which its owner may have chosen',
    },
    usual: 'consecutive',
  },
  'export-files-appear': {
    asks: 'When do the files of an export of several shards appear in the bucket?',
    documented: `Not said: ${GUIDE}/backups-exporting.html`,
    readings: {
      together: 'together, when the export is complete',
      'one-by-one': 'one after another, while it goes on',
    },
    usual: 'together',
  },
  'exported-objects': {
    asks: 'How does ElastiCache upload the files of an export?',
    documented: `The bucket policy has to allow multipart uploads (\`ListMultipartUploadParts\`, \`ListBucketMultipartUploads\`): ${GUIDE}/backups-exporting.html; whether all are made so is not said`,
    readings: {
      'single-part': 'in one part: the ETag is the MD5 of the file',
      multipart: 'as a multipart upload: the ETag is not the MD5 of the file',
    },
    usual: 'single-part',
  },
  'rdb-version': {
    asks: 'Which version of the RDB format do exported files have?',
    documented: `Not said: ${GUIDE}/backups-exporting.html. Redis OSS and Valkey give each release its own, and Valkey 9 another signature: https://github.com/valkey-io/valkey/blob/unstable/src/rdb.h`,
    readings: {
      known: 'one that this version of Redrill reads',
      newer: 'one that is newer',
    },
    usual: 'known',
  },
  'replication-timestamp': {
    asks: 'Does ElastiCache write `ElastiCacheMasterReplicationTimestamp` into the clusters of today?',
    documented: `"Included in all clusters": ${GUIDE}/Clusters.Create.html; on which engines, in cluster mode and in exported files is not said`,
    readings: {
      written:
        'yes: into database 0, at the creation and before each snapshot here; in cluster mode into the shard of its slot',
      none: 'no',
    },
    usual: 'written',
  },
} as const satisfies Questions;
