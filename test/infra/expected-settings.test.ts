import { Duration, Stack } from 'aws-cdk-lib';
import { Alarm, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { describe, expect, it } from 'vitest';
import { expectedSettings } from '../../core/contracts/settings.ts';
import { expectedSettingsOf } from '../../lib/watch/expected-settings.ts';
import { resourcesOf, synthesised } from './synthesised.ts';

const { source, vault, expected } = synthesised();
/** A Lambda that has these variables. */
const given = (variables: Readonly<Record<string, string>>) => ({
  variables,
  variableFor: (text: string) => `NO_VARIABLE_FOR_${text}`,
});
const settings = expected.find(({ stack }) => stack === 'redrill-vault');
const namesOf = (type: string, name: string, template = vault) =>
  resourcesOf(template, type)
    .map(({ Properties }): string => Properties[name])
    .sort();

describe('what watch-vault compares settings with', () => {
  it('fits its contract', () => {
    expect(expectedSettings.parse(settings)).toMatchObject({
      stack: 'redrill-vault',
      region: 'eu-central-1',
    });
  });

  it('names every alarm and every schedule of the template, and whom the alerts go to', () => {
    expect(settings?.alarms.map(({ name }) => name).sort()).toEqual(
      namesOf('AWS::CloudWatch::Alarm', 'AlarmName'),
    );
    expect(settings?.schedules.map(({ name }) => name).sort()).toEqual(
      namesOf('AWS::Scheduler::Schedule', 'Name'),
    );
    expect(settings?.topics).toEqual([
      { arn: '{ALERT_TOPIC_ARN}', subscriptions: [{ protocol: 'email', endpoint: 'on-call@example.com' }] },
    ]);
    expect(settings?.keys.map(({ arn, of }) => [arn, of])).toEqual([
      ['{ALERT_KEY_ARN}', 'alerts'],
      ['{VAULT_KEY_ARN}', 'vault'],
    ]);
  });

  it('has the vault’s settings as the template has them', () => {
    const [bucket, staging, ...others] = settings?.buckets ?? [];
    expect(others).toEqual([]);
    expect(bucket?.name).toBe('{VAULT_BUCKET}');
    expect(Object.keys(bucket?.settings ?? {})).toEqual([
      'versioning',
      'lock',
      'encryption',
      'publicAccess',
      'lifecycle',
      'policy',
    ]);
    const rules = resourcesOf(vault, 'AWS::S3::Bucket').find(({ id }) => id.startsWith('VaultBucket'))
      ?.Properties.LifecycleConfiguration.Rules;
    expect(bucket?.settings.lifecycle?.Rules).toHaveLength(rules.length);
    expect(staging?.name).toBe('{STAGING_BUCKET}');
    expect(Object.keys(staging?.settings ?? {})).toEqual([
      'encryption',
      'publicAccess',
      'lifecycle',
      'policy',
    ]);
  });

  it('says what an alarm does and a schedule starts', () => {
    expect(settings?.alarms.find(({ name }) => name === 'redrill-watch-silent')?.setting).toEqual({
      ActionsEnabled: true,
      AlarmActions: ['{ALERT_TOPIC_ARN}'],
      Namespace: 'Redrill',
      MetricName: 'ProtectedCaches',
      Statistic: 'SampleCount',
      Period: 900,
      EvaluationPeriods: 3,
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
    });
    expect(settings?.schedules.find(({ name }) => name === 'redrill-drill-event-log')).toEqual({
      name: 'redrill-drill-event-log',
      group: 'redrill',
      setting: {
        State: 'ENABLED',
        ScheduleExpression: 'cron(30 2 * * ? *)',
        ScheduleExpressionTimezone: 'UTC',
        Function: 'redrill-start-drills',
        Input: '{"plan":"event-log","scheduledTime":"<aws.scheduler.scheduled-time>"}',
      },
    });
  });

  it('follows the configuration: another lock is another expectation', () => {
    const other = synthesised('vault account').expected.find(({ stack }) => stack === 'redrill-vault');
    expect(other?.buckets[0]?.settings.lock).toEqual({
      ObjectLockEnabled: 'Enabled',
      Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 2 } },
    });
  });
});

