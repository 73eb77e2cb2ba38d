import { describe, expect, it } from 'vitest';
import { CLAIM_SECONDS } from '../../core/contracts/notices.ts';
import { flat, resource, resourcesOf, type Statement, synthesised, type Template } from './synthesised.ts';

const { source, vault } = synthesised();
const both = [source, vault] as const;

const alarms = both.flatMap((template) => resourcesOf(template, 'AWS::CloudWatch::Alarm'));
const alarm = (name: string) =>
  alarms.find(({ Properties }) => Properties.AlarmName === `redrill-${name}`)?.Properties;

describe('every alarm', () => {
  it.each(alarms)('$Properties.AlarmName names its runbook and tells people', ({ Properties }) => {
    expect(Properties.AlarmDescription).toMatch(
      /\. Runbook: https:\/\/\S+&prefix=reports\/_runbooks\/([a-z-]+)\.html \(npx redrill open \1\)$/,
    );
    expect(Properties.AlarmActions.map(flat)).toEqual([expect.stringMatching(/^<AlertsTopic/)]);
  });

  it('has a name of its own', () => {
    const names = both.map((template) =>
      resourcesOf(template, 'AWS::CloudWatch::Alarm').map(({ Properties }) => Properties.AlarmName),
    );
    for (const each of names) expect(new Set(each).size).toBe(each.length);
  });

  it('says outright what missing data means: failure for the watch, nothing for counts of failures', () => {
    const breaching = alarms.filter(({ Properties }) => Properties.TreatMissingData === 'breaching');
    expect(breaching.map(({ Properties }) => Properties.AlarmName)).toEqual([
      'redrill-source-watch-silent',
      'redrill-rpo-missed',
      'redrill-watch-silent',
    ]);
    const others = alarms.filter((each) => !breaching.includes(each));
    for (const { Properties } of others) expect(Properties.TreatMissingData).toBe('notBreaching');
  });
});

describe('the test message', () => {
  it('has a schedule in both regions', () => {
    for (const [template, of] of [
      [source, 'source'],
      [vault, 'vault'],
    ] as const) {
      const schedule = resourcesOf(template, 'AWS::Scheduler::Schedule').find(
        ({ Properties }) => Properties.Name === `redrill-canary-${of}`,
      );
      expect(schedule?.Properties).toMatchObject({
        ScheduleExpression: 'cron(0 9 * * ? *)',
        State: 'ENABLED',
      });
    }
  });
});

describe.each([
  ['watch-vault', vault],
  ['watch-source', source],
])('%s', (name, template) => {
  it('cannot outlive a claim that it has made', () => {
    const watch = resourcesOf(template, 'AWS::Lambda::Function').find(
      ({ Properties }) => Properties.FunctionName === `redrill-${name}`,
    );
    expect(watch?.Properties.Timeout).toBeLessThanOrEqual(CLAIM_SECONDS);
  });
});

