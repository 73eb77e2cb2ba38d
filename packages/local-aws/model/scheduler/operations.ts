import { refuseUnknown } from '../lambda/refuse.ts';
import { type Call, type Operation, ServiceError } from '../service.ts';
import { parseSchedule, SCHEDULE_PROPERTIES, type Schedule } from './schedule.ts';
import type { Schedules } from './schedules.ts';

interface NameInput {
  readonly Name: string;
  readonly GroupName?: string;
}

/** The operations that are modelled. */
export function schedulerOperations(schedules: Schedules): Record<string, Operation> {
  return {
    ListSchedules: async (input, call) => list(schedules, input, call),
    GetSchedule: async (input: NameInput, call) => {
      refuseUnknown('scheduler GetSchedule', input, ['Name', 'GroupName']);
      return describe(find(schedules, input, call, 'scheduler:GetSchedule'));
    },
    GetScheduleGroup: async (input: { readonly Name: string }, call) => getGroup(schedules, input, call),
    UpdateSchedule: async (input, call) => update(schedules, input, call),
    CreateSchedule: async (input, call) => create(schedules, input, call),
    DeleteSchedule: async (input: NameInput, call) => {
      refuseUnknown('scheduler DeleteSchedule', input, ['Name', 'GroupName', 'ClientToken']);
      schedules.remove(find(schedules, input, call, 'scheduler:DeleteSchedule'));
      return {};
    },
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
 * Replaces the whole schedule: a caller repeats what GetSchedule gave and changes what should be otherwise.
 * @see https://docs.aws.amazon.com/scheduler/latest/APIReference/API_UpdateSchedule.html
 */
function update(schedules: Schedules, input: NameInput & Record<string, unknown>, call: Call): object {
  const before = find(schedules, input, call, 'scheduler:UpdateSchedule');
  const after = parsed(schedules, input, call);
  call.authorize({ action: 'iam:PassRole', resource: after.target.roleArn });
  schedules.admit(after);
  schedules.replace(before, after);
  return { ScheduleArn: after.arn };
}

/** https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html */
function create(schedules: Schedules, input: NameInput & Record<string, unknown>, call: Call): object {
  const schedule = parsed(schedules, input, call);
  call.authorize({ action: 'scheduler:CreateSchedule', resource: schedule.arn });
  call.authorize({ action: 'iam:PassRole', resource: schedule.target.roleArn });
  schedules.admit(schedule);
  if (schedules.all.some(({ arn }) => arn === schedule.arn))
    throw new ServiceError('ConflictException', `Schedule ${input.Name} already exists.`, 409);
  schedules.add(schedule);
  return { ScheduleArn: schedule.arn };
}

/** https://docs.aws.amazon.com/scheduler/latest/APIReference/API_GetScheduleGroup.html */
function getGroup(schedules: Schedules, input: { readonly Name: string }, call: Call): object {
  refuseUnknown('scheduler GetScheduleGroup', input, ['Name']);
  const { region, principal } = call;
  const Arn = `arn:aws:scheduler:${region}:${principal.account}:schedule-group/${input.Name}`;
  call.authorize({ action: 'scheduler:GetScheduleGroup', resource: Arn });
  if (!schedules.groups.has(`${principal.account}/${region}/${input.Name}`))
    throw new ServiceError('ResourceNotFoundException', `Schedule group ${input.Name} does not exist.`, 404);
  return { Arn, Name: input.Name, State: 'ACTIVE' };
}

function parsed(schedules: Schedules, input: NameInput & Record<string, unknown>, call: Call): Schedule {
  const { ClientToken: _token, ...properties } = input;
  refuseUnknown(`scheduler ${call.operation}`, properties, SCHEDULE_PROPERTIES);
  const stack = { name: '', region: call.region, account: call.principal.account };
  return parseSchedule({ properties, stack, generatedName: input.Name }, schedules.now());
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
