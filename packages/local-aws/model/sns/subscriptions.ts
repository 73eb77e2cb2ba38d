import { refuseUnknown } from '../lambda/refuse.ts';
import { type Call, NotModelledError, type Service, ServiceError } from '../service.ts';
import { exactStrings, type Subscription, type Topic, type TopicStore } from './store.ts';

interface Input {
  readonly SubscriptionArn?: string;
}

/** A confirmed subscription, authorised under the action of the same name as the operation, for which SNS has no resource types. */
function located(topics: TopicStore, input: Input, call: Call): { topic: Topic; subscription: Subscription } {
  const { SubscriptionArn: arn = '' } = input;
  call.authorize({ action: `sns:${call.operation}`, resource: '*' });
  if (!arn.startsWith(`arn:aws:sns:${call.region}:`))
    throw new ServiceError('InvalidParameter', 'Invalid parameter: SubscriptionArn');
  const topic = topics.find(arn.split(':').slice(0, -1).join(':'), call.region);
  const subscription = topic && topics.subscriptionsOf(topic).find((each) => each.arn === arn);
  if (topic === undefined || subscription === undefined)
    throw new ServiceError('NotFound', 'Subscription does not exist', 404);
  return { topic, subscription };
}

/**
 * What is set of a subscription, and changing it. An answer of AWS:
 * https://github.com/localstack/localstack/blob/main/tests/aws/services/sns/test_sns.snapshot.json
 * @see https://docs.aws.amazon.com/sns/latest/api/API_GetSubscriptionAttributes.html
 * @see https://docs.aws.amazon.com/sns/latest/api/API_SetSubscriptionAttributes.html
 */
export function subscriptionAttributes(topics: TopicStore): Service['operations'] {
  return {
    GetSubscriptionAttributes: async (input: Input, call) => {
      refuseUnknown('sns:GetSubscriptionAttributes', input, ['SubscriptionArn']);
      const { topic, subscription } = located(topics, input, call);
      return { Attributes: attributesOf(topic, subscription) };
    },
    SetSubscriptionAttributes: async (
      input: Input & { readonly AttributeName?: string; readonly AttributeValue?: string },
      call,
    ) => {
      refuseUnknown('sns:SetSubscriptionAttributes', input, [
        'SubscriptionArn',
        'AttributeName',
        'AttributeValue',
      ]);
      const { topic, subscription } = located(topics, input, call);
      const { AttributeName: name = '', AttributeValue: value = '' } = input;
      topics.change(topic, subscription.arn, changeOf({ [name]: value }));
      return {};
    },
  };
}

function attributesOf(topic: Topic, { arn, protocol, endpoint, confirmed, filter, raw }: Subscription) {
  const filters = Object.keys(filter).length > 0;
  return {
    SubscriptionArn: arn,
    TopicArn: topic.arn,
    Owner: topic.account,
    Protocol: protocol,
    Endpoint: endpoint,
    PendingConfirmation: String(!confirmed),
    ConfirmationWasAuthenticated: 'false',
    RawMessageDelivery: String(raw),
    ...(filters && { FilterPolicy: JSON.stringify(filter), FilterPolicyScope: 'MessageAttributes' }),
  };
}

/** @throws NotModelledError for any but the filter, and raw delivery */
export function changeOf(
  attributes: Readonly<Record<string, string>>,
): Partial<Pick<Subscription, 'filter' | 'raw'>> {
  const { FilterPolicy, RawMessageDelivery, ...others } = attributes;
  const [other] = Object.keys(others);
  if (other !== undefined) throw new NotModelledError(`the attribute ${other} of a subscription`);
  return {
    ...(FilterPolicy !== undefined && { filter: exactStrings(JSON.parse(FilterPolicy)) }),
    ...(RawMessageDelivery !== undefined && { raw: RawMessageDelivery === 'true' }),
  };
}
