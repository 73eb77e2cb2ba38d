import type { Questions } from './question.ts';

const REFERENCE = 'https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference';

/** How ElastiCache's API answers. */
export const ANSWER_QUESTIONS = {
  'created-visible': {
    asks: 'When does a `Describe…` call return a resource that a `Create…` call has accepted?',
    documented:
      'Not stated for ElastiCache. EC2’s API is documented as eventually consistent: https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html',
    readings: {
      'at-once': 'at once',
      'after-a-minute': 'after up to a minute; until then it is not found',
    },
    usual: 'at-once',
  },
  'deleted-visible': {
    asks: 'What does a `Describe…` call return for a cluster or snapshot whose deletion is complete?',
    documented: `Not stated. CloudFormation’s resource schema lists the snapshot status \`deleted\`, the API reference does not: ${REFERENCE}/API_Snapshot.html`,
    readings: {
      gone: 'nothing: it is not found',
      'deleted-for-a-minute': 'the resource with the status `deleted`, for a minute',
    },
    usual: 'gone',
  },
  'unknown-name': {
    asks: 'What does a `Describe…` call return for a name that does not exist?',
    documented: `Each operation lists its \`…NotFoundFault\`, and does not exclude an empty list instead: ${REFERENCE}/API_DescribeSnapshots.html`,
    readings: {
      error: 'the `NotFound` error of the resource type',
      empty: 'an empty list',
    },
    usual: 'error',
  },
  'tags-visible': {
    asks: 'When do `ListTagsForResource` and the Resource Groups Tagging API return the tags of a new cluster?',
    documented:
      'Not stated for either: https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html',
    readings: {
      'at-once': 'at once',
      'after-a-minute': 'a minute after its creation; until then they return no tags',
    },
    usual: 'at-once',
  },
  'tags-of-busy': {
    asks: 'Which error does `ListTagsForResource` return while a cluster is not `available`?',
    documented:
      'Users report two errors: `CacheClusterNotFound` in https://github.com/hashicorp/terraform-provider-aws/issues/24968, `InvalidReplicationGroupState` in https://github.com/hashicorp/terraform-provider-aws/issues/41416',
    readings: {
      'not-found': '`CacheClusterNotFound`',
      'invalid-state': '`InvalidReplicationGroupState`',
    },
    usual: 'not-found',
  },
  'error-names': {
    asks: 'Do the codes of ElastiCache’s errors end in `Fault`?',
    documented: `The API reference names every error with \`Fault\`, the service model has some codes without it: ${REFERENCE}/API_DescribeCacheClusters.html and https://github.com/boto/botocore/blob/develop/botocore/data/elasticache/2015-02-02/service-2.json`,
    readings: {
      modelled: 'as in the service model: some do, for example `SnapshotNotFoundFault`, some do not',
      'with-fault': 'all do',
      'without-fault': 'none does',
    },
    usual: 'modelled',
  },
  'absent-fields': {
    asks: 'Does ElastiCache always return the optional fields of replication groups, clusters and snapshots?',
    documented: `No field of the responses is required; older examples lack, among others, \`ReplicationGroupCreateTime\`, \`DataTiering\` and \`NetworkType\`: ${REFERENCE}/API_ReplicationGroup.html and https://docs.aws.amazon.com/cli/latest/reference/elasticache/describe-replication-groups.html`,
    readings: {
      present: 'yes',
      absent:
        'no: creation times, `SnapshotRetentionLimit`, `SnapshotWindow`, `DataTiering`, `MultiAZ`, `UserGroupIds`, the network and durability fields are missing',
    },
    usual: 'present',
  },
  'list-order': {
    asks: 'In which order does ElastiCache list the node groups, their members and the parts of a snapshot?',
    documented: `Not stated: ${REFERENCE}/API_ReplicationGroup.html`,
    readings: {
      ascending: 'by their ids',
      descending: 'in another order, here descending',
    },
    usual: 'ascending',
  },
  'time-precision': {
    asks: 'How precise are the times in ElastiCache’s answers?',
    documented:
      'The examples have both, `2017-03-26T01:13:08Z` and `2021-03-29T19:45:10.211000+00:00`: https://docs.aws.amazon.com/cli/latest/reference/elasticache/describe-snapshots.html',
    readings: {
      milliseconds: 'to the millisecond',
      seconds: 'to the second, rounded down',
    },
    usual: 'milliseconds',
  },
  'engine-version': {
    asks: 'Does `EngineVersion` in the answers have a patch level?',
    documented:
      'The examples have three numbers; which versions have two is not stated: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/engine-versions.html',
    readings: {
      patch: 'yes, for example `7.1.0`',
      'major-minor': 'no, for example `7.1`',
    },
    usual: 'patch',
  },
  'page-size': {
    asks: 'How many results does a page of a `Describe…` call have?',
    documented: `"The maximum number of records to include in the response": a page may have fewer, ${REFERENCE}/API_DescribeSnapshots.html`,
    readings: {
      'as-asked': 'as many as `MaxRecords`, if there are that many',
      one: 'one, with a marker',
    },
    usual: 'as-asked',
  },
} as const satisfies Questions;
