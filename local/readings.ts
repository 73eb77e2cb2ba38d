/**
 * What AWS's documentation leaves open, and the answers that are possible. Nobody has asked AWS yet: the local AWS can be
 * started under any of them (`startLocalAws({ readings })`), and what is built on it has to work under each, or to refuse
 * before harm is done.
 */
interface Question {
  readonly asks: string;
  /** What the documentation or somebody's real output says of it, with its address. */
  readonly documented: string;
  /** The possible answers, each in a sentence. */
  readonly readings: Readonly<Record<string, string>>;
  /** The one that the local AWS starts with. */
  readonly usual: string;
}

export const QUESTIONS = {
  'snapshot-membership': {
    asks: 'What does a snapshot of a node of a group with cluster mode disabled name as its source?',
    documented:
      'The examples show `CacheClusterId` and no `ReplicationGroupId`: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-manual.html and https://docs.aws.amazon.com/cli/latest/reference/elasticache/describe-snapshots.html',
    readings: {
      node: 'only the node, in `CacheClusterId`',
      both: 'the node and its group',
    },
    usual: 'node',
  },
  'snapshot-filter': {
    asks: 'Does `DescribeSnapshots` by `ReplicationGroupId` find snapshots of the nodes of a group with cluster mode disabled?',
    documented:
      'The API reference says "A user-supplied replication group identifier", and not which snapshots belong to one: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DescribeSnapshots.html',
    readings: {
      misses: 'no; they are found by `CacheClusterId`',
      finds: 'yes',
    },
    usual: 'misses',
  },
  'exporting-status': {
    asks: 'Which status has a snapshot while it is exported to S3?',
    documented:
      'The API reference lists `creating | available | restoring | copying | deleting`; a program in the field waits while it is `exporting`: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_Snapshot.html, HalloApp’s server (mod_backup.erl)',
    readings: {
      exporting: '`exporting`, which the API reference does not list',
      copying: '`copying`',
      available: '`available`, as before and after',
    },
    usual: 'exporting',
  },
  'created-visible': {
    asks: 'When does a `Describe…` show what a `Create…` has accepted?',
    documented:
      'Not said for ElastiCache. EC2’s API is documented as eventually consistent: https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html',
    readings: {
      'at-once': 'at once',
      'after-a-minute': 'after up to a minute, in which it is not found',
    },
    usual: 'at-once',
  },
  durations: {
    asks: 'How long do snapshots, exports, creations and deletions take?',
    documented:
      'No figures: "the duration varies depending on the size of your cache", https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups.html',
    readings: {
      minutes: 'minutes: snapshots 2 to 6, exports 1 to 4, clusters 6 to 12',
      seconds: 'seconds',
      long: 'five times as long as `minutes`',
    },
    usual: 'minutes',
  },
  'replication-timestamp': {
    asks: 'Does ElastiCache write `ElastiCacheMasterReplicationTimestamp` into the clusters of today?',
    documented:
      '"Included in all clusters": https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.Create.html; on which engines, in cluster mode and in exported files is not said',
    readings: {
      written:
        'yes: into database 0, at the creation and before each snapshot here; in cluster mode into the shard of its slot',
      none: 'no',
    },
    usual: 'written',
  },
  'page-size': {
    asks: 'How many results has a page of a `Describe…`?',
    documented:
      '"The maximum number of records to include in the response": a page may have fewer, https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DescribeSnapshots.html',
    readings: {
      'as-asked': 'as many as `MaxRecords`, if there are so many',
      one: 'one, with a marker',
    },
    usual: 'as-asked',
  },
} as const satisfies Readonly<Record<string, Question>>;

export type QuestionId = keyof typeof QUESTIONS;

/** An answer to each question. */
export type Readings = { readonly [Id in QuestionId]: keyof (typeof QUESTIONS)[Id]['readings'] };

/** @throws RangeError that names a question or a reading that does not exist */
export function readingsOf(chosen: Readonly<Record<string, string>> = {}): Readings {
  const questions: Readonly<Record<string, Question>> = QUESTIONS;
  for (const [id, reading] of Object.entries(chosen)) {
    const question = questions[id];
    if (question === undefined)
      throw new RangeError(`there is no question '${id}'; there are ${Object.keys(questions).join(', ')}`);
    if (!(reading in question.readings))
      throw new RangeError(
        `'${reading}' is no reading of '${id}'; there are ${Object.keys(question.readings).join(', ')}`,
      );
  }
  const usual = Object.entries(questions).map(([id, question]) => [id, question.usual]);
  return { ...Object.fromEntries(usual), ...chosen };
}
