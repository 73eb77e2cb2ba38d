import type { Questions } from './question.ts';

const PAGE = 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/at-rest-encryption.html';

/** Caches that are encrypted under a key of their owner. */
export const KEY_QUESTIONS = {
  'key-grantor': {
    asks: 'Whose permission to create a grant on a customer managed key does ElastiCache need for a snapshot?',
    documented: `The page’s example policy allows \`kms:CreateGrant\` and \`kms:DescribeKey\` to users and roles: ${PAGE}. Which calls need them is not stated`,
    readings: {
      caller: 'the permission of the caller that creates, copies or exports the snapshot',
      service: 'the permission of ElastiCache itself',
    },
    usual: 'caller',
  },
  'key-via-service': {
    asks: 'Which service does `kms:ViaService` name when ElastiCache uses a key for its caller?',
    documented: `"Include both ViaService names in the condition key value", \`elasticache\` and \`dax\`: ${PAGE}. Which call uses which name is not stated`,
    readings: {
      both: 'both, in two requests: a policy has to allow both',
      elasticache: '`elasticache` alone',
      dax: '`dax` alone',
    },
    usual: 'both',
  },
  'key-grant-mark': {
    asks: 'Does the request for the grant have the condition key `kms:GrantIsForAWSResource`?',
    documented: `The condition key shows whether a service that is integrated with KMS creates the grant: https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-grant-is-for-aws-resource. ElastiCache’s own example does not use it: ${PAGE}`,
    readings: { present: 'yes: true', absent: 'no' },
    usual: 'present',
  },
  'key-form': {
    asks: 'In which form does the field `KmsKeyId` of groups and snapshots name the key?',
    documented:
      'Only "The ID of the KMS key used to encrypt the disk in the cluster": https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ReplicationGroup.html. A cache can be created with an id, an ARN or an alias',
    readings: {
      arn: 'the ARN',
      id: 'the id, which is the end of the ARN',
      alias: 'the alias, if it was created with one',
    },
    usual: 'arn',
  },
  'key-refusal': {
    asks: 'How does ElastiCache report that a key cannot be used, or that KMS refuses its caller?',
    documented:
      '`InvalidKMSKeyFault`, "The KMS key supplied is not valid", is an error of CreateReplicationGroup and ModifyReplicationGroup, not of CreateSnapshot and CopySnapshot: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ModifyReplicationGroup.html.',
    readings: {
      separate: '`InvalidKMSKeyFault` for the key, IAM’s `AccessDenied` for the caller',
      'invalid-key': '`InvalidKMSKeyFault` for both',
      'invalid-parameter': '`InvalidParameterValue` for both, with a message that names the key',
    },
    usual: 'separate',
  },
} as const satisfies Questions;
