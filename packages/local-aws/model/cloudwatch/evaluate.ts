import { type AlarmConfiguration, type AlarmState, COMPARISONS } from './alarm.ts';

/** The statistic of each period of the evaluation range, oldest first; `undefined` where there are no data. */
export type Datapoints = readonly (number | undefined)[];

export interface Verdict {
  /** `undefined`: the alarm stays as it is. */
  readonly state: AlarmState | undefined;
  readonly reason: string;
}

/**
 * Decides an alarm's state from one evaluation range. CloudWatch itself looks a little further back for real data
 * points when some are missing; here the range is exactly the evaluation periods, which is the stricter reading.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html#alarms-and-missing-data
 */
export function evaluate(alarm: AlarmConfiguration, datapoints: Datapoints): Verdict {
  const breaches = COMPARISONS[alarm.comparison];
  const present = datapoints.filter((value) => value !== undefined);
  const missing = datapoints.length - present.length;
  const breachingPresent = present.filter((value) => breaches(value, alarm.threshold)).length;
  const shown = `[${present.join(', ')}]${missing > 0 ? ` and ${missing} missing` : ''}`;
  const reason = `of ${datapoints.length} datapoints ${shown}, ${alarm.comparison} ${alarm.threshold} held for ${breachingPresent}`;

  if (present.length === 0 && alarm.missingData === 'ignore') return { state: undefined, reason };
  if (present.length === 0 && alarm.missingData === 'missing') return { state: 'INSUFFICIENT_DATA', reason };
  const breaching = breachingPresent + (alarm.missingData === 'breaching' ? missing : 0);
  if (breaching >= alarm.datapointsToAlarm) return { state: 'ALARM', reason };
  // With missing data left out, too few points to reach the count leave the alarm where it is.
  const undecided =
    alarm.missingData === 'ignore' && breaching + missing >= alarm.datapointsToAlarm && missing > 0;
  return { state: undecided ? undefined : 'OK', reason };
}
