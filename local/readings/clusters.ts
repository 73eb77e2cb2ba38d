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
} as const satisfies Questions;
