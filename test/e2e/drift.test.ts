import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  DisableAlarmActionsCommand,
  PutMetricAlarmCommand,
} from '@aws-sdk/client-cloudwatch';
import {
  DeleteBucketEncryptionCommand,
  DeleteBucketLifecycleCommand,
  DeletePublicAccessBlockCommand,
  GetBucketLifecycleConfigurationCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectLockConfigurationCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  CreateScheduleCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import {
  ConfirmSubscriptionCommand,
  ListSubscriptionsByTopicCommand,
  SNSClient,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import { beforeAll, describe, expect, test } from 'vitest';
import { BREAK_GLASS_ROLE } from '../../lib/storage/vault.ts';
import { withoutAction } from '../../local/fabric.ts';
import { commandsIn, runCommand } from './alert-commands.ts';
import { HOUR_MS, MINUTE_MS, World } from './world.ts';

/*
 * Everything that protects the vault is changed once, by the API that somebody would change it with. The next look of
 * watch-vault tells of it; the command in its message puts it back; the look after that says that it is over.
 */

const QUARTER_MS = 15 * MINUTE_MS;
const ON_CALL = 'on-call@example.com';

let world: World;
let s3: S3Client;
let cloudwatch: CloudWatchClient;
let scheduler: SchedulerClient;
let sns: SNSClient;

beforeAll(async () => {
  world = await World.start();
  const options = clientOptions();
  s3 = new S3Client({ ...options, forcePathStyle: true });
  cloudwatch = new CloudWatchClient(options);
  scheduler = new SchedulerClient(options);
  sns = new SNSClient(options);
  return () => world.close();
});

function clientOptions() {
  const { region } = world.demo.vault;
  const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '' } = world.aws.environment(region);
  const credentials = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
  return { region, endpoint: world.aws.url, credentials };
}

interface Told {
  readonly code: string;
  readonly severity: string;
  readonly subject: string;
  readonly text: string;
}

/** One look of watch-vault. @returns what people were told of settings */
async function look(watch: 'watch-vault' | 'watch-source' = 'watch-vault'): Promise<readonly Told[]> {
  const before = world.aws.sns.messages.length;
  await world.pass(QUARTER_MS);
  await world.deliver(watch);
  return world.aws.sns.messages
    .slice(before)
    .filter(({ attributes }) => attributes.code?.startsWith('SettingsDrifted'))
    .map(({ subject = '', message, attributes }) => ({
      code: attributes.code ?? '',
      severity: attributes.severity ?? '',
      subject,
      text: message,
    }));
}

const vaultBucket = () => world.demo.vaultBucket;
const topicArn = () => `arn:aws:sns:${world.demo.vault.region}:${world.demo.account}:redrill-alerts`;

async function readSchedule(name: string) {
  const {
    $metadata: _,
    Arn: _arn,
    CreationDate: _at,
    ...schedule
  } = await scheduler.send(new GetScheduleCommand({ Name: name, GroupName: 'redrill' }));
  return schedule as ConstructorParameters<typeof CreateScheduleCommand>[0];
}

async function readAlarm(name: string) {
  const { MetricAlarms: [alarm] = [] } = await cloudwatch.send(
    new DescribeAlarmsCommand({ AlarmNames: [name] }),
  );
  const { AlarmArn: _arn, StateValue: _v, StateReason: _r, StateUpdatedTimestamp: _t, ...rest } = alarm ?? {};
  return rest as ConstructorParameters<typeof PutMetricAlarmCommand>[0];
}

async function subscriptionArn(): Promise<string> {
  const { Subscriptions: [one] = [] } = await sns.send(
    new ListSubscriptionsByTopicCommand({ TopicArn: topicArn() }),
  );
  return one?.SubscriptionArn ?? '';
}

/** Follows the link in the last mail that asked for a confirmation. */
async function confirm(): Promise<void> {
  const { token: Token = '' } = world.aws.sns.confirmations.at(-1) ?? {};
  await sns.send(new ConfirmSubscriptionCommand({ TopicArn: topicArn(), Token }));
}

interface DriftCase {
  readonly name: string;
  /** The subject of the message, without its tag. */
  readonly told: () => string;
  readonly says: readonly RegExp[];
  readonly inject: () => Promise<unknown>;
  /** What only a deployment would do, or a person who reads mail. @default nothing but the commands in the message */
  readonly also?: () => Promise<unknown>;
}

let kept: unknown;

const CASES: readonly DriftCase[] = [
  {
    name: 'the lifecycle configuration deleted',
    told: () => `lifecycle rules of ${vaultBucket()}: not as synthesised`,
    says: [/found: nothing/, /"ID":"expire-daily-session-store"|expire-daily-session-store/],
    inject: () => s3.send(new DeleteBucketLifecycleCommand({ Bucket: vaultBucket() })),
  },
  {
    name: 'a lifecycle rule that expires what was not released',
    told: () => `lifecycle rules of ${vaultBucket()}: not as synthesised`,
    says: [/expected: rule tidy-up no such rule/, /found: rule tidy-up \{.*"Days":1\}/],
    inject: async () => {
      const { Rules = [] } = await s3.send(
        new GetBucketLifecycleConfigurationCommand({ Bucket: vaultBucket() }),
      );
      const tidy = {
        ID: 'tidy-up',
        Status: 'Enabled',
        Filter: { Prefix: 'daily/' },
        Expiration: { Days: 1 },
      } as const;
      const LifecycleConfiguration = { Rules: [...Rules, tidy] };
      await s3.send(
        new PutBucketLifecycleConfigurationCommand({ Bucket: vaultBucket(), LifecycleConfiguration }),
      );
    },
  },
  {
    name: 'versioning off',
    told: () => `versioning of ${vaultBucket()}: not as synthesised`,
    says: [/expected: Status "Enabled"/, /found: Status nothing/],
    // Object Lock keeps versioning on, so only a bucket that was made anew can be without.
    inject: async () => {
      await expect(
        s3.send(
          new PutBucketVersioningCommand({
            Bucket: vaultBucket(),
            VersioningConfiguration: { Status: 'Suspended' },
          }),
        ),
      ).rejects.toMatchObject({ name: 'InvalidBucketState' });
      const bucket = world.aws.s3.admin.bucket(vaultBucket());
      bucket.configuration = { ...bucket.configuration, versioned: false };
    },
  },
  {
    name: 'the default retention of Object Lock taken away',
    told: () => `Object Lock of ${vaultBucket()}: not as synthesised`,
    says: [/expected: Rule \{"DefaultRetention":\{"Days":1,"Mode":"GOVERNANCE"\}\}/, /found: Rule nothing/],
    inject: () =>
      s3.send(
        new PutObjectLockConfigurationCommand({
          Bucket: vaultBucket(),
          ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' },
        }),
      ),
  },
  {
    name: 'encryption under the vault’s key taken away',
    told: () => `encryption of ${vaultBucket()}: not as synthesised`,
    says: [/expected: Rules .*"SSEAlgorithm":"aws:kms"/, /found: Rules .*"SSEAlgorithm":"AES256"/],
    inject: () => s3.send(new DeleteBucketEncryptionCommand({ Bucket: vaultBucket() })),
  },
  {
    name: 'the public access block deleted',
    told: () => `public access block of ${vaultBucket()}: not as synthesised`,
    says: [/found: nothing/],
    inject: () => s3.send(new DeletePublicAccessBlockCommand({ Bucket: vaultBucket() })),
  },
  {
    name: 'the staging bucket opened a little',
    told: () => `public access block of ${world.stagingBucket}: not as synthesised`,
    says: [/expected: RestrictPublicBuckets true/, /found: RestrictPublicBuckets false/],
    inject: () =>
      s3.send(
        new PutPublicAccessBlockCommand({
          Bucket: world.stagingBucket,
          PublicAccessBlockConfiguration: {
            BlockPublicAcls: true,
            IgnorePublicAcls: true,
            BlockPublicPolicy: true,
            RestrictPublicBuckets: false,
          },
        }),
      ),
  },
  {
    name: 'the staging bucket keeps what it should not',
    told: () => `lifecycle rules of ${world.stagingBucket}: not as synthesised`,
    says: [/found: nothing/],
    inject: () => s3.send(new DeleteBucketLifecycleCommand({ Bucket: world.stagingBucket })),
  },
  {
    name: 'a schedule disabled',
    told: () => 'schedules: not as synthesised',
    says: [/schedule redrill-find-exports:/, /expected: State "ENABLED"/, /found: State "DISABLED"/],
    inject: async () => {
      const schedule = await readSchedule('redrill-find-exports');
      await scheduler.send(new UpdateScheduleCommand({ ...schedule, State: 'DISABLED' }));
    },
  },
  {
    name: 'a schedule that starts once a year',
    told: () => 'schedules: not as synthesised',
    says: [
      /expected: ScheduleExpression "cron\(30 2 \* \* \? \*\)"/,
      /found: ScheduleExpression "cron\(30 2 1 1 \? \*\)"/,
    ],
    inject: async () => {
      const schedule = await readSchedule('redrill-drill-event-log');
      await scheduler.send(
        new UpdateScheduleCommand({ ...schedule, ScheduleExpression: 'cron(30 2 1 1 ? *)' }),
      );
    },
  },
  {
    name: 'a schedule deleted',
    told: () => 'schedules: not as synthesised',
    says: [
      /schedule redrill-drill-event-log:/,
      /found: nothing/,
      /npx cdk deploy redrill-vault --revert-drift/,
    ],
    inject: async () => {
      kept = await readSchedule('redrill-drill-event-log');
      await scheduler.send(
        new DeleteScheduleCommand({ Name: 'redrill-drill-event-log', GroupName: 'redrill' }),
      );
    },
    also: () =>
      scheduler.send(
        new CreateScheduleCommand(kept as ConstructorParameters<typeof CreateScheduleCommand>[0]),
      ),
  },
  {
    name: 'a subscription that nobody confirmed',
    told: () => 'subscriptions to the alerts: not as synthesised',
    says: [/email on-call@example\.com:/, /found: Status "pending confirmation"/],
    inject: async () => {
      await sns.send(new UnsubscribeCommand({ SubscriptionArn: await subscriptionArn() }));
      await sns.send(new SubscribeCommand({ TopicArn: topicArn(), Protocol: 'email', Endpoint: ON_CALL }));
    },
    also: confirm,
  },
  {
    name: 'no subscription at all',
    told: () => 'subscriptions to the alerts: not as synthesised',
    says: [/email on-call@example\.com:/, /found: nothing/],
    inject: async () => sns.send(new UnsubscribeCommand({ SubscriptionArn: await subscriptionArn() })),
    also: confirm,
  },
  {
    name: 'an alarm whose actions are off',
    told: () => 'alarms: not as synthesised',
    says: [/alarm redrill-watch-silent:/, /expected: ActionsEnabled true/, /found: ActionsEnabled false/],
    inject: () => cloudwatch.send(new DisableAlarmActionsCommand({ AlarmNames: ['redrill-watch-silent'] })),
  },
  {
    name: 'an alarm that never rings any more',
    told: () => 'alarms: not as synthesised',
    says: [/alarm redrill-rpo-missed:/, /expected: Threshold 1/, /found: Threshold 1000/],
    inject: async () => {
      const alarm = await readAlarm('redrill-rpo-missed');
      kept = alarm;
      await cloudwatch.send(new PutMetricAlarmCommand({ ...alarm, Threshold: 1000 }));
    },
    also: () =>
      cloudwatch.send(
        new PutMetricAlarmCommand(kept as ConstructorParameters<typeof PutMetricAlarmCommand>[0]),
      ),
  },
  {
    name: 'an alarm deleted',
    told: () => 'alarms: not as synthesised',
    says: [/alarm redrill-drill-aborted:/, /found: nothing/, /npx cdk deploy redrill-vault --revert-drift/],
    inject: async () => {
      kept = await readAlarm('redrill-drill-aborted');
      await cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: ['redrill-drill-aborted'] }));
    },
    also: () =>
      cloudwatch.send(
        new PutMetricAlarmCommand(kept as ConstructorParameters<typeof PutMetricAlarmCommand>[0]),
      ),
  },
  {
    name: 'the vault’s key disabled',
    told: () => 'key of the vault: not as synthesised',
    says: [/expected: KeyState "Enabled"/, /found: KeyState "Disabled"/],
    inject: () => breakGlass('DisableKey', {}),
  },
  {
    name: 'the vault’s key about to be deleted',
    told: () => 'key of the vault: not as synthesised',
    says: [/found: KeyState "PendingDeletion"/],
    inject: () => breakGlass('ScheduleKeyDeletion', { PendingWindowInDays: 7 }),
  },
];

