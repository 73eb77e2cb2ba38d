import type { Stack } from 'aws-cdk-lib';
import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnManagedPolicy, CfnPolicy, CfnRole } from 'aws-cdk-lib/aws-iam';
import { CfnKey } from 'aws-cdk-lib/aws-kms';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnBucket, CfnBucketPolicy } from 'aws-cdk-lib/aws-s3';
import { CfnSchedule, CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { CfnSubscription, CfnTopic } from 'aws-cdk-lib/aws-sns';
import { ENV } from '../../core/contracts/environment.ts';
import { CANARY_CODE } from '../../core/contracts/resources.ts';
import type { ExpectedSettings, OtherSide } from '../../core/contracts/settings.ts';
import { EarlierKey } from '../storage/earlier-key.ts';
import { all, isSame, Names, ownerOf, type Variables } from './deployed-names.ts';
import { bucketSettingsOf } from './expected-bucket.ts';

type Document = Record<string, never>;

/**
 * The settings of everything in a stack that is watched, taken from the resources that were put into it. What has a name
 * only once it is deployed is watched if the Lambda is given the name in one of its variables.
 */
export function expectedSettingsOf(
  stack: Stack,
  variables: Variables,
  otherSide?: OtherSide,
): ExpectedSettings {
  const names = new Names(stack, variables);
  const settingOf = (value: object) => names.fill(value) as Document;
  return {
    version: 1,
    stack: stack.stackName,
    region: stack.region,
    buckets: all(stack, CfnBucket).flatMap((bucket) => {
      const name = names.find(bucket.ref);
      if (name === undefined) return [];
      const settings = { ...bucketSettingsOf(stack, bucket), ...policyOf(stack, bucket) };
      return [{ name, settings: settingOf(settings) }];
    }),
    keys: keysOf(stack).flatMap(({ token, policy }) => {
      const arn = names.find(token);
      if (arn === undefined) return [];
      const of = arn === `{${ENV.alertKey}}` ? 'alerts' : 'vault';
      return [{ arn, of, policy: settingOf(policy) }] as const;
    }),
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
    roles: rolesOf(stack, settingOf),
    ...(otherSide && { otherSide: names.fill(otherSide) as OtherSide }),
  };
}

/** Those that the stack makes, and the vault's of an earlier deployment. */
function keysOf(stack: Stack): readonly { readonly token: string; readonly policy: object }[] {
  return [
    ...all(stack, CfnKey).map(({ attrArn, keyPolicy }) => ({ token: attrArn, policy: keyPolicy })),
    ...all(stack, EarlierKey).map(({ key, policy }) => ({ token: key.keyArn, policy })),
  ];
}

function policyOf(stack: Stack, bucket: CfnBucket): { readonly policy?: object } {
  const found = all(stack, CfnBucketPolicy).find((policy) => isSame(stack, policy.bucket, bucket.ref));
  return found === undefined ? {} : { policy: found.policyDocument };
}

/** @throws Error of a role whose policies would not all be watched */
function rolesOf(stack: Stack, settingOf: (value: object) => Document): ExpectedSettings['roles'] {
  const [policy] = [...all(stack, CfnPolicy), ...all(stack, CfnManagedPolicy)];
  if (policy !== undefined)
    throw new Error(
      `${policy.node.path} is a policy of its own; roles are watched with inline policies only`,
    );
  return all(stack, CfnRole).map((role) => {
    const { roleName: name, permissionsBoundary } = role;
    const managed = (stack.resolve(role.managedPolicyArns) ?? []) as readonly unknown[];
    if (name === undefined || managed.length > 0 || permissionsBoundary !== undefined)
      throw new Error(
        `${role.node.path} cannot be watched: give it a name, and inline policies instead of managed ones`,
      );
    const policies = stack.resolve(role.policies ?? []) as readonly CfnRole.PolicyProperty[];
    return {
      name,
      trust: settingOf(role.assumeRolePolicyDocument),
      policies: Object.fromEntries(policies.map((each) => [each.policyName, settingOf(each.policyDocument)])),
    };
  });
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
    .map(({ protocol, endpoint = '', filterPolicy }) => ({
      protocol,
      endpoint,
      ...(isForTests(stack.resolve(filterPolicy)) ? { testsOnly: true as const } : {}),
    }));
}

/** Whether a filter passes test messages and no alert. */
function isForTests(filterPolicy: { readonly code?: readonly string[] } | undefined): boolean {
  return filterPolicy?.code?.join() === CANARY_CODE;
}
