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
    asks: 'Which permissions of its caller does `CreateReplicationGroup` check besides its own?',
    documented:
      'The Service Authorization Reference lists dependent actions, among them `s3:GetObject` and describes of EC2: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticache.html; "each member of the `SnapshotArns` list requires its own `s3:GetObject` permission": https://github.com/awsdocs/amazon-elasticache-docs/blob/master/doc_source/redis/IAM.APIReference.md. Whether they are checked at run time is not said. Earlier editions of the Service Authorization Reference had two more, to create and to delete network interfaces, and newer ones have none: https://github.com/udondan/iam-floyd (elasticache.ts)',
    readings: {
      dependents: '`s3:GetObject` on each file, and describes of EC2’s network interfaces, subnets and VPCs',
      'own-only': 'none',
      'network-interfaces':
        'those, and to create and delete EC2’s network interfaces, which the service-linked role does',
    },
    usual: 'dependents',
  },
  'seed-grant': {
    asks: 'Does a bucket policy suffice for ElastiCache to read the files in `SnapshotArns`?',
    documented: `A policy for the regions that have to be enabled, an ACL of the object for the others: ${GUIDE}/backups-seeding-redis.html. A program grants it by ACL there: https://github.com/laolongju/redis_offline_migration. MemoryDB’s page has the policy for us-east-1: https://docs.aws.amazon.com/memorydb/latest/devguide/snapshots-seeding-redis.html`,
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
    documented: `"You can restore to a cluster with a different number of shards": ${GUIDE}/backups-seeding-redis.html; whether the order of the files matters is not said`,
    readings: {
      'by-slot': 'the one that serves its slot, whichever file it is in',
      'in-order':
        'that of its file: the first file belongs to the first node group; a key of another slot fails the restore',
    },
    usual: 'by-slot',
  },
  'endpoint-visible': {
    asks: 'Does a cluster show its endpoint as soon as it is `available`?',
    documented: `Not said: ${GUIDE}/Endpoints.html`,
    readings: {
      'at-once': 'yes',
      'after-a-minute': 'no, a minute later',
    },
    usual: 'at-once',
  },
  'endpoint-answers': {
    asks: 'Can a cluster be connected to as soon as it is `available`?',
    documented: `Not said: ${GUIDE}/accessing-elasticache.html. Its name has to reach the DNS servers of the VPC`,
    readings: {
      'at-once': 'yes',
      'after-a-minute': 'no, a minute later: until then its name is not resolved',
    },
    usual: 'at-once',
  },
  'capacity-refusal': {
    asks: 'When does ElastiCache say that it has no node of a type in a zone?',
    documented:
      'At the call, as `InsufficientCacheClusterCapacity`: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ErrorMessages.html and https://github.com/winglang/wing/issues/4126. Or late: groups that were accepted became `create-failed`, and an event of a node said `InsufficientCacheClusterCapacity`, https://runbooks.cloud-platform.service.justice.gov.uk/elasticache-insufficient-az-capacity.html',
    readings: {
      'at-the-call': '`CreateReplicationGroup` is refused',
      late: 'the group is accepted, and becomes `create-failed`',
    },
    usual: 'at-the-call',
  },
} as const satisfies Questions;
