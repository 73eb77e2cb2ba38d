import type { Assumptions } from './assumption.ts';

/** About services beside ElastiCache. */
export const OTHER_ASSUMPTIONS: Assumptions = {
  'alarm-without-data': {
    how: 'When a subscription is confirmed, the watch sends again every alarm that is in ALARM at that time. Otherwise the new subscriber would not receive an alarm that began earlier.',
    refuses: {},
    settledBy: 'no check of doctor; aws cloudwatch describe-alarm-history, after the deployment',
  },
  'lifecycle-lag': {
    how: 'If S3 has deleted a part of a released copy, Redrill neither lists the copy as restorable nor reports it as lost. No function waits for an expiration.',
    refuses: {},
    settledBy: 'no check of doctor; the report of doctor --rehearse lists when each object version is due',
  },
  'lambda-concurrency': {
    how: 'All ingests together use at most half of what the account allows, or 5 if Redrill cannot read the limit. Redrill retries a throttled step for about seven minutes. It reserves no concurrency, because an account with ten could not.',
    refuses: {},
    settledBy: 'doctor, before the deployment: the Lambda quotas of the account',
  },
};
