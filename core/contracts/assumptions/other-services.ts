import type { Assumptions } from './assumption.ts';

/** About services beside ElastiCache. */
export const OTHER_ASSUMPTIONS: Assumptions = {
  'alarm-without-data': {
    how: 'When a subscription is confirmed, the watch has every alarm that is then in ALARM sent again: one that went into ALARM before, and stays there, would reach nobody else.',
    refuses: {},
    settledBy: 'doctor, after the deployment: the history of the alarms',
  },
};
