import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { DescribeKeyCommand, GetKeyPolicyCommand, KMSClient } from '@aws-sdk/client-kms';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SNSClient } from '@aws-sdk/client-sns';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { Settings } from '../../../core/ports.ts';
import { CLIENT_OPTIONS } from '../client-options.ts';
import { s3Client } from '../s3-client.ts';
import { alarmSettings, alarmStates } from './alarm-settings.ts';
import { bucketSettings } from './bucket-settings.ts';
import { channelSettings } from './channel-settings.ts';
import { chatConfigurations } from './chat-settings.ts';
import { policyOf } from './policy-text.ts';
import { membersOf, readSetting } from './read-setting.ts';
import { roleSettings } from './role-settings.ts';
import { scheduleSettings } from './schedule-settings.ts';
import { subscriptionSettings, topicSubscriptions } from './topic-settings.ts';

/** Settings in the region that the Lambda runs in. */
export function settings(options: object = {}): Settings {
  const shared = { ...CLIENT_OPTIONS, ...options };
  const kms = new KMSClient(shared);
  const cloudwatch = new CloudWatchClient(shared);
  const sns = new SNSClient(shared);
  return {
    ofBucket: bucketSettings(s3Client(shared)),
    ofKey: keySettings(kms),
    ofKeyPolicy: keyPolicies(kms),
    ofRole: roleSettings(new IAMClient(shared)),
    ofSchedule: scheduleSettings(new SchedulerClient(shared)),
    ofAlarms: alarmSettings(cloudwatch),
    ...alarmStates(cloudwatch),
    subscriptionsOf: topicSubscriptions(sns),
    ofSubscription: subscriptionSettings(sns),
    ofChannel: channelSettings({
      events: new EventBridgeClient(shared),
      lambda: new LambdaClient(shared),
      ssm: new SSMClient(shared),
      chat: chatConfigurations(sns),
    }),
  };
}

function keySettings(client: KMSClient): Settings['ofKey'] {
  return (KeyId) =>
    readSetting(
      `the state of ${KeyId}`,
      async (patience) => {
        const { KeyMetadata = {} } = await client.send(new DescribeKeyCommand({ KeyId }), patience);
        return membersOf(KeyMetadata as object as { readonly KeyState?: string }, ['KeyState']);
      },
      ['NotFoundException'],
    );
}

/** A key has one policy, and its name is `default`. */
function keyPolicies(client: KMSClient): Settings['ofKeyPolicy'] {
  return (KeyId) =>
    readSetting(
      `the policy of ${KeyId}`,
      async (patience) => policyOf((await client.send(new GetKeyPolicyCommand({ KeyId }), patience)).Policy),
      ['NotFoundException'],
    );
}
