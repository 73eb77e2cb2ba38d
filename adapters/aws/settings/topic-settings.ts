import { paginateListSubscriptionsByTopic, type SNSClient } from '@aws-sdk/client-sns';
import type { Subscription } from '../../../core/ports.ts';
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
              confirmed: SubscriptionArn !== '' && !UNCONFIRMED.includes(SubscriptionArn),
            });
        return {};
      },
      ['NotFound', 'NotFoundException'],
    );
    return listed && found;
  };
}
