import { refuseUnknown } from '../lambda/refuse.ts';
import { type Call, NotModelledError, type Operation } from '../service.ts';
import type { Schedule } from './schedule.ts';
import type { Schedules } from './scheduler.ts';

interface NameInput {
  readonly Name: string;
  readonly GroupName?: string;
}

/** ListSchedules, GetSchedule, and UpdateSchedule as far as it turns a schedule on or off. */
export function schedulerOperations(schedules: Schedules): Record<string, Operation> {
  return {
    ListSchedules: async (input, call) => list(schedules, input, call),
    GetSchedule: async (input: NameInput, call) => {
      refuseUnknown('scheduler GetSchedule', input, ['Name', 'GroupName']);
      return describe(find(schedules, input, call, 'scheduler:GetSchedule'));
    },
    UpdateSchedule: async (input, call) => update(schedules, input, call),
  };
}

interface ListInput {
  readonly GroupName?: string;
  readonly NamePrefix?: string;
  readonly State?: string;
}

function list(schedules: Schedules, input: ListInput, call: Call): object {
  refuseUnknown('scheduler ListSchedules', input, ['GroupName', 'NamePrefix', 'State']);
  call.authorize({ action: 'scheduler:ListSchedules', resource: '*' });
  const found = schedules.all
    .filter(({ account, region }) => account === call.principal.account && region === call.region)
    .filter(({ group }) => input.GroupName === undefined || group === input.GroupName)
    .filter(({ name }) => name.startsWith(input.NamePrefix ?? ''))
    .filter((schedule) => input.State === undefined || stateOf(schedule) === input.State);
  return {
    Schedules: found.map((schedule) => ({
      Arn: schedule.arn,
      Name: schedule.name,
      GroupName: schedule.group,
      State: stateOf(schedule),
      CreationDate: new Date(schedule.createdAt),
      Target: { Arn: schedule.target.arn },
    })),
  };
}

/**
 * UpdateSchedule replaces a whole schedule: a caller repeats what GetSchedule gave and changes the State. A change of
 * anything else is refused.
 * @see https://docs.aws.amazon.com/scheduler/latest/APIReference/API_UpdateSchedule.html
 */
function update(schedules: Schedules, input: NameInput & Record<string, unknown>, call: Call): object {
  const schedule = find(schedules, input, call, 'scheduler:UpdateSchedule');
  const { State, Name: _name, GroupName: _group, ...rest } = input;
  const current = describe(schedule);
  for (const [member, value] of Object.entries(rest)) {
    if (value === undefined || JSON.stringify(value) === JSON.stringify(current[member])) continue;
    throw new NotModelledError(`scheduler UpdateSchedule: a change of ${member}`);
  }
  // State defaults to ENABLED when it is left out, as any other member would go back to its default.
  schedules.setEnabled(schedule, (State ?? 'ENABLED') === 'ENABLED');
  return { ScheduleArn: schedule.arn };
}

function find(schedules: Schedules, { Name, GroupName }: NameInput, call: Call, action: string): Schedule {
  const { region, principal } = call;
  const group = GroupName ?? 'default';
  const resource = `arn:aws:scheduler:${region}:${principal.account}:schedule/${group}/${Name}`;
  call.authorize({ action, resource });
  return schedules.find(principal.account, region, group, Name);
}

function describe(schedule: Schedule): Record<string, unknown> {
  const { target } = schedule;
  return {
    Arn: schedule.arn,
    Name: schedule.name,
    GroupName: schedule.group,
    ...(schedule.description !== undefined && { Description: schedule.description }),
    ScheduleExpression: schedule.expression,
    ScheduleExpressionTimezone: 'UTC',
    FlexibleTimeWindow: { Mode: 'OFF' },
    State: stateOf(schedule),
    CreationDate: new Date(schedule.createdAt),
    Target: {
      Arn: target.arn,
      RoleArn: target.roleArn,
      Input: target.input,
      RetryPolicy: {
        MaximumEventAgeInSeconds: target.maximumEventAgeSeconds,
        MaximumRetryAttempts: target.maximumRetryAttempts,
      },
      ...(target.deadLetterArn !== undefined && { DeadLetterConfig: { Arn: target.deadLetterArn } }),
    },
  };
}

function stateOf({ enabled }: Schedule): 'ENABLED' | 'DISABLED' {
  return enabled ? 'ENABLED' : 'DISABLED';
}