describe('alarms', () => {
  it.each(['backup', 'ingest', 'drill'])(
    'tell of a %s that timed out or was aborted; one that failed has told itself',
    (workflow) => {
      expect(alarm(`${workflow}-failed`)).toBeUndefined();
      expect(alarm(`${workflow}-timed-out`)?.MetricName).toBe('ExecutionsTimedOut');
      expect(alarm(`${workflow}-aborted`)?.MetricName).toBe('ExecutionsAborted');
      for (const end of ['timed-out', 'aborted'])
        expect(alarm(`${workflow}-${end}`)).toMatchObject({
          Namespace: 'AWS/States',
          Statistic: 'Sum',
          Threshold: 1,
          Period: 300,
          EvaluationPeriods: 1,
        });
    },
  );

  it('do not count failed executions, because each sends its own alert', () => {
    const metrics = alarms.map(({ Properties }) => Properties.MetricName);
    expect(metrics).not.toContain('ExecutionsFailed');
  });

  it('tell in both regions, at the first failure, when an alert may not have been sent', () => {
    for (const template of both) {
      const [raising] = resourcesOf(template, 'AWS::CloudWatch::Alarm').filter(
        ({ Properties }) => Properties.AlarmName === 'redrill-raise-alert-errors',
      );
      expect(raising?.Properties).toMatchObject({
        Namespace: 'AWS/Lambda',
        MetricName: 'Errors',
        Statistic: 'Sum',
        Threshold: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        Period: 300,
        EvaluationPeriods: 1,
      });
      const [{ Value }] = raising?.Properties.Dimensions ?? [];
      expect(template.Resources[Value.Ref]?.Properties.FunctionName).toBe('redrill-raise-alert');
    }
  });

  it('are these and no others', () => {
    const namesOf = (template: Template) =>
      resourcesOf(template, 'AWS::CloudWatch::Alarm')
        .map(({ Properties }) => Properties.AlarmName.replace('redrill-', ''))
        .sort();
    expect(namesOf(source)).toEqual([
      'alerts-undelivered',
      'backup-aborted',
      'backup-timed-out',
      'channel-failing',
      'raise-alert-errors',
      'schedule-undelivered',
      'send-canary-errors',
      'source-watch-silent',
      'start-backups-errors',
      'watch-source-errors',
    ]);
    expect(namesOf(vault)).toEqual([
      'alerts-undelivered',
      'channel-failing',
      'drill-aborted',
      'drill-timed-out',
      'find-exports-errors',
      'heartbeat-failing',
      'ingest-aborted',
      'ingest-timed-out',
      'publish-fleet-errors',
      'raise-alert-errors',
      'rpo-missed',
      'schedule-undelivered',
      'send-canary-errors',
      'start-drills-errors',
      'sweep-drills-errors',
      'watch-silent',
      'watch-vault-errors',
    ]);
  });

  it.each([
    'start-backups',
    'find-exports',
    'start-drills',
    'watch-vault',
    'watch-source',
    'publish-fleet',
    'sweep-drills',
  ])('tell when all attempts at one event of %s have failed', (name) => {
    expect(alarm(`${name}-errors`)).toMatchObject({
      Namespace: 'AWS/Lambda',
      MetricName: 'Errors',
      Threshold: 3,
    });
  });

  it('fire when a cache has been outside its RPO for an hour of four checks, or its age is unknown', () => {
    expect(alarm('rpo-missed')).toMatchObject({
      Namespace: 'Redrill',
      MetricName: 'CachesOutsideRpo',
      Statistic: 'Maximum',
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Period: 900,
      EvaluationPeriods: 4,
      TreatMissingData: 'breaching',
    });
  });

  it('fire when watch-vault has not run for three quarters of an hour', () => {
    expect(alarm('watch-silent')).toMatchObject({
      MetricName: 'ProtectedCaches',
      Statistic: 'SampleCount',
      ComparisonOperator: 'LessThanThreshold',
      Period: 900,
      EvaluationPeriods: 3,
    });
  });

  it('fire when watch-source has not run for three quarters of an hour', async () => {
    expect(alarm('source-watch-silent')).toMatchObject({
      MetricName: 'SettingsDrifted',
      Statistic: 'SampleCount',
      ComparisonOperator: 'LessThanThreshold',
      Period: 900,
      EvaluationPeriods: 3,
    });
  });

  it('tell in both regions when a schedule could not be delivered', () => {
    const undelivered = alarms.filter(
      ({ Properties }) => Properties.AlarmName === 'redrill-schedule-undelivered',
    );
    expect(undelivered).toHaveLength(2);
    for (const { Properties } of undelivered) {
      expect(Properties).toMatchObject({ MetricName: 'ApproximateNumberOfMessagesVisible', Threshold: 1 });
    }
  });
});

describe('the alert topic', () => {
  it.each(both)('is encrypted under a key that CloudWatch may use for this account', (template) => {
    const topic = resource(template, 'AWS::SNS::Topic', 'Alerts').Properties;
    expect(flat(topic.KmsMasterKeyId)).toMatch(/^<AlertsKey/);
    const { KeyPolicy } = resource(template, 'AWS::KMS::Key', 'AlertsKey').Properties;
    expect(KeyPolicy.Statement).toContainEqual({
      Sid: 'AlarmsPublish',
      Effect: 'Allow',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Resource: '*',
      Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' } },
    });
  });

  it.each(both)('takes messages over TLS only, and mails them', (template) => {
    const { PolicyDocument } = resource(template, 'AWS::SNS::TopicPolicy', 'Alerts').Properties;
    const denied = PolicyDocument.Statement.filter(({ Effect }: Statement) => Effect === 'Deny');
    expect(denied).toMatchObject([{ Condition: { Bool: { 'aws:SecureTransport': 'false' } } }]);
    expect(resourcesOf(template, 'AWS::SNS::Subscription')[0]?.Properties).toMatchObject({
      Protocol: 'email',
      Endpoint: 'on-call@example.com',
    });
  });
});

