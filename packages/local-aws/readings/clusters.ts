import type { Questions } from './question.ts';

const GUIDE = 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg';

/** Clusters: their creation from files, and what they show of themselves. */
export const CLUSTER_QUESTIONS = {
  durations: {
    asks: 'How long do snapshots, exports, creations and deletions take?',
    documented: `No figures: "the duration varies depending on the size of your cache", ${GUIDE}/backups.html`,
    readings: {
      minutes: 'minutes: snapshots 2 to 6, exports 1 to 4, clusters 6 to 12',
      seconds: 'seconds',
      long: 'five times as long as `minutes`',
      hours: 'hours: snapshots 2 to 6, everything else twenty times as long as `minutes`',
    },
    usual: 'minutes',
  },
  'creator-rights': {
    asks: 'Which permissions of the caller does `CreateReplicationGroup` check, besides `elasticache:CreateReplicationGroup`?',
    documented:
      'The Service Authorization Reference lists dependent actions, among them `s3:GetObject` and Describe actions of EC2: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticache.html; "each member of the `SnapshotArns` list requires its own `s3:GetObject` permission": https://github.com/awsdocs/amazon-elasticache-docs/blob/master/doc_source/redis/IAM.APIReference.md. Whether ElastiCache checks them at run time is not stated. Earlier editions of the Service Authorization Reference list two more actions, to create and to delete network interfaces; newer ones do not: https://github.com/udondan/iam-floyd (elasticache.ts)',
    readings: {
      dependents:
        '`s3:GetObject` on each file, and EC2’s Describe actions for network interfaces, subnets and VPCs',
      'own-only': 'none',
      'network-interfaces':
        'these, and the actions to create and delete network interfaces, which the service-linked role normally uses',
    },
    usual: 'dependents',
  },
  'seed-grant': {
    asks: 'Is a bucket policy sufficient for ElastiCache to read the files in `SnapshotArns`?',
    documented: `A policy in opt-in regions, an ACL of the object in the others: ${GUIDE}/backups-seeding-redis.html. A program uses an ACL in the others: https://github.com/laolongju/redis_offline_migration. MemoryDB’s page has the policy for us-east-1: https://docs.aws.amazon.com/memorydb/latest/devguide/snapshots-seeding-redis.html`,
    readings: {
      policy: 'yes',
      acl: 'no: the ACL of each object has to grant READ and READ_ACP to ElastiCache’s canonical user',
    },
    usual: 'policy',
  },
  'slot-ranges': {
    asks: 'May the `Slots` of a node group have several ranges when a cluster is created?',
    documented:
      'The API reference says "in the format startkey-endkey", and describes clusters whose node groups have several ranges in the same form: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_NodeGroupConfiguration.html',
    readings: {
      accepted: 'yes, separated by commas',
      refused: 'no: `InvalidParameterValue`',
    },
    usual: 'accepted',
  },
  'seed-placement': {
    asks: 'Which node group does a key of the files in `SnapshotArns` go to?',
    documented: `"You can restore to a cluster with a different number of shards": ${GUIDE}/backups-seeding-redis.html; whether the order of the files matters is not stated`,
    readings: {
      'by-slot': 'the one that serves its slot, whichever file it is in',
      'in-order':
        'that of its file: the first file belongs to the first node group; the restore fails if a file holds a key of another slot',
    },
    usual: 'by-slot',
  },
  'endpoint-visible': {
    asks: 'Does a cluster show its endpoint as soon as it is `available`?',
    documented: `Not stated: ${GUIDE}/Endpoints.html`,
    readings: {
      'at-once': 'yes',
      'after-a-minute': 'no, a minute later',
    },
    usual: 'at-once',
  },
  'endpoint-answers': {
    asks: 'Can clients connect to a cluster as soon as it is `available`?',
    documented: `Not stated: ${GUIDE}/accessing-elasticache.html. The DNS servers of the VPC first have to learn its name`,
    readings: {
      'at-once': 'yes',
      'after-a-minute': 'no, a minute later: until then DNS does not resolve its name',
    },
    usual: 'at-once',
  },
  'capacity-refusal': {
    asks: 'When does ElastiCache report that it has no node of a type in a zone?',
    documented:
      'In the response, as `InsufficientCacheClusterCapacity`: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ErrorMessages.html and https://github.com/winglang/wing/issues/4126. Or late: groups that were accepted became `create-failed`, and an event of a node said `InsufficientCacheClusterCapacity`, https://runbooks.cloud-platform.service.justice.gov.uk/elasticache-insufficient-az-capacity.html',
    readings: {
      'at-the-call': 'ElastiCache refuses `CreateReplicationGroup`',
      late: 'ElastiCache accepts the group, which then becomes `create-failed`',
    },
    usual: 'at-the-call',
  },
} as const satisfies Questions;
