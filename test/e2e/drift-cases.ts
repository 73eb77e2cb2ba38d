import {
  type CloudWatchClient,
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
  type S3Client,
} from '@aws-sdk/client-s3';
import {
  CreateScheduleCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  type SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import {
  ConfirmSubscriptionCommand,
  ListSubscriptionsByTopicCommand,
  type SNSClient,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import { expect } from 'vitest';
import { BREAK_GLASS_ROLE } from '../../lib/storage/vault.ts';
import type { World } from './world.ts';

const ON_CALL = 'on-call@example.com';

/** The deployed stacks, and the services of their vault region, as an administrator calls them. */
export interface Deployed {
  readonly world: World;
  readonly s3: S3Client;
  readonly cloudwatch: CloudWatchClient;
  readonly scheduler: SchedulerClient;
  readonly sns: SNSClient;
}

export const vaultBucket = ({ world }: Deployed) => world.demo.vaultBucket;
const topicArn = ({ world }: Deployed) =>
  `arn:aws:sns:${world.demo.vault.region}:${world.demo.account}:redrill-alerts`;

export async function readSchedule(on: Deployed, name: string) {
  const {
    $metadata: _,
    Arn: _arn,
    CreationDate: _at,
    ...schedule
  } = await on.scheduler.send(new GetScheduleCommand({ Name: name, GroupName: 'redrill' }));
  return schedule as ConstructorParameters<typeof CreateScheduleCommand>[0];
}

async function readAlarm(on: Deployed, name: string) {
  const { MetricAlarms: [alarm] = [] } = await on.cloudwatch.send(
    new DescribeAlarmsCommand({ AlarmNames: [name] }),
  );
  const { AlarmArn: _arn, StateValue: _v, StateReason: _r, StateUpdatedTimestamp: _t, ...rest } = alarm ?? {};
  return rest as ConstructorParameters<typeof PutMetricAlarmCommand>[0];
}

async function subscriptionArn(on: Deployed): Promise<string> {
  const { Subscriptions: [one] = [] } = await on.sns.send(
    new ListSubscriptionsByTopicCommand({ TopicArn: topicArn(on) }),
  );
  return one?.SubscriptionArn ?? '';
}

/** Follows the link in the last mail that asked for a confirmation. */
async function confirm(on: Deployed): Promise<void> {
  const { token: Token = '' } = on.world.aws.sns.confirmations.at(-1) ?? {};
  await on.sns.send(new ConfirmSubscriptionCommand({ TopicArn: topicArn(on), Token }));
}

export interface DriftCase {
  readonly name: string;
  /** The subject of the message, without its tag. */
  readonly told: (on: Deployed) => string;
  readonly says: readonly RegExp[];
  readonly inject: (on: Deployed) => Promise<unknown>;
  /** What only a deployment would do, or a person who reads mail. @default nothing but the commands in the message */
  readonly also?: (on: Deployed) => Promise<unknown>;
}

/** What was deleted or changed, so that it can be put back as a deployment would. */
let kept: unknown;

export const CASES: readonly DriftCase[] = [
  {
    name: 'the lifecycle configuration deleted',
    told: (on) => `lifecycle rules of ${vaultBucket(on)}: not as deployed`,
    says: [/found: nothing/, /"ID":"expire-daily-session-store"|expire-daily-session-store/],
    inject: (on) => on.s3.send(new DeleteBucketLifecycleCommand({ Bucket: vaultBucket(on) })),
  },
  {
    name: 'a lifecycle rule that expires what was not released',
    told: (on) => `lifecycle rules of ${vaultBucket(on)}: not as deployed`,
    says: [/rule tidy-up\n {4}expected: no such rule\n {4}found: \{.*"Days":1\}/],
    inject: async (on) => {
      const { Rules = [] } = await on.s3.send(
        new GetBucketLifecycleConfigurationCommand({ Bucket: vaultBucket(on) }),
      );
      const tidy = {
        ID: 'tidy-up',
        Status: 'Enabled',
        Filter: { Prefix: 'daily/' },
        Expiration: { Days: 1 },
      } as const;
      const LifecycleConfiguration = { Rules: [...Rules, tidy] };
      await on.s3.send(
        new PutBucketLifecycleConfigurationCommand({ Bucket: vaultBucket(on), LifecycleConfiguration }),
      );
    },
  },
  {
    name: 'versioning off',
    told: (on) => `versioning of ${vaultBucket(on)}: not as deployed`,
    says: [/Status\n {4}expected: "Enabled"\n {4}found: nothing/],
    // Object Lock keeps versioning on, so only a bucket that was made anew can be without.
    inject: async (on) => {
      await expect(
        on.s3.send(
          new PutBucketVersioningCommand({
            Bucket: vaultBucket(on),
            VersioningConfiguration: { Status: 'Suspended' },
          }),
        ),
      ).rejects.toMatchObject({ name: 'InvalidBucketState' });
      const bucket = on.world.aws.s3.admin.bucket(vaultBucket(on));
      bucket.configuration = { ...bucket.configuration, versioned: false };
    },
  },
  {
    name: 'the default retention of Object Lock taken away',
    told: (on) => `Object Lock of ${vaultBucket(on)}: not as deployed`,
    says: [/Rule\n {4}expected: \{"DefaultRetention":\{"Days":1,"Mode":"GOVERNANCE"\}\}\n {4}found: nothing/],
    inject: (on) =>
      on.s3.send(
        new PutObjectLockConfigurationCommand({
          Bucket: vaultBucket(on),
          ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' },
        }),
      ),
  },
  {
    name: 'encryption under the vault’s key taken away',
    told: (on) => `encryption of ${vaultBucket(on)}: not as deployed`,
    says: [/expected: .*"SSEAlgorithm":"aws:kms"/, /found: .*"SSEAlgorithm":"AES256"/],
    inject: (on) => on.s3.send(new DeleteBucketEncryptionCommand({ Bucket: vaultBucket(on) })),
  },
  {
    name: 'the public access block deleted',
    told: (on) => `public access block of ${vaultBucket(on)}: not as deployed`,
    says: [/found: nothing/],
    inject: (on) => on.s3.send(new DeletePublicAccessBlockCommand({ Bucket: vaultBucket(on) })),
  },
  {
    name: 'the staging bucket opened a little',
    told: (on) => `public access block of ${on.world.stagingBucket}: not as deployed`,
    says: [/RestrictPublicBuckets\n {4}expected: true\n {4}found: false/],
    inject: (on) =>
      on.s3.send(
        new PutPublicAccessBlockCommand({
          Bucket: on.world.stagingBucket,
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
    told: (on) => `lifecycle rules of ${on.world.stagingBucket}: not as deployed`,
    says: [/found: nothing/],
    inject: (on) => on.s3.send(new DeleteBucketLifecycleCommand({ Bucket: on.world.stagingBucket })),
  },
  {
    name: 'a schedule disabled',
    told: () => 'schedules: not as deployed',
    says: [/schedule redrill-find-exports:/, /State\n {4}expected: "ENABLED"\n {4}found: "DISABLED"/],
    inject: async (on) => {
      const schedule = await readSchedule(on, 'redrill-find-exports');
      await on.scheduler.send(new UpdateScheduleCommand({ ...schedule, State: 'DISABLED' }));
    },
  },
  {
    name: 'a schedule that starts once a year',
    told: () => 'schedules: not as deployed',
    says: [
      /ScheduleExpression\n {4}expected: "cron\(30 2 \* \* \? \*\)"\n {4}found: "cron\(30 2 1 1 \? \*\)"/,
    ],
    inject: async (on) => {
      const schedule = await readSchedule(on, 'redrill-drill-event-log');
      await on.scheduler.send(
        new UpdateScheduleCommand({ ...schedule, ScheduleExpression: 'cron(30 2 1 1 ? *)' }),
      );
    },
  },
  {
    name: 'a schedule deleted',
    told: () => 'schedules: not as deployed',
    says: [
      /schedule redrill-drill-event-log:/,
      /found: nothing/,
      /npx cdk deploy redrill-vault --revert-drift/,
    ],
    inject: async (on) => {
      kept = await readSchedule(on, 'redrill-drill-event-log');
      await on.scheduler.send(
        new DeleteScheduleCommand({ Name: 'redrill-drill-event-log', GroupName: 'redrill' }),
      );
    },
    also: (on) =>
      on.scheduler.send(
        new CreateScheduleCommand(kept as ConstructorParameters<typeof CreateScheduleCommand>[0]),
      ),
  },
  {
    name: 'a subscription that nobody confirmed',
    told: () => 'subscriptions to the alerts: not as deployed',
    says: [/email on-call@example\.com:/, /found: "pending confirmation"/],
    inject: async (on) => {
      await on.sns.send(new UnsubscribeCommand({ SubscriptionArn: await subscriptionArn(on) }));
      await on.sns.send(
        new SubscribeCommand({ TopicArn: topicArn(on), Protocol: 'email', Endpoint: ON_CALL }),
      );
    },
    also: confirm,
  },
  {
    name: 'no subscription at all',
    told: () => 'subscriptions to the alerts: not as deployed',
    says: [/email on-call@example\.com:/, /found: nothing/],
    inject: async (on) => on.sns.send(new UnsubscribeCommand({ SubscriptionArn: await subscriptionArn(on) })),
    also: confirm,
  },
  {
    name: 'an alarm whose actions are off',
    told: () => 'alarms: not as deployed',
    says: [/alarm redrill-watch-silent:/, /ActionsEnabled\n {4}expected: true\n {4}found: false/],
    inject: (on) =>
      on.cloudwatch.send(new DisableAlarmActionsCommand({ AlarmNames: ['redrill-watch-silent'] })),
  },
  {
    name: 'an alarm that never rings any more',
    told: () => 'alarms: not as deployed',
    says: [/alarm redrill-rpo-missed:/, /Threshold\n {4}expected: 1\n {4}found: 1000/],
    inject: async (on) => {
      const alarm = await readAlarm(on, 'redrill-rpo-missed');
      kept = alarm;
      await on.cloudwatch.send(new PutMetricAlarmCommand({ ...alarm, Threshold: 1000 }));
    },
    also: (on) =>
      on.cloudwatch.send(
        new PutMetricAlarmCommand(kept as ConstructorParameters<typeof PutMetricAlarmCommand>[0]),
      ),
  },
  {
    name: 'an alarm deleted',
    told: () => 'alarms: not as deployed',
    says: [/alarm redrill-drill-aborted:/, /found: nothing/, /npx cdk deploy redrill-vault --revert-drift/],
    inject: async (on) => {
      kept = await readAlarm(on, 'redrill-drill-aborted');
      await on.cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: ['redrill-drill-aborted'] }));
    },
    also: (on) =>
      on.cloudwatch.send(
        new PutMetricAlarmCommand(kept as ConstructorParameters<typeof PutMetricAlarmCommand>[0]),
      ),
  },
  {
    name: 'the vault’s key disabled',
    told: () => 'key of the vault: not as deployed',
    says: [/KeyState\n {4}expected: "Enabled"\n {4}found: "Disabled"/],
    inject: (on) => breakGlass(on, 'DisableKey', {}),
  },
  {
    name: 'the vault’s key about to be deleted',
    told: () => 'key of the vault: not as deployed',
    says: [/found: "PendingDeletion"/],
    inject: (on) => breakGlass(on, 'ScheduleKeyDeletion', { PendingWindowInDays: 7 }),
  },
];

/** The key's policy lets nobody else do it. */
async function breakGlass(on: Deployed, operation: string, input: object): Promise<void> {
  const { account, region } = on.world.demo.vault;
  const { keyId: KeyId } = on.world.aws.s3.admin.bucket(vaultBucket(on)).configuration.encryption;
  const principal = {
    kind: 'administrator',
    arn: `arn:aws:iam::${account}:role/${BREAK_GLASS_ROLE}`,
    account,
  } as const;
  await on.world.aws.fabric.call({
    service: 'kms',
    operation,
    region,
    principal,
    input: { KeyId, ...input },
  });
}
