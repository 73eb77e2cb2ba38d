import {
  GetSubscriptionAttributesCommand,
  paginateListSubscriptionsByTopic,
  type SNSClient,
} from '@aws-sdk/client-sns';
import type { Settings, Subscription } from '../../../core/ports.ts';
import { policyOf } from './policy-text.ts';
import { readSetting } from './read-setting.ts';

/** In place of the ARN of one that is not confirmed: https://docs.aws.amazon.com/sns/latest/api/API_Subscription.html (checked 2026-11-22) */
const UNCONFIRMED = ['PendingConfirmation', 'Deleted'];

export function topicSubscriptions(client: SNSClient) {
  return async (TopicArn: string): Promise<readonly Subscription[] | undefined> => {
    const found: Subscription[] = [];
    const listed = await readSetting(
      `the subscriptions to ${TopicArn}`,
      async (patience) => {
        for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic(
          { client },
          { TopicArn },
          patience,
        ))
          for (const { Protocol = '', Endpoint = '', SubscriptionArn = '' } of Subscriptions)
            found.push({
              protocol: Protocol,
              endpoint: Endpoint,
              ...(SubscriptionArn === '' || UNCONFIRMED.includes(SubscriptionArn)
                ? { confirmed: false }
                : { confirmed: true, arn: SubscriptionArn }),
            });
        return {};
      },
      ['NotFound', 'NotFoundException'],
    );
    return listed && found;
  };
}

/**
 * What of a subscription decides which messages reach it, and how. SNS leaves out what is not set.
 * https://docs.aws.amazon.com/sns/latest/api/API_GetSubscriptionAttributes.html (checked 2026-11-24)
 */
export function subscriptionSettings(client: SNSClient): Settings['ofSubscription'] {
  return (SubscriptionArn) =>
    readSetting(
      `the subscription ${SubscriptionArn}`,
      async (patience) => {
        const { Attributes = {} } = await client.send(
          new GetSubscriptionAttributesCommand({ SubscriptionArn }),
          patience,
        );
        const { FilterPolicy, FilterPolicyScope, RawMessageDelivery } = Attributes;
        return {
          FilterPolicy: policyOf(FilterPolicy) ?? {},
          FilterPolicyScope: FilterPolicyScope ?? 'MessageAttributes',
          RawMessageDelivery: RawMessageDelivery ?? 'false',
        };
      },
      ['NotFound', 'NotFoundException'],
    );
}
