import { type CloudWatchClient, type MetricAlarm, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import type { SettingDocument } from '../../../core/contracts/settings.ts';
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
