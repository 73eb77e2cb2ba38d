import { randomUUID } from 'node:crypto';
import { refuseUnless } from '../lambda/refuse.ts';
import { type Call, type Service, ServiceError } from '../service.ts';
import type { Subscription, Topic, TopicStore } from './store.ts';
import { changeOf } from './subscriptions.ts';

/** What the mail says that asks somebody to confirm a subscription. */
export interface Confirmation {
  readonly topicArn: string;
  readonly subscriptionArn: string;
  readonly endpoint: string;
  readonly token: string;
}

/** The topic of a call, which was authorised. @param known further members of the input */
export type Located = (input: { readonly TopicArn?: string }, call: Call, known: readonly string[]) => Topic;

/** https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html; a template may ask for `email` alone here. */
const PROTOCOLS: readonly string[] = [
  'application',
  'email',
  'email-json',
  'firehose',
  'http',
  'https',
  'lambda',
  'sms',
  'sqs',
];

/** One address and nothing else: a list of them is refused. */
export function isEmailAddress(text: string): boolean {
  return /^[^\s@;,]+@[^\s@;,]+\.[^\s@;,.]+$/.test(text);
}

function invalid(reason: string): ServiceError {
  return new ServiceError('InvalidParameter', `Invalid parameter: ${reason}`);
}

interface Subscribing {
  readonly topics: TopicStore;
  readonly confirmations: Confirmation[];
  readonly located: Located;
}

interface SubscribeInput {
  readonly TopicArn?: string;
  readonly Protocol?: string;
  readonly Endpoint?: string;
  readonly Attributes?: Readonly<Record<string, string>>;
}

/**
 * https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html: a subscription of an address waits until its owner follows
 * the link in a mail; to subscribe it again sends another mail, or gives the ARN of the one that is confirmed.
 */
export function subscribing({ topics, confirmations, located }: Subscribing): Service['operations'] {
  return {
    Subscribe: async (input: SubscribeInput, call) => {
      const topic = located(input, call, ['Protocol', 'Endpoint', 'Attributes']);
      const { Endpoint: endpoint = '', Protocol: protocol = '' } = input;
      if (!PROTOCOLS.includes(protocol))
        throw invalid(`Amazon SNS does not support this protocol string: ${protocol}`);
      refuseUnless('sns:Subscribe Protocol', protocol, ['email', 'https']);
      if (protocol === 'email' && !isEmailAddress(endpoint)) throw invalid('Email address');
      if (protocol === 'https' && !/^https:\/\/./.test(endpoint))
        throw invalid('Endpoint must match the specified protocol');
      const existing = topics.subscriptionsOf(topic).find((each) => each.endpoint === endpoint);
      if (existing?.confirmed === true) return { SubscriptionArn: existing.arn };
      const arn = existing?.arn ?? `${topic.arn}:${randomUUID()}`;
      if (existing === undefined)
        topics.subscribe(
          topic,
          {
            arn,
            protocol: protocol as Subscription['protocol'],
            endpoint,
            filter: {},
            raw: false,
            ...changeOf(input.Attributes ?? {}),
          },
          false,
        );
      confirmations.push({ topicArn: topic.arn, subscriptionArn: arn, endpoint, token: randomUUID() });
      return { SubscriptionArn: 'pending confirmation' };
    },
    /** https://docs.aws.amazon.com/sns/latest/api/API_ConfirmSubscription.html */
    ConfirmSubscription: async (input: { readonly TopicArn?: string; readonly Token?: string }, call) => {
      const topic = located(input, call, ['Token']);
      const asked = confirmations.find(
        ({ token, topicArn }) => token === input.Token && topicArn === topic.arn,
      );
      if (asked === undefined) throw invalid('Token');
      topics.confirm(topic, asked.subscriptionArn);
      return { SubscriptionArn: asked.subscriptionArn };
    },
  };
}