describe('schedules', () => {
  const schedules = both.flatMap((template) => resourcesOf(template, 'AWS::Scheduler::Schedule'));
  const schedule = (name: string) =>
    schedules.find(({ Properties }) => Properties.Name === `redrill-${name}`)?.Properties;

  it('start each protected plan’s backups by its cadence and drills by its schedule, and no other', () => {
    const planned = schedules.filter(
      ({ Properties }) => JSON.parse(Properties.Target.Input).plan !== undefined,
    );
    expect(
      Object.fromEntries(planned.map(({ Properties }) => [Properties.Name, Properties.ScheduleExpression])),
    ).toEqual({
      'redrill-backup-session-store': 'cron(0 0,6,12,18 * * ? *)',
      'redrill-backup-job-queue': 'cron(0 0,2,4,6,8,10,12,14,16,18,20,22 * * ? *)',
      'redrill-backup-rate-limits': 'cron(0 0 * * ? *)',
      'redrill-backup-event-log': 'cron(0 0,2,4,6,8,10,12,14,16,18,20,22 * * ? *)',
      'redrill-drill-session-store': 'cron(30 2 ? * SUN *)',
      'redrill-drill-job-queue': 'cron(30 2 ? * SUN *)',
      'redrill-drill-rate-limits': 'cron(30 2 1 * ? *)',
      'redrill-drill-event-log': 'cron(30 2 * * ? *)',
    });
  });

  it('tell the Lambda its plan and the instant it was due', () => {
    expect(JSON.parse(schedule('backup-event-log')?.Target.Input)).toEqual({
      plan: 'event-log',
      scheduledTime: '<aws.scheduler.scheduled-time>',
    });
  });

  it('look for exports every 5 minutes, and watch, publish and sweep every 15', () => {
    expect(schedule('find-exports')?.ScheduleExpression).toBe('cron(0/5 * * * ? *)');
    expect(schedule('watch-vault')?.ScheduleExpression).toBe('cron(0/15 * * * ? *)');
    expect(schedule('watch-source')?.ScheduleExpression).toBe('cron(0/15 * * * ? *)');
    expect(schedule('publish-fleet')?.ScheduleExpression).toBe('cron(0/15 * * * ? *)');
    expect(schedule('sweep-drills')?.ScheduleExpression).toBe('cron(0/15 * * * ? *)');
  });

  it.each(schedules)(
    '$Properties.Name runs in UTC, to the minute, and gives up before the next is due',
    ({ Properties }) => {
      expect(Properties).toMatchObject({
        ScheduleExpressionTimezone: 'UTC',
        FlexibleTimeWindow: { Mode: 'OFF' },
        State: 'ENABLED',
      });
      const { MaximumEventAgeInSeconds } = Properties.Target.RetryPolicy;
      expect(MaximumEventAgeInSeconds).toBeGreaterThanOrEqual(60);
      expect(MaximumEventAgeInSeconds).toBeLessThanOrEqual(3600);
      expect(flat(Properties.Target.DeadLetterConfig.Arn)).toMatch(/^<SchedulesUndelivered.*\.Arn>$/);
    },
  );

  it.each(both)('leave what they could not deliver in an encrypted queue that takes TLS only', (template) => {
    expect(resource(template, 'AWS::SQS::Queue', 'SchedulesUndelivered').Properties).toMatchObject({
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: 1_209_600,
    });
    const { PolicyDocument } = resource(template, 'AWS::SQS::QueuePolicy', 'Schedules').Properties;
    expect(PolicyDocument.Statement).toMatchObject([
      { Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
    ]);
  });
});

describe('the dashboard', () => {
  it('is in the vault’s region, once', () => {
    expect(resourcesOf(source, 'AWS::CloudWatch::Dashboard')).toEqual([]);
    const body = flat(resource(vault, 'AWS::CloudWatch::Dashboard', 'Dashboard').Properties.DashboardBody);
    for (const metric of ['RpoUsed', 'CachesOutsideRpo', 'RecoveryPoints', 'DrillRtoSeconds']) {
      expect(body).toContain(metric);
    }
  });
});

describe('the heartbeat', () => {
  it('may be read by watch-vault alone, and only its own parameter', () => {
    const reading = JSON.stringify(vault.Resources).match(/arn:aws:ssm:[^"]+/g);
    expect(reading).toEqual(['arn:aws:ssm:eu-central-1:111122223333:parameter/redrill/heartbeat-url']);
  });

  it('is left out where none is configured', () => {
    const silent = synthesised('no heartbeat').vault;
    expect(JSON.stringify(silent)).not.toContain('ssm:GetParameter');
    expect(JSON.stringify(silent)).not.toContain('HEARTBEAT_PARAMETER');
  });
});