/** The key's policy lets nobody else do it. */
async function breakGlass(operation: string, input: object): Promise<void> {
  const { account, region } = world.demo.vault;
  const { keyId: KeyId } = world.aws.s3.admin.bucket(vaultBucket()).configuration.encryption;
  const principal = {
    kind: 'administrator',
    arn: `arn:aws:iam::${account}:role/${BREAK_GLASS_ROLE}`,
    account,
  } as const;
  await world.aws.fabric.call({ service: 'kms', operation, region, principal, input: { KeyId, ...input } });
}

describe('drift', () => {
  test('there is none in what was just deployed', async () => {
    expect(await look()).toEqual([]);
  });

  test.each(CASES)('$name: told within one watch, put back by the command, and over', async (each) => {
    await each.inject();
    const [alert, ...others] = await look();
    expect(others).toEqual([]);
    expect(alert).toMatchObject({
      code: 'SettingsDrifted',
      severity: 'page',
      subject: `[Redrill] ${each.told()}`.slice(0, 99),
    });
    for (const pattern of each.says) expect(alert?.text).toMatch(pattern);
    expect(alert?.text).toContain('npx cdk deploy redrill-vault --revert-drift');
    expect(alert?.text).toContain('Runbook: docs/runbooks/settings-drifted.md');

    expect(await look(), 'again within the hour').toEqual([]);

    const commands = commandsIn(alert?.text ?? '');
    if (each.also === undefined) expect(commands).not.toEqual([]);
    for (const command of commands) await runCommand(command, world);
    await each.also?.();
    expect(await look()).toMatchObject([{ code: 'SettingsDriftedResolved', severity: 'ticket' }]);
    expect(await look()).toEqual([]);
  });

  test('one that lasts is told again after an hour, and another one of the kind at once', async () => {
    const disable = async (name: string) =>
      scheduler.send(new UpdateScheduleCommand({ ...(await readSchedule(name)), State: 'DISABLED' }));
    await disable('redrill-find-exports');
    const toldAt: number[] = [];
    const start = world.now;
    while (world.now < start + 1.5 * HOUR_MS) if ((await look()).length > 0) toldAt.push(world.now);
    expect(toldAt).toHaveLength(2);
    // A look in every quarter of an hour, and what starting a Lambda takes besides.
    const [first = 0, again = 0] = toldAt;
    expect(again - first).toBeGreaterThan(HOUR_MS - QUARTER_MS);
    await disable('redrill-sweep-drills');
    const [alert] = await look();
    expect(alert?.text).toMatch(/redrill-find-exports:[\s\S]*redrill-sweep-drills:/);
    for (const command of commandsIn(alert?.text ?? '')) await runCommand(command, world);
    expect(await look()).toMatchObject([{ code: 'SettingsDriftedResolved' }]);
  });
});

