import type { Questions } from './question.ts';

const GUIDE = 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg';
const REFERENCE = 'https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference';

/** Snapshots, and their exports to S3. */
export const SNAPSHOT_QUESTIONS = {
  'snapshot-membership': {
    asks: 'Which source does a snapshot name if it was created from a node of a group with cluster mode disabled?',
    documented: `The examples show \`CacheClusterId\` and no \`ReplicationGroupId\`: ${GUIDE}/backups-manual.html and https://docs.aws.amazon.com/cli/latest/reference/elasticache/describe-snapshots.html`,
    readings: {
      node: 'only the node, in `CacheClusterId`',
      both: 'the node and its group',
    },
    usual: 'node',
  },
  'snapshot-filter': {
    asks: 'Does `DescribeSnapshots` by `ReplicationGroupId` find snapshots of the nodes of a group with cluster mode disabled?',
    documented: `The API reference says "A user-supplied replication group identifier", and does not state which snapshots belong to a group: ${REFERENCE}/API_DescribeSnapshots.html`,
    readings: {
      misses: 'no; they are found by `CacheClusterId`',
      finds: 'yes',
    },
    usual: 'misses',
  },
  'snapshotting-status': {
    asks: 'Which status does a group have while a snapshot of it is being created?',
    documented: `\`snapshotting\` is among the statuses of a group: ${REFERENCE}/API_ReplicationGroup.html; whether every snapshot leads to it is not stated`,
    readings: {
      snapshotting: '`snapshotting`',
      available: '`available`, as before and after',
    },
    usual: 'snapshotting',
  },
  'second-snapshot': {
    asks: 'What does `CreateSnapshot` do while another snapshot of the same cache is being created?',
    documented: `The source must be \`available\`: ${REFERENCE}/API_CreateSnapshot.html; the user guide says that API operations are allowed during a backup: ${GUIDE}/backups.html`,
    readings: {
      refused: 'ElastiCache refuses it because of the cache’s state',
      queued: 'ElastiCache accepts it, and begins when the first snapshot is complete',
    },
    usual: 'refused',
  },
  'exporting-status': {
    asks: 'Which status does a snapshot have while it is exported to S3?',
    documented: `The API reference lists \`creating\`, \`available\`, \`restoring\`, \`copying\` and \`deleting\`; a program in use waits while it is \`exporting\`: ${REFERENCE}/API_Snapshot.html, HalloApp’s server (mod_backup.erl)`,
    readings: {
      exporting: '`exporting`, which the API reference does not list',
      copying: '`copying`',
      available: '`available`, as before and after',
    },
    usual: 'exporting',
  },
  'export-grant': {
    asks: 'Is a bucket policy sufficient for ElastiCache to export to a bucket?',
    documented: `"We recommend granting access by using an Amazon S3 bucket policy rather than access control lists": ${GUIDE}/backups-exporting.html, and S3’s guide has the same policy for a bucket whose ACLs are then disabled: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-ownership-migrating-acls-prerequisites.html. Earlier editions show the ACL alone for the regions that are enabled by default, and so does https://github.com/gopinaath/elasticache-redis-account2account`,
    readings: {
      policy: 'yes',
      acl: 'no: the bucket’s ACL has to grant access to ElastiCache’s canonical user, which is impossible with ACLs disabled',
    },
    usual: 'policy',
  },
  'exporter-rights': {
    asks: 'Which permissions of the caller does `CopySnapshot` check for an export, besides `elasticache:CopySnapshot`?',
    documented: `The user guide lists six of S3: ${GUIDE}/backups-exporting.html; the Service Authorization Reference listed \`s3:GetBucketAcl\` and \`elasticache:AddTagsToResource\` as well: https://github.com/udondan/iam-floyd (elasticache.ts). Which of them ElastiCache checks is not stated`,
    readings: {
      dependents: 'those of the user guide and those of the Service Authorization Reference',
      'user-guide': 'those of the user guide',
    },
    usual: 'dependents',
  },
  'export-file-numbers': {
    asks: 'How are the files of an export numbered?',
    documented: `\`<TargetSnapshotName>-0001.rdb\` for the first: ${GUIDE}/backups-exporting.html; how those of further shards are numbered is not stated`,
    readings: {
      consecutive: 'from `0001` on, without gaps',
      'node-group-id': 'by the shard’s node group id, which its owner may have chosen',
    },
    usual: 'consecutive',
  },
  'export-files-appear': {
    asks: 'When do the files of an export of several shards appear in the bucket?',
    documented: `Not stated: ${GUIDE}/backups-exporting.html`,
    readings: {
      together: 'together, when the export is complete',
      'one-by-one': 'one after another, during the export',
    },
    usual: 'together',
  },
  'exported-objects': {
    asks: 'How does ElastiCache upload the files of an export?',
    documented: `The bucket policy has to allow multipart uploads (\`ListMultipartUploadParts\`, \`ListBucketMultipartUploads\`): ${GUIDE}/backups-exporting.html; whether ElastiCache uploads all files in this way is not stated`,
    readings: {
      'single-part': 'in one part: the ETag is the MD5 of the file',
      multipart: 'as a multipart upload: the ETag is not the MD5 of the file',
    },
    usual: 'single-part',
  },
  'exported-encryption': {
    asks: 'Does ElastiCache request SSE-S3 when it writes the files of an export, or does the bucket’s default encryption apply?',
    documented: `"Customer managed keys cannot be used when exporting backups", and all exports "are encrypted using Server side encryption": ${GUIDE}/at-rest-encryption.html. Whether the upload requests SSE-S3 or uses the bucket’s default is not stated`,
    readings: {
      'bucket-default': 'it requests no encryption: the default of the bucket applies',
      'sse-s3': 'it requests SSE-S3',
    },
    usual: 'bucket-default',
  },
  'exported-checksum': {
    asks: 'Which checksum do the files of an export have?',
    documented:
      'Not stated. S3 computes CRC64NVME if the uploader names no checksum. It keeps another checksum that the uploader names, composite for a multipart upload: https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html',
    readings: {
      crc64nvme: 'CRC64NVME of the whole file, which S3 computes',
      crc32: 'CRC32, which the uploader computes: of the whole file, or of each part',
    },
    usual: 'crc64nvme',
  },
  'rdb-version': {
    asks: 'Which version of the RDB format do exported files have?',
    documented: `Not stated: ${GUIDE}/backups-exporting.html. Releases of Redis OSS and Valkey have different versions, and Valkey 9 has another signature: https://github.com/valkey-io/valkey/blob/unstable/src/rdb.h`,
    readings: {
      known: 'one that this version of Redrill can read',
      newer: 'a newer one',
    },
    usual: 'known',
  },
  'replication-timestamp': {
    asks: 'Does ElastiCache write `ElastiCacheMasterReplicationTimestamp` into new clusters?',
    documented: `"Included in all clusters": ${GUIDE}/Clusters.Create.html; on which engines, whether in cluster mode, and whether in exported files is not stated`,
    readings: {
      written:
        'yes: into database 0, at the creation and (in the local AWS) before each snapshot; in cluster mode, into the shard of its slot',
      none: 'no',
    },
    usual: 'written',
  },
} as const satisfies Questions;
