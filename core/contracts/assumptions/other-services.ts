import type { Assumptions } from './assumption.ts';

/** About services beside ElastiCache. */
export const OTHER_ASSUMPTIONS: Assumptions = {
  'alarm-without-data': {
    how: 'When a subscription is confirmed, the watch has every alarm that is then in ALARM sent again: one that went into ALARM before, and stays there, would reach nobody else.',
    refuses: {},
    settledBy: 'no check of doctor; aws cloudwatch describe-alarm-history, after the deployment',
  },
  'lifecycle-lag': {
    how: 'A copy that was released and is partly gone is neither listed as restorable nor reported as lost. Nothing waits for an expiration.',
    refuses: {},
    settledBy: 'no check of doctor; the report of doctor --rehearse names what is due when',
  },
  'lambda-concurrency': {
    how: 'Ingests together take at most half of what the account allows, and 5 if it does not say. A step that is throttled is tried again for about seven minutes. No concurrency is reserved, which an account with ten could not.',
    refuses: {},
    settledBy: 'doctor, before the deployment: the Lambda quotas of the account',
  },
};