describe('a setting that cannot be read', () => {
  /** How often people were told that a cache has no recent copy. */
  const missed = () => world.allAlerts.filter(({ code }) => code === 'RpoMissed').length;

  test('AccessDenied: told, not taken for sound, and the ages of the copies are watched all the same', async () => {
    const { call, vault } = world.demo;
    const { name: RoleName, policies } = world.aws.fabric.roles.get(await world.roleOf('watch-vault', vault));
    const [{ name: PolicyName, document } = { name: '', document: { Statement: [] } }] = policies;
    const put = (policy: object) =>
      call('iam', 'PutRolePolicy', vault.region, {
        RoleName,
        PolicyName,
        PolicyDocument: JSON.stringify(policy),
      });
    const action = 's3:GetLifecycleConfiguration';
    await put(document.Statement.reduceRight((policy, _, at) => withoutAction(policy, at, action), document));
    await s3.send(new DeleteBucketLifecycleCommand({ Bucket: vaultBucket() }));
    await world.pass(4 * HOUR_MS);
    const before = missed();
    const told = await look();
    expect(told).toMatchObject([
      { code: 'SettingsDrifted', severity: 'page', subject: expect.stringContaining('cannot be read') },
      { code: 'SettingsDrifted', severity: 'page', subject: expect.stringContaining('cannot be read') },
    ]);
    expect(told[0]?.text).toMatch(/it cannot be read, so nobody knows[\s\S]*AccessDenied/);
    expect(missed()).toBeGreaterThan(before);
    await put(document);
    const then = await look();
    expect(then.map(({ code, subject }) => `${code} ${subject}`)).toEqual([
      expect.stringContaining(`SettingsDrifted [Redrill] lifecycle rules of ${vaultBucket()}`),
      expect.stringContaining(`SettingsDriftedResolved [Redrill] resolved: drift: lifecycle rules of`),
    ]);
    for (const command of commandsIn(then[0]?.text ?? '')) await runCommand(command, world);
    expect(await look()).toMatchObject([{ code: 'SettingsDriftedResolved' }]);
  });

  test('throttled: told as a ticket, and over with the next look', async () => {
    const error = { code: 'ThrottlingException', message: 'Rate exceeded', status: 400 };
    world.aws.faults.arm({
      kind: 'error',
      service: 'monitoring',
      operation: 'DescribeAlarms',
      times: 3,
      error,
    });
    const [alert, ...others] = await look();
    expect(others).toEqual([]);
    expect(alert).toMatchObject({
      severity: 'ticket',
      subject: '[Redrill] alarms: cannot be read',
      text: expect.stringContaining('Rate exceeded'),
    });
    expect(await look()).toMatchObject([{ code: 'SettingsDriftedResolved' }]);
  });
});

