import { Duration, Stack } from 'aws-cdk-lib';
import { Alarm, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { describe, expect, it } from 'vitest';
import { expectedSettings } from '../../core/contracts/settings.ts';
import { expectedSettingsOf } from '../../lib/watch/expected-settings.ts';
import { resourcesOf, synthesised } from './synthesised.ts';

const { source, vault, expected } = synthesised();
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
    expect(settings?.keys).toEqual(['{VAULT_KEY_ARN}']);
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
    ]);
    const rules = resourcesOf(vault, 'AWS::S3::Bucket').find(({ id }) => id.startsWith('VaultBucket'))
      ?.Properties.LifecycleConfiguration.Rules;
    expect(bucket?.settings.lifecycle?.Rules).toHaveLength(rules.length);
    expect(staging?.name).toBe('{STAGING_BUCKET}');
    expect(Object.keys(staging?.settings ?? {})).toEqual(['encryption', 'publicAccess', 'lifecycle']);
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
    expect(expectedSettings.parse(inSource)).toMatchObject({ region: 'eu-west-1', keys: [] });
    expect(inSource?.buckets.map(({ name, settings: of }) => [name, Object.keys(of)])).toEqual([
      ['{LANDING_BUCKET}', ['encryption', 'publicAccess', 'lifecycle']],
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

describe('a stack of somebody’s', () => {
  it('is refused if only the deployment knows what is expected', () => {
    const stack = new Stack();
    const alarm = new Alarm(stack, 'Alarm', {
      metric: new Metric({ namespace: 'N', metricName: 'M' }),
      threshold: 1,
      evaluationPeriods: 1,
    });
    alarm.addAlarmAction(new SnsAction(new Topic(stack, 'Topic')));
    expect(() => expectedSettingsOf(stack, {})).toThrow(/only the deployment knows \{"Ref":"Topic/);
  });

  it('is watched only where a variable tells a name, with every form of a lifecycle rule', () => {
    const stack = new Stack();
    new Bucket(stack, 'Unknown');
    const bucket = new Bucket(stack, 'Known', {
      lifecycleRules: [
        { id: 'one-tag', tagFilters: { a: '1' }, enabled: false, expiration: Duration.days(1) },
      ],
    });
    expect(expectedSettingsOf(stack, { BUCKET: bucket.bucketName }).buckets).toEqual([
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