describe('what watch-source compares settings with', () => {
  const inSource = expected.find(({ stack }) => stack === 'redrill-source');

  it('is the source’s own stack: the landing bucket, every alarm, every schedule, whom the alerts go to', () => {
    expect(expected).toHaveLength(2);
    expect(expectedSettings.parse(inSource)).toMatchObject({
      region: 'eu-west-1',
      keys: [{ arn: '{ALERT_KEY_ARN}', of: 'alerts' }],
    });
    expect(inSource?.buckets.map(({ name, settings: of }) => [name, Object.keys(of)])).toEqual([
      ['{LANDING_BUCKET}', ['encryption', 'publicAccess', 'lifecycle', 'policy']],
    ]);
    expect(inSource?.alarms.map(({ name }) => name).sort()).toEqual(
      namesOf('AWS::CloudWatch::Alarm', 'AlarmName', source),
    );
    expect(inSource?.schedules.map(({ name }) => name).sort()).toEqual(
      namesOf('AWS::Scheduler::Schedule', 'Name', source),
    );
    expect(inSource?.topics).toHaveLength(1);
  });
});

describe('roles', () => {
  it.each([
    ['vault', vault, settings],
    ['source', source, expected.find(({ stack }) => stack === 'redrill-source')],
  ] as const)(
    'of the %s stack are all there, with nothing that only the deployment knows',
    (_side, template, of) => {
      expect(of?.roles.map(({ name }) => name).sort()).toEqual(
        namesOf('AWS::IAM::Role', 'RoleName', template),
      );
      for (const { trust, policies } of of?.roles ?? []) {
        expect(JSON.stringify([trust, policies])).not.toMatch(/Fn::|"Ref"|\[object/);
        expect(Object.keys(policies)).toEqual(['Permissions']);
      }
    },
  );

  it('that have a policy of their own, or none that is inline, are refused', () => {
    const stack = new Stack();
    new Role(stack, 'Role', {
      roleName: 'named',
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName('ReadOnlyAccess')],
    });
    expect(() => expectedSettingsOf({ scope: stack, watcher: given({}) })).toThrow(
      'inline policies instead of managed ones',
    );
  });

  it('know the other side', () => {
    expect(settings?.otherSide).toEqual({
      region: 'eu-west-1',
      topics: ['arn:aws:sns:eu-west-1:111122223333:redrill-alerts'],
      testsOnly: [],
    });
    const other = synthesised('vault account').expected.find(({ stack }) => stack === 'redrill-source');
    expect(other?.otherSide?.topics).toEqual([
      'arn:aws:sns:eu-central-1:444455556666:redrill-alerts',
      'arn:aws:sns:eu-central-1:444455556666:redrill-chat',
    ]);
  });
});

describe('a stack of another project', () => {
  it('is refused if only the deployment knows what is expected', () => {
    const stack = new Stack();
    const alarm = new Alarm(stack, 'Alarm', {
      metric: new Metric({ namespace: 'N', metricName: 'M' }),
      threshold: 1,
      evaluationPeriods: 1,
    });
    alarm.addAlarmAction(new SnsAction(new Topic(stack, 'Topic')));
    expect(() => expectedSettingsOf({ scope: stack, watcher: given({}) })).toThrow(
      /only the deployment knows \{"Ref":"Topic/,
    );
  });

  it('is watched only where a variable tells a name, with every form of a lifecycle rule', () => {
    const stack = new Stack();
    new Bucket(stack, 'Unknown');
    const bucket = new Bucket(stack, 'Known', {
      lifecycleRules: [
        { id: 'one-tag', tagFilters: { a: '1' }, enabled: false, expiration: Duration.days(1) },
      ],
    });
    expect(
      expectedSettingsOf({ scope: stack, watcher: given({ BUCKET: bucket.bucketName }) }).buckets,
    ).toEqual([
      {
        name: '{BUCKET}',
        settings: {
          lifecycle: {
            Rules: [
              {
                ID: 'one-tag',
                Status: 'Disabled',
                Filter: { Tag: { Key: 'a', Value: '1' } },
                Expiration: { Days: 1 },
              },
            ],
          },
        },
      },
    ]);
  });
});
