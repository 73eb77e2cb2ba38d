import {
  type CloudWatchClient,
  DescribeAlarmsCommand,
  type PutMetricAlarmCommand,
} from '@aws-sdk/client-cloudwatch';
import type { S3Client } from '@aws-sdk/client-s3';
import {
  type CreateScheduleCommand,
  GetScheduleCommand,
  type SchedulerClient,
} from '@aws-sdk/client-scheduler';
import {
  ConfirmSubscriptionCommand,
  ListSubscriptionsByTopicCommand,
  type SNSClient,
} from '@aws-sdk/client-sns';
import type { World } from '../world.ts';
import type { Row } from './attack.ts';

export const ON_CALL = 'on-call@example.com';

/** The deployed stacks, and the services of their vault region, as an administrator calls them. */
export interface Deployed {
  readonly world: World;
  readonly s3: S3Client;
  readonly cloudwatch: CloudWatchClient;
  readonly scheduler: SchedulerClient;
  readonly sns: SNSClient;
  /** A call of the one role that the key's policy and the bucket's let destroy. */
  readonly breakGlass: (service: string, operation: string, input: object) => Promise<unknown>;
}

export const vaultBucket = ({ world }: Deployed) => world.demo.vaultBucket;
export const topicArn = ({ world }: Deployed) =>
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

export async function readAlarm(on: Deployed, name: string) {
  const { MetricAlarms: [alarm] = [] } = await on.cloudwatch.send(
    new DescribeAlarmsCommand({ AlarmNames: [name] }),
  );
  const { AlarmArn: _arn, StateValue: _v, StateReason: _r, StateUpdatedTimestamp: _t, ...rest } = alarm ?? {};
  return rest as ConstructorParameters<typeof PutMetricAlarmCommand>[0];
}

export async function subscriptionArn(on: Deployed, endpoint = ON_CALL): Promise<string> {
  const { Subscriptions = [] } = await on.sns.send(
    new ListSubscriptionsByTopicCommand({ TopicArn: topicArn(on) }),
  );
  return Subscriptions.find(({ Endpoint }) => Endpoint === endpoint)?.SubscriptionArn ?? '';
}

/** Follows the link in the last mail that asked for a confirmation. */
export async function confirm(on: Deployed): Promise<void> {
  const { token: Token = '' } = on.world.aws.sns.confirmations.at(-1) ?? {};
  await on.sns.send(new ConfirmSubscriptionCommand({ TopicArn: topicArn(on), Token }));
}

/**
 * An attack on what is deployed. All of them are made in one world, one after the other, each put back before the next: the
 * watch looks, the commands in its alert are run, and it looks again.
 */
export interface SettingAttack extends Row {
  /** The subject of the alert, without its tag. */
  readonly subject: (on: Deployed) => string;
  readonly says: readonly RegExp[];
  readonly attack: (on: Deployed) => Promise<unknown>;
  /** What only a deployment would do, or a person who reads mail. @default nothing but the commands in the alert */
  readonly also?: (on: Deployed) => Promise<unknown>;
}

type Described = Omit<SettingAttack, 'tells' | 'withinMinutes' | 'stillWorks'> &
  Partial<Pick<Row, 'stillWorks'>>;

/** What all of them have in common: the watch reports a difference, and says how to put it back. */
export const drifts = (withinMinutes: number, attacks: readonly Described[]): readonly SettingAttack[] =>
  attacks.map((attack) => ({
    tells: { alerts: ['SettingsDrifted'] },
    withinMinutes,
    stillWorks: [
      {
        what:
          attack.also === undefined
            ? 'the commands in the alert restore the setting'
            : 'a deployment restores the setting',
      },
    ],
    ...attack,
  }));
