import {
  GetScheduleCommand,
  type GetScheduleCommandOutput,
  type SchedulerClient,
} from '@aws-sdk/client-scheduler';
import type { SettingDocument } from '../../../core/contracts/settings.ts';
import { membersOf, readSetting } from './read-setting.ts';

/** What UpdateSchedule takes: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_UpdateSchedule.html (checked 2026-11-22) */
const DEFINITION = [
  'Name',
  'GroupName',
  'Description',
  'ScheduleExpression',
  'ScheduleExpressionTimezone',
  'FlexibleTimeWindow',
  'StartDate',
  'EndDate',
  'ActionAfterCompletion',
  'KmsKeyArn',
  'State',
  'Target',
] as const;

/** A schedule; its target by the function's name, and the whole of it as `Definition`, from which a repair starts. */
export function scheduleSettings(client: SchedulerClient) {
  return (GroupName: string, Name: string): Promise<SettingDocument | undefined> =>
    readSetting(
      `the schedule ${GroupName}/${Name}`,
      async (patience) => settingOf(await client.send(new GetScheduleCommand({ GroupName, Name }), patience)),
      ['ResourceNotFoundException'],
    );
}

function settingOf(answer: GetScheduleCommandOutput): SettingDocument {
  return {
    ...membersOf(answer, ['State', 'ScheduleExpression', 'ScheduleExpressionTimezone']),
    Function: answer.Target?.Arn?.split(':').at(-1),
    Input: answer.Target?.Input,
    Definition: membersOf(answer, DEFINITION),
  };
}
