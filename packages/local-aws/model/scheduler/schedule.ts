import type { ResourceDeclaration } from '../../cloudformation/resource.ts';
import { refuseUnknown, refuseUnless } from '../lambda/refuse.ts';
import { NotModelledError, ServiceError } from '../service.ts';
import { parseExpression, type Recurrence, refuseTimezone } from './expression.ts';

export interface ScheduleTarget {
  readonly arn: string;
  readonly roleArn: string;
  /** With its `<aws.scheduler.…>` keywords. */
  readonly input: string;
  readonly maximumRetryAttempts: number;
  readonly maximumEventAgeSeconds: number;
  readonly deadLetterArn: string | undefined;
}

export interface Schedule {
  readonly arn: string;
  readonly name: string;
  readonly group: string;
  readonly account: string;
  readonly region: string;
  readonly expression: string;
  readonly recurrence: Recurrence;
  readonly description: string | undefined;
  /** Nothing fires before or after, ms since the epoch. */
  readonly startsAt: number;
  readonly endsAt: number;
  readonly target: ScheduleTarget;
  readonly createdAt: number;
  enabled: boolean;
  /** Since when it has been enabled without a break. */
  enabledAt: number;
}

/** https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html */
const MAX_RETRY_ATTEMPTS = 185;
const MAX_EVENT_AGE_SECONDS = 86_400;
const MIN_EVENT_AGE_SECONDS = 60;

const RESOURCE = 'AWS::Scheduler::Schedule';
/** https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html, API_Target.html */
const NAME = /^[0-9a-zA-Z-_.]{1,64}$/;
const ROLE_ARN = /^arn:aws:iam::\d{12}:role\/[\w+=,.@/-]+$/;
const TARGET_ARN =
  /^arn:aws:(lambda:[\w-]+:\d{12}:function:[\w-]+|states:[\w-]+:\d{12}:stateMachine:[\w-]+)$/;

export const SCHEDULE_PROPERTIES = [
  'Description',
  'EndDate',
  'FlexibleTimeWindow',
  'GroupName',
  'Name',
  'ScheduleExpression',
  'ScheduleExpressionTimezone',
  'StartDate',
  'State',
  'Target',
] as const;

/** What a template or an API call says of one. */
export type Declared = Pick<ResourceDeclaration, 'properties' | 'stack' | 'generatedName'>;

/** Reads a template's schedule: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-scheduler-schedule.html */
export function parseSchedule({ properties, stack, generatedName }: Declared, now: number): Schedule {
  requireWord(properties.State, 'state', ['ENABLED', 'DISABLED']);
  requireWord(properties.FlexibleTimeWindow?.Mode, 'flexibleTimeWindow.mode', ['OFF', 'FLEXIBLE']);
  refuseUnknown(`${RESOURCE} FlexibleTimeWindow`, properties.FlexibleTimeWindow, ['Mode']);
  refuseUnless(`${RESOURCE} FlexibleTimeWindow Mode`, properties.FlexibleTimeWindow?.Mode, ['OFF']);
  refuseTimezone(properties.ScheduleExpressionTimezone);
  const name: string = properties.Name ?? generatedName;
  const group: string = properties.GroupName ?? 'default';
  for (const [member, text] of Object.entries({ name, groupName: group })) requireName(text, member);
  return {
    arn: `arn:aws:scheduler:${stack.region}:${stack.account}:schedule/${group}/${name}`,
    name,
    group,
    account: stack.account,
    region: stack.region,
    expression: properties.ScheduleExpression,
    recurrence: parseExpression(properties.ScheduleExpression),
    description: properties.Description,
    startsAt: instant(properties.StartDate, Number.NEGATIVE_INFINITY),
    endsAt: instant(properties.EndDate, Number.POSITIVE_INFINITY),
    target: parseTarget(properties.Target),
    createdAt: now,
    enabled: properties.State !== 'DISABLED',
    enabledAt: now,
  };
}

// biome-ignore lint/suspicious/noExplicitAny: properties of a template
function parseTarget(target: any): ScheduleTarget {
  const where = `${RESOURCE} Target`;
  refuseUnknown(where, target, ['Arn', 'DeadLetterConfig', 'Input', 'RetryPolicy', 'RoleArn']);
  refuseUnknown(`${where} DeadLetterConfig`, target.DeadLetterConfig, ['Arn']);
  refuseUnknown(`${where} RetryPolicy`, target.RetryPolicy, [
    'MaximumEventAgeInSeconds',
    'MaximumRetryAttempts',
  ]);
  if (!TARGET_ARN.test(target.Arn)) {
    throw new NotModelledError(`${where} ${target.Arn}: only Lambda functions and state machines`);
  }
  if (!ROLE_ARN.test(target.RoleArn)) throw constraint(target.RoleArn, 'target.roleArn', String(ROLE_ARN));
  const { MaximumRetryAttempts, MaximumEventAgeInSeconds } = target.RetryPolicy ?? {};
  return {
    arn: target.Arn,
    roleArn: target.RoleArn,
    input: target.Input ?? '{}',
    maximumRetryAttempts: inRange(MaximumRetryAttempts, 0, MAX_RETRY_ATTEMPTS),
    maximumEventAgeSeconds: inRange(MaximumEventAgeInSeconds, MIN_EVENT_AGE_SECONDS, MAX_EVENT_AGE_SECONDS),
    deadLetterArn: target.DeadLetterConfig?.Arn,
  };
}

function requireName(text: string, member: string): void {
  if (!NAME.test(text)) throw constraint(text, member, '[0-9a-zA-Z-_.]+, 1 to 64 characters');
}

function requireWord(value: string | undefined, member: string, known: readonly string[]): void {
  if (value !== undefined && !known.includes(value)) throw constraint(value, member, `[${known.join(', ')}]`);
}

function constraint(value: string, member: string, expected: string): ServiceError {
  return new ServiceError(
    'ValidationException',
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${expected}`,
  );
}

/** Both limits default to their greatest value (same page). */
function inRange(raw: unknown, least: number, most: number): number {
  const value = Number(raw ?? most);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new ServiceError(
    'ValidationException',
    `RetryPolicy: ${raw} is not a whole number from ${least} to ${most}`,
  );
}

function instant(raw: string | undefined, otherwise: number): number {
  return raw === undefined ? otherwise : Date.parse(raw);
}
