import type { Questions } from './question.ts';

const GUIDE = 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg';
const REFERENCE = 'https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference';

/** Serverless caches and their snapshots. */
export const SERVERLESS_QUESTIONS = {
  'serverless-status-case': {
    asks: 'Are the statuses of serverless caches and of their snapshots in upper or in lower case?',
    documented: `The API reference lists CREATING, AVAILABLE, DELETING, CREATE-FAILED and MODIFYING for a cache: ${REFERENCE}/API_ServerlessCache.html. Terraform waits for a cache that is \`available\`, and reports \`create-failed\`: https://github.com/hashicorp/terraform-provider-aws/issues/35896. The example of a snapshot shows \`creating\`: ${REFERENCE}/API_CopyServerlessCacheSnapshot.html`,
    readings: {
      lower: 'all in lower case',
      'upper-caches': 'those of caches in upper case, those of snapshots in lower case',
      upper: 'all in upper case',
    },
    usual: 'lower',
  },
  'serverless-exporting-status': {
    asks: 'Which status does a snapshot of a serverless cache have while it is exported to S3?',
    documented: `Not stated: the API reference lists no statuses of these snapshots: ${REFERENCE}/API_ServerlessCacheSnapshot.html`,
    readings: {
      exporting: '`exporting`',
      available: '`available`, as before and after',
    },
    usual: 'exporting',
  },
  'serverless-export-names': {
    asks: 'Which keys do the files have that `ExportServerlessCacheSnapshot` writes?',
    documented: `Not stated. The request has the names of the snapshot and of the bucket, and no prefix: ${REFERENCE}/API_ExportServerlessCacheSnapshot.html. An export of a node-based cluster is \`<TargetSnapshotName>-0001.rdb\`: ${GUIDE}/backups-exporting.html`,
    readings: {
      numbered: '`<snapshot>-0001.rdb` and so on, as of a node-based cluster',
      bare: '`<snapshot>.rdb` if there is one file; otherwise `<snapshot>-1.rdb` and so on',
      folder: '`<snapshot>/0001.rdb` and so on',
    },
    usual: 'numbered',
  },
  'serverless-export-files': {
    asks: 'How many files does the export of a serverless cache have?',
    documented: `Not stated: ${GUIDE}/backups-exporting.html. Clients see one node that has all hash slots: ${GUIDE}/RedisConfiguration.html`,
    readings: {
      one: 'one',
      several: 'several (in the local AWS three), each with the keys of a range of hash slots',
    },
    usual: 'one',
  },
  'serverless-s3-seed': {
    asks: 'Does `SnapshotArnsToRestore` accept RDB files in S3?',
    documented: `"The ARN(s) of the snapshot that the new serverless cache will be created from": ${REFERENCE}/API_CreateServerlessCache.html. The Service Authorization Reference listed \`s3:GetObject\` among the dependent actions: https://github.com/udondan/iam-floyd (elasticache.ts), and a Terraform module passes ARNs of files in S3: https://github.com/cloudposse/terraform-aws-elasticache-redis/pull/252`,
    readings: {
      accepted:
        'yes: it reads the files under the same conditions as `SnapshotArns` of `CreateReplicationGroup`',
      refused: 'no: `InvalidParameterValue`',
    },
    usual: 'accepted',
  },
  'serverless-without-group': {
    asks: 'Who can connect to a serverless cache that was created without a user group?',
    documented: `"UserGroupId … Default is NULL": ${REFERENCE}/API_CreateServerlessCache.html; what this means for clients is not stated`,
    readings: {
      open: 'everybody whom the security groups let in, without a password',
      closed: 'nobody: the cache requires authentication, and has no users',
    },
    usual: 'open',
  },
} as const satisfies Questions;
