import { Stack } from 'aws-cdk-lib';
import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnManagedPolicy, CfnPolicy, CfnRole } from 'aws-cdk-lib/aws-iam';
import { CfnKey } from 'aws-cdk-lib/aws-kms';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnBucket, CfnBucketPolicy } from 'aws-cdk-lib/aws-s3';
import { CfnSchedule, CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { CfnSubscription, CfnTopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { DEFAULT_BUS } from '../../core/contracts/alert-config.ts';
import { ENV } from '../../core/contracts/environment.ts';
import { CANARY_CODE } from '../../core/contracts/resources.ts';
import { EXPECTED_FILE, type ExpectedSettings, type OtherSide } from '../../core/contracts/settings.ts';
import type { BesideFile } from '../lambda/bundle-code.ts';
import { jsonText } from '../lambda/bundles.ts';
import type { LambdaFunction } from '../lambda/lambda-function.ts';
import { GivenKey } from '../storage/given-key.ts';
import { all, isSame, Names, ownerOf } from './deployed-names.ts';
import { bucketSettingsOf } from './expected-bucket.ts';
import { channelsOf } from './expected-channels.ts';

type Document = Record<string, never>;

/** Whose settings are watched, and by whom. */
export interface Watched {
  /** The half of the deployment. */
  readonly scope: Construct;
  /** The Lambda that compares. */
  readonly watcher: Pick<LambdaFunction, 'variables' | 'variableFor'>;
  readonly otherSide?: OtherSide;
  /** Which alerts are put on. @default the account's own */
  readonly eventBus?: string;
}

/** What a Lambda compares settings with, as a file beside its bundle. */
export function expectedFile(watched: Watched): BesideFile {
  return { name: EXPECTED_FILE, content: jsonText(expectedSettingsOf(watched)) };
}

/**
 * The settings of everything in a half that is watched, taken from the resources that were put into it. What has a name
 * only once it is deployed is watched if the Lambda is given the name in one of its variables.
 */
export function expectedSettingsOf({
  scope,
  watcher,
  otherSide,
  eventBus = DEFAULT_BUS,
}: Watched): ExpectedSettings {
  const stack = Stack.of(scope);
  const names = new Names(scope, watcher.variables);
  const settingOf = (value: object) => names.fill(value) as Document;
  const textOf = (value: string) => names.text(value, (text) => watcher.variableFor(text));
  return {
    version: 1,
    stack: stack.stackName,
    region: stack.region,
    buckets: all(scope, CfnBucket).flatMap((bucket) => {
      const name = names.find(bucket.ref);
      if (name === undefined) return [];
      const settings = { ...bucketSettingsOf(stack, bucket), ...policyOf(scope, bucket) };
      return [{ name, settings: settingOf(settings) }];
    }),
    keys: keysOf(scope).flatMap(({ token, policy }) => {
      const arn = names.find(token);
      if (arn === undefined) return [];
      const of = arn === `{${ENV.alertKey}}` ? 'alerts' : 'vault';
      return [{ arn, of, ...(policy === undefined ? {} : { policy: settingOf(policy) }) } as const];
    }),
    schedules: all(scope, CfnSchedule).map((schedule) => {
      const { name, group, ...setting } = settingOf(scheduleSetting(scope, schedule));
      return { name: name ?? '', group: group ?? '', setting };
    }),
    alarms: all(scope, CfnAlarm).map((alarm) => {
      const { name, ...setting } = settingOf(alarmSetting(alarm));
      return { name: name ?? '', setting };
    }),
    topics: all(scope, CfnTopic).flatMap((topic) => {
      const arn = names.find(topic.ref);
      return arn === undefined ? [] : [{ arn, subscriptions: subscriptionsTo(topic, textOf) }];
    }),
    channels: channelsOf(scope, eventBus).map(({ part, name, setting }) => ({
      part,
      name,
      setting: settingOf(setting),
    })),
    roles: rolesOf(scope, settingOf, textOf),
    ...(otherSide && { otherSide: names.fill(otherSide) as OtherSide }),
  };
}

/** Those that the half makes, and the vault's if it was there before: its policy is watched if Redrill gave it to it. */
function keysOf(
  scope: Construct,
): readonly { readonly token: string; readonly policy: object | undefined }[] {
  return [
    ...all(scope, CfnKey).map(({ attrArn, keyPolicy }) => ({ token: attrArn, policy: keyPolicy })),
    ...all(scope, GivenKey).map(({ key, policy }) => ({ token: key.keyArn, policy })),
  ];
}

function policyOf(scope: Construct, bucket: CfnBucket): { readonly policy?: object } {
  const found = all(scope, CfnBucketPolicy).find((policy) => isSame(scope, policy.bucket, bucket.ref));
  return found === undefined ? {} : { policy: found.policyDocument };
}

/** @throws Error of a role whose policies would not all be watched */
function rolesOf(
  scope: Construct,
  settingOf: (value: object) => Document,
  textOf: (value: string) => string,
): ExpectedSettings['roles'] {
  const [policy] = [...all(scope, CfnPolicy), ...all(scope, CfnManagedPolicy)];
  if (policy !== undefined)
    throw new Error(
      `${policy.node.path} is a policy of its own; roles are watched with inline policies only`,
    );
  const stack = Stack.of(scope);
  return all(scope, CfnRole).map((role) => {
    const { roleName: name } = role;
    const managed = (stack.resolve(role.managedPolicyArns) ?? []) as readonly unknown[];
    if (name === undefined || managed.length > 0)
      throw new Error(
        `${role.node.path} cannot be watched: give it a name, and inline policies instead of managed ones`,
      );
    const policies = stack.resolve(role.policies ?? []) as readonly CfnRole.PolicyProperty[];
    const boundary = boundaryOf(role);
    return {
      name,
      trust: settingOf(role.assumeRolePolicyDocument),
      policies: Object.fromEntries(policies.map((each) => [each.policyName, settingOf(each.policyDocument)])),
      ...(boundary === undefined ? {} : { boundary: textOf(boundary) }),
    };
  });
}

/** A stack, an app and PermissionsBoundary give roles their boundary as an override, of which the CDK has no getter. */
function boundaryOf(role: CfnRole): string | undefined {
  const overrides: unknown = Reflect.get(role, 'rawOverrides');
  if (typeof overrides !== 'object' || overrides === null)
    throw new Error('the CDK no longer has rawOverrides, where permissions boundaries are');
  const { Properties } = overrides as { readonly Properties?: { readonly PermissionsBoundary?: string } };
  return Properties?.PermissionsBoundary ?? role.permissionsBoundary;
}

function scheduleSetting(scope: Construct, schedule: CfnSchedule) {
  const target = Stack.of(scope).resolve(schedule.target) as CfnSchedule.TargetProperty;
  return {
    name: schedule.name,
    group: ownerOf(scope, CfnScheduleGroup, (group) => group.ref, schedule.groupName)?.name ?? 'default',
    State: schedule.state,
    ScheduleExpression: schedule.scheduleExpression,
    ScheduleExpressionTimezone: schedule.scheduleExpressionTimezone,
    Function: ownerOf(scope, CfnFunction, (each) => each.attrArn, target.arn)?.functionName,
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

/** Anywhere in the stack: the CDK puts some subscriptions beside their subscriber. */
function subscriptionsTo(topic: CfnTopic, textOf: (value: string) => string) {
  return all(Stack.of(topic), CfnSubscription)
    .filter(({ topicArn }) => isSame(topic, topicArn, topic.ref))
    .map(({ protocol, endpoint = '', filterPolicy, rawMessageDelivery }) => {
      const filter = Stack.of(topic).resolve(filterPolicy);
      return {
        protocol,
        endpoint: textOf(endpoint),
        ...(filter !== undefined && { filter }),
        ...(rawMessageDelivery === true && { raw: true as const }),
        ...(isForTests(filter) && { testsOnly: true as const }),
      };
    });
}

/** Whether a filter passes test messages and no alert. */
function isForTests(filterPolicy: { readonly code?: unknown } | undefined): boolean {
  return JSON.stringify(filterPolicy?.code) === JSON.stringify([CANARY_CODE]);
}
