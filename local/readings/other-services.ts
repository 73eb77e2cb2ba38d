import type { Questions } from './question.ts';

/** Services beside ElastiCache. */
export const OTHER_QUESTIONS = {
  'alarm-without-data': {
    asks: 'Which state has a new alarm, with missing data treated as breaching, whose metric has no data yet?',
    documented:
      '"When you create an alarm, its state is INSUFFICIENT_DATA"; when it is first evaluated is not said: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html#alarms-and-missing-data',
    readings: {
      'insufficient-data': 'INSUFFICIENT_DATA until a whole evaluation range has passed since its creation',
      breaching: 'ALARM after its first period',
    },
    usual: 'insufficient-data',
  },
} as const satisfies Questions;
