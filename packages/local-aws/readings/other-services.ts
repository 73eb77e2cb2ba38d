import type { Questions } from './question.ts';

/** Services beside ElastiCache. */
export const OTHER_QUESTIONS = {
  'alarm-without-data': {
    asks: 'Which state does a new alarm have if its metric has no data yet and it treats missing data as breaching?',
    documented:
      '"When you create an alarm, its state is INSUFFICIENT_DATA"; when CloudWatch first evaluates it is not stated: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html#alarms-and-missing-data',
    readings: {
      'insufficient-data': 'INSUFFICIENT_DATA until a whole evaluation range has passed since its creation',
      breaching: 'ALARM after its first period',
    },
    usual: 'insufficient-data',
  },
  'lifecycle-lag': {
    asks: 'When does S3 expire an object that is due by a lifecycle rule?',
    documented:
      'Due at the first midnight UTC after its days: https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-to-set-lifecycle-configuration-intro.html. "There may be a delay between the expiration date and the date at which Amazon S3 removes an object": https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-expire-general-considerations.html; how long the delay is, and whether objects of one prefix expire together, is not stated',
    readings: {
      'at-midnight': 'at that midnight, all of them',
      'days-late': 'three days later; until then the object can be listed and read',
      piecemeal: 'up to three days later, each object at a different midnight',
    },
    usual: 'at-midnight',
  },
  'lambda-concurrency': {
    asks: 'How many Lambda functions may the account run at the same time in a region?',
    documented:
      '1,000, and fewer in a new account; how many fewer is not stated: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html. One account had ten: https://github.com/awslabs/fhir-works-on-aws-deployment/issues/691',
    readings: { thousand: '1,000', ten: '10' },
    usual: 'thousand',
  },
} as const satisfies Questions;
