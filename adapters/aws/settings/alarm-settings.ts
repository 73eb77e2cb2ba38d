import {
  type CloudWatchClient,
  type MetricAlarm,
  paginateDescribeAlarms,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import type { SettingDocument } from '../../../core/contracts/settings.ts';
import type { Settings } from '../../../core/ports.ts';
import { translating } from '../translate.ts';
import { membersOf, type Patience, readSetting } from './read-setting.ts';

const MEMBERS = [
  'ActionsEnabled',
  'AlarmActions',
  'Namespace',
  'MetricName',
  'Statistic',
  'Period',
  'EvaluationPeriods',
  'Threshold',
  'ComparisonOperator',
  'TreatMissingData',
] as const satisfies readonly (keyof MetricAlarm)[];

/** Alarms by name, in one call: the API allows few of them, up to 100 names each. */
export function alarmSettings(client: CloudWatchClient) {
  return async (names: readonly string[]): Promise<ReadonlyMap<string, SettingDocument>> => {
    const found = await readSetting('the alarms', (patience) => describe(client, names, patience));
    return new Map(Object.entries(found ?? {})) as ReadonlyMap<string, SettingDocument>;
  };
}

async function describe(
  client: CloudWatchClient,
  names: readonly string[],
  { abortSignal }: Patience,
): Promise<SettingDocument> {
  const found: Record<string, SettingDocument> = {};
  for await (const { MetricAlarms = [] } of paginateDescribeAlarms(
    { client },
    { AlarmNames: [...names] },
    { abortSignal },
  ))
    for (const alarm of MetricAlarms) found[alarm.AlarmName ?? ''] = membersOf(alarm, MEMBERS);
  return found;
}

/**
 * What a state that is set by hand does: it lasts until the next evaluation.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_SetAlarmState.html (checked 2026-11-23)
 */
export function alarmStates(client: CloudWatchClient): Pick<Settings, 'alarmsInAlarm' | 'sendAlarmAgain'> {
  return {
    alarmsInAlarm: async (names) => {
      if (names.length === 0) return [];
      const found = await readSetting('the alarms in ALARM', async ({ abortSignal }) => {
        const input = { AlarmNames: [...names], StateValue: 'ALARM' as const };
        const inAlarm: Record<string, string> = {};
        for await (const { MetricAlarms = [] } of paginateDescribeAlarms({ client }, input, { abortSignal }))
          for (const { AlarmName = '', StateValue = '' } of MetricAlarms) inAlarm[AlarmName] = StateValue;
        return inAlarm;
      });
      return Object.keys(found ?? {});
    },
    sendAlarmAgain: async (AlarmName) => {
      const StateReason = 'Redrill: a subscription was confirmed, so that the alarm is sent again';
      await translating(`send the alarm ${AlarmName} again`, () =>
        client.send(new SetAlarmStateCommand({ AlarmName, StateValue: 'INSUFFICIENT_DATA', StateReason })),
      );
    },
  };
}
