import type { Stack } from 'aws-cdk-lib';
import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnKey } from 'aws-cdk-lib/aws-kms';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { CfnSchedule, CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { CfnSubscription, CfnTopic } from 'aws-cdk-lib/aws-sns';
import type { IConstruct } from 'constructs';
import type { ExpectedSettings } from '../../core/contracts/settings.ts';
import { bucketSettingsOf } from './expected-bucket.ts';

/** Values of a Lambda's variables, by the variables' names. */
export type Variables = Readonly<Record<string, string>>;

/**
 * The settings of everything in a stack that is watched, taken from the resources that were put into it. What has a name
 * only once it is deployed is watched if the Lambda is given the name in one of its variables.
 */
export function expectedSettingsOf(stack: Stack, variables: Variables): ExpectedSettings {
  const names = new Names(stack, variables);
  const settingOf = (value: object) => names.fill(value) as Record<string, never>;
  return {
    version: 1,
    stack: stack.stackName,
    region: stack.region,
    buckets: all(stack, CfnBucket).flatMap((bucket) => {
      const name = names.find(bucket.ref);
      return name === undefined ? [] : [{ name, settings: settingOf(bucketSettingsOf(stack, bucket)) }];
    }),
    keys: all(stack, CfnKey).flatMap((key) => names.find(key.attrArn) ?? []),
    schedules: all(stack, CfnSchedule).map((schedule) => {
      const { name, group, ...setting } = settingOf(scheduleSetting(stack, schedule));
      return { name: name ?? '', group: group ?? '', setting };
    }),
    alarms: all(stack, CfnAlarm).map((alarm) => {
      const { name, ...setting } = settingOf(alarmSetting(alarm));
      return { name: name ?? '', setting };
    }),
    topics: all(stack, CfnTopic).flatMap((topic) => {
      const arn = names.find(topic.ref);
      return arn === undefined ? [] : [{ arn, subscriptions: subscriptionsTo(stack, topic) }];
    }),
  };
}

function scheduleSetting(stack: Stack, schedule: CfnSchedule) {
  const target = stack.resolve(schedule.target) as CfnSchedule.TargetProperty;
  return {
    name: schedule.name,
    group: ownerOf(stack, CfnScheduleGroup, (group) => group.ref, schedule.groupName)?.name ?? 'default',
    State: schedule.state,
    ScheduleExpression: schedule.scheduleExpression,
    ScheduleExpressionTimezone: schedule.scheduleExpressionTimezone,
    Function: ownerOf(stack, CfnFunction, (each) => each.attrArn, target.arn)?.functionName,
    Input: target.input,
  };
}

function alarmSetting(alarm: CfnAlarm) {
  return {
    name: alarm.alarmName,
    ActionsEnabled: alarm.actionsEnabled ?? true,
    AlarmActions: alarm.alarmActions,
    Namespace: alarm.namespace,
    MetricName: alarm.metricName,
    Statistic: alarm.statistic,
    Period: alarm.period,
    EvaluationPeriods: alarm.evaluationPeriods,
    Threshold: alarm.threshold,
    ComparisonOperator: alarm.comparisonOperator,
    TreatMissingData: alarm.treatMissingData,
  };
}

function subscriptionsTo(stack: Stack, topic: CfnTopic) {
  return all(stack, CfnSubscription)
    .filter(({ topicArn }) => isSame(stack, topicArn, topic.ref))
    .map(({ protocol, endpoint = '' }) => ({ protocol, endpoint }));
}

type ResourceClass<Resource> = abstract new (...parameters: never[]) => Resource;

function all<Resource>(stack: Stack, type: ResourceClass<Resource>): readonly Resource[] {
  return stack.node
    .findAll()
    .filter((each: IConstruct): each is IConstruct & Resource => each instanceof type);
}

/** The resource of the stack that a token stands for. */
function ownerOf<Resource>(
  stack: Stack,
  type: ResourceClass<Resource>,
  tokenOf: (resource: Resource) => string,
  token: unknown,
): Resource | undefined {
  return all(stack, type).find((resource) => isSame(stack, tokenOf(resource), token));
}

function isSame(stack: Stack, one: unknown, other: unknown): boolean {
  return JSON.stringify(stack.resolve(one)) === JSON.stringify(stack.resolve(other));
}

/** Puts the names of the Lambda's variables in place of what only the deployment knows. */
class Names {
  readonly #stack: Stack;
  readonly #byToken: ReadonlyMap<string, string>;

  constructor(stack: Stack, variables: Variables) {
    this.#stack = stack;
    this.#byToken = new Map(
      Object.entries(variables).map(([name, value]) => [JSON.stringify(stack.resolve(value)), `{${name}}`]),
    );
  }

  find(token: string): string | undefined {
    return this.#byToken.get(JSON.stringify(this.#stack.resolve(token)));
  }

  /** @throws Error that shows what no variable tells */
  fill(value: unknown): unknown {
    return this.#filled(this.#stack.resolve(value));
  }

  #filled(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    const text = JSON.stringify(value);
    const name = this.#byToken.get(text);
    if (name !== undefined) return name;
    if (Array.isArray(value)) return value.map((item) => this.#filled(item));
    const members = Object.entries(value);
    if (members.length === 1 && /^(Ref|Fn::)/.test(members[0]?.[0] ?? ''))
      throw new Error(`only the deployment knows ${text}: give it to the Lambda in a variable`);
    return Object.fromEntries(members.map(([member, content]) => [member, this.#filled(content)]));
  }
}