describe('drift of the source region', () => {
  test.each([
    [
      'a backup schedule disabled',
      async () => {
        const source = new SchedulerClient({ ...clientOptions(), region: world.demo.source.region });
        const name = { Name: 'redrill-backup-session-store', GroupName: 'redrill' };
        const {
          $metadata: _,
          Arn,
          CreationDate,
          ...schedule
        } = await source.send(new GetScheduleCommand(name));
        const disabled = { ...schedule, State: 'DISABLED' } as typeof schedule;
        await source.send(
          new UpdateScheduleCommand(disabled as ConstructorParameters<typeof UpdateScheduleCommand>[0]),
        );
      },
      '[Redrill] schedules: not as synthesised',
    ],
    [
      'the landing bucket open',
      () =>
        new S3Client({ ...clientOptions(), region: world.demo.source.region, forcePathStyle: true }).send(
          new DeletePublicAccessBlockCommand({ Bucket: world.demo.landingBucket }),
        ),
      '[Redrill] public access block of redrill-landing-111122223333-eu-west-1: not as synthesised',
    ],
  ])('%s: told within one watch, put back by the command, and over', async (_name, inject, subject) => {
    await inject();
    const [alert, ...others] = await look('watch-source');
    expect(others).toEqual([]);
    expect(alert).toMatchObject({ code: 'SettingsDrifted', severity: 'page', subject });
    expect(alert?.text).toContain('npx cdk deploy redrill-source --revert-drift');
    expect(await look('watch-source')).toEqual([]);
    for (const command of commandsIn(alert?.text ?? '')) await runCommand(command, world);
    expect(await look('watch-source')).toMatchObject([{ code: 'SettingsDriftedResolved' }]);
  });
});
