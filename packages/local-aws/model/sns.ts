import { randomUUID } from 'node:crypto';
import type { VirtualClock } from '../clock.ts';
import type { ResourceHandler } from '../cloudformation/resource.ts';
import type { MetricSink } from './cloudwatch/metrics.ts';
import type { Kms } from './kms.ts';
import { regionOf } from './lambda/ports.ts';
import { refuseUnknown } from './lambda/refuse.ts';
import { type Call, NotModelledError, type Principal, type Service, ServiceError } from './service.ts';
import { topicHandlers } from './sns/resources.ts';
import { type FilterPolicy, type Subscription, type Topic, TopicStore } from './sns/store.ts';
import { type Confirmation, type Located, subscribing } from './sns/subscribing.ts';
import { subscriptionAttributes } from './sns/subscriptions.ts';

/** A message that a topic accepted. */
export interface PublishedMessage {
  readonly messageId: string;
  /** Virtual time, ms since the epoch. */
  readonly at: number;
  readonly region: string;
  readonly topicArn: string;
  readonly subject: string | undefined;
  readonly message: string;
  /** Texts of their own for subscriptions of these protocols. */
  readonly byProtocol: Readonly<Record<string, string>>;
  /** String attributes, by name; subscription filters read them. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly principal: Principal;
  /** Addresses of the subscriptions that were confirmed when it was published. */
  readonly deliveredTo: readonly string[];
}

export interface SnsOptions {
  readonly clock: VirtualClock;
  readonly kms: Kms;
  readonly metrics: MetricSink;
  /**
   * What becomes of a new email subscription. On AWS it waits for its owner to follow the link in a mail; nobody reads
   * mail here, so it counts as confirmed unless a scenario wants it otherwise.
   * @default 'confirmed'
   */
  readonly subscriptions?: 'confirmed' | 'pending';
}

export interface Sns {
  readonly service: Service;
  readonly resourceHandlers: readonly ResourceHandler[];
  /** Everything published, in order. */
  readonly messages: readonly PublishedMessage[];
  /** Mails that ask for a confirmation, in order. */
  readonly confirmations: readonly Confirmation[];
  /** Subscribes an endpoint of an AWS service to a topic, once. */
  attach(topicArn: string, endpoint: string): void;
  detach(topicArn: string, endpoint: string): void;
  /** Addresses that take no message from now on. */
  readonly unreachable: Set<string>;
}

/** @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html (256 KiB; subjects of less than 100 characters, no control characters) */
const MESSAGE_MAX_BYTES = 262_144;
const SUBJECT = /^\P{Cc}{1,99}$/u;

/** SNS: standard topics with email subscriptions. Messages are kept, not mailed. */
export function createSns({ clock, kms, metrics, subscriptions = 'confirmed' }: SnsOptions): Sns {
  const unreachable = new Set<string>();
  const topics = new TopicStore(clock, subscriptions);
  const messages: PublishedMessage[] = [];
  const confirmations: Confirmation[] = [];
  const located: Located = (input, call, known) => topicOf(topics, call, input, known);
  return {
    service: {
      name: 'sns',
      operations: {
        Publish: async (input, call) => publish({ topics, kms, messages, metrics, unreachable }, input, call),
        ...topicOperations(topics),
        ...subscriptionOperations(topics),
        ...subscriptionAttributes(topics),
        ...subscribing({ topics, confirmations, located }),
      },
    },
    resourceHandlers: topicHandlers(topics),
    messages,
    confirmations,
    unreachable,
    attach: (topicArn, endpoint) => {
      const topic = topics.find(topicArn, regionOf(topicArn));
      if (topic === undefined || topics.subscriptionsOf(topic).some((each) => each.endpoint === endpoint))
        return;
      const arn = `${topicArn}:${randomUUID()}`;
      topics.subscribe(topic, { arn, protocol: 'https', endpoint, filter: {}, raw: false }, true);
    },
    detach: (topicArn, endpoint) => {
      const topic = topics.find(topicArn, regionOf(topicArn));
      const found = topic && topics.subscriptionsOf(topic).find((each) => each.endpoint === endpoint);
      if (topic !== undefined && found !== undefined) topics.unsubscribe(topic, found.arn);
    },
  };
}

interface Publishing {
  readonly topics: TopicStore;
  readonly kms: Kms;
  readonly messages: PublishedMessage[];
  readonly metrics: MetricSink;
  readonly unreachable: ReadonlySet<string>;
}

interface PublishInput {
  readonly TopicArn?: string;
  readonly Subject?: string;
  readonly Message?: string;
  readonly MessageStructure?: string;
  readonly MessageAttributes?: Readonly<
    Record<string, { readonly DataType?: string; readonly StringValue?: string }>
  >;
}

/**
 * A publisher to an encrypted topic needs the key as well.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#sns-what-permissions-for-sse
 */
function publish(publishing: Publishing, input: PublishInput, call: Call): object {
  const { topics, kms, messages } = publishing;
  const topic = topicOf(topics, call, input, ['Subject', 'Message', 'MessageStructure', 'MessageAttributes']);
  const { Subject: subject, Message: sent = '' } = input;
  checkMessage(subject, sent);
  const { default: message, ...byProtocol } = textsOf(sent, input.MessageStructure);
  if (topic.keyId !== undefined) {
    const context = { 'aws:sns:topicArn': topic.arn };
    kms.authorizeUse(call, topic.keyId, 'kms:GenerateDataKey', context);
    kms.authorizeUse(call, topic.keyId, 'kms:Decrypt', context);
  }
  const messageId = call.requestId;
  const attributes = stringAttributes(input);
  messages.push({
    messageId,
    at: call.now,
    region: call.region,
    topicArn: topic.arn,
    subject,
    message,
    byProtocol,
    attributes,
    principal: call.principal,
    deliveredTo: deliver(publishing, topic, { attributes, at: call.now }),
  });
  return { MessageId: messageId };
}

/** An HTTPS endpoint is tried four times at least: https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html */
const ATTEMPTS = { https: 4, email: 1 } as const;

/**
 * Counted as https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html says: of an HTTPS endpoint every
 * attempt. All of them count at once here.
 * @returns the addresses that took it
 */
function deliver(
  { topics, metrics, unreachable }: Publishing,
  topic: Topic,
  { attributes, at }: { readonly attributes: PublishedMessage['attributes']; readonly at: number },
): readonly string[] {
  const { account, region, arn } = topic;
  const dimensions = { TopicName: arn.split(':').at(-1) ?? '' };
  const count = (name: string, times: number) =>
    metrics.put({
      account,
      region,
      namespace: 'AWS/SNS',
      name,
      dimensions,
      at,
      values: Array(times).fill(1),
    });
  return topics.subscriptionsOf(topic).flatMap(({ confirmed, filter, endpoint, protocol }) => {
    if (!confirmed || !passes(filter, attributes)) return [];
    const taken = !unreachable.has(endpoint);
    if (taken) count('NumberOfNotificationsDelivered', 1);
    else count('NumberOfNotificationsFailed', ATTEMPTS[protocol]);
    return taken ? [endpoint] : [];
  });
}

/** https://docs.aws.amazon.com/sns/latest/api/API_Publish.html: "at a minimum, a top-level JSON key of "default"" */
function textsOf(message: string, structure: string | undefined): { readonly default: string } {
  if (structure === undefined) return { default: message };
  if (structure !== 'json') throw invalidParameter('Invalid message structure parameter');
  try {
    const texts: unknown = JSON.parse(message);
    if (
      typeof texts === 'object' &&
      texts !== null &&
      'default' in texts &&
      typeof texts.default === 'string'
    )
      return { ...texts, default: texts.default };
  } catch {
    throw invalidParameter('Message Structure - JSON message body failed to parse');
  }
  throw invalidParameter('Message Structure - No default entry in JSON message body');
}

function passes(filter: FilterPolicy, attributes: PublishedMessage['attributes']): boolean {
  return Object.entries(filter).every(([name, values]) => values.includes(attributes[name] ?? ''));
}

/** @see https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html */
function stringAttributes({ MessageAttributes = {} }: PublishInput): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(MessageAttributes).map(([name, { DataType, StringValue }]) => {
      checkAttributeName(name);
      if (DataType === 'String' && StringValue === '')
        throw invalidValue(
          `The message attribute '${name}' must contain non-empty message attribute value for message attribute type 'String'.`,
        );
      if (DataType !== 'String' || StringValue === undefined) {
        throw new NotModelledError(`sns:Publish with the message attribute ${name} of type ${DataType}`);
      }
      return [name, StringValue];
    }),
  );
}

/** Same page; the texts are those of
 * https://github.com/localstack/localstack/blob/main/tests/aws/services/sns/test_sns.snapshot.json */
function checkAttributeName(name: string): void {
  const odd = /[^\w.-]/u.exec(name)?.[0];
  if (odd !== undefined)
    throw invalidValue(
      `Invalid non-alphanumeric character '#x${odd.charCodeAt(0).toString(16).toUpperCase()}' was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots.`,
    );
  if (name.length > 256) throw invalidValue('Length of message attribute name must be less than 256 bytes.');
}

function checkMessage(subject: string | undefined, message: string): void {
  if (subject !== undefined && !SUBJECT.test(subject)) throw invalidParameter('Subject');
  if (message === '') throw invalidParameter('Empty message');
  if (Buffer.byteLength(message) > MESSAGE_MAX_BYTES) throw invalidParameter('Message too long');
}

function topicOperations(topics: TopicStore): Service['operations'] {
  return {
    ListTopics: async (input: object, call) => {
      refuseUnknown('sns:ListTopics', input, []);
      call.authorize({
        action: 'sns:ListTopics',
        resource: `arn:aws:sns:${call.region}:${call.principal.account}:*`,
      });
      const own = topics.topicsOf(call.principal.account, call.region);
      return { Topics: own.map(({ arn }) => ({ TopicArn: arn })) };
    },
    GetTopicAttributes: async (input, call) => ({
      Attributes: attributesOf(topics, topicOf(topics, call, input)),
    }),
    DeleteTopic: async (input, call) => {
      topics.delete(topicOf(topics, call, input));
      return {};
    },
  };
}

function subscriptionOperations(topics: TopicStore): Service['operations'] {
  return {
    ListSubscriptionsByTopic: async (input, call) => {
      const topic = topicOf(topics, call, input);
      return {
        Subscriptions: topics.subscriptionsOf(topic).map((each) => describeSubscription(topic, each)),
      };
    },
    Unsubscribe: async (input: { readonly SubscriptionArn: string }, call) => {
      refuseUnknown('sns:Unsubscribe', input, ['SubscriptionArn']);
      if (!isArnIn(input.SubscriptionArn, call.region)) throw invalidParameter('SubscriptionArn');
      const topic = topics.find(input.SubscriptionArn.split(':').slice(0, -1).join(':'), call.region);
      if (topic === undefined) throw notFound('Subscription');
      authorize(call, topic, input.SubscriptionArn);
      topics.unsubscribe(topic, input.SubscriptionArn);
      return {};
    },
  };
}

/** The topic of a call, authorised under the action of the same name as the operation. */
function topicOf(
  topics: TopicStore,
  call: Call,
  input: { readonly TopicArn?: string },
  known: readonly string[] = [],
): Topic {
  refuseUnknown(`sns:${call.operation}`, input, ['TopicArn', ...known]);
  if (!isArnIn(input.TopicArn, call.region)) throw invalidParameter('TopicArn');
  const topic = topics.find(input.TopicArn, call.region);
  if (topic === undefined) throw notFound('Topic');
  authorize(call, topic, topic.arn);
  return topic;
}

/** An ARN of SNS in the call's region: one of another is no topic's here, and is refused before any is looked for. */
function isArnIn(arn: string | undefined, region: string): arn is string {
  return arn?.startsWith(`arn:aws:sns:${region}:`) ?? false;
}

function authorize(call: Call, topic: Topic, resource: string): void {
  const tags = Object.entries(topic.tags).map(([name, value]) => [`aws:ResourceTag/${name}`, value] as const);
  call.authorize({
    action: `sns:${call.operation}`,
    resource,
    resourceAccount: topic.account,
    resourcePolicy: topic.policy,
    conditions: Object.fromEntries(tags),
  });
}

function attributesOf(topics: TopicStore, topic: Topic): Readonly<Record<string, string>> {
  const subscriptions = topics.subscriptionsOf(topic);
  const confirmed = subscriptions.filter((each) => each.confirmed).length;
  return {
    TopicArn: topic.arn,
    Owner: topic.account,
    DisplayName: topic.displayName,
    Policy: JSON.stringify(topic.policy),
    SubscriptionsConfirmed: String(confirmed),
    SubscriptionsPending: String(subscriptions.length - confirmed),
    ...(topic.keyId === undefined ? {} : { KmsMasterKeyId: topic.keyId }),
  };
}

/** @see https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html */
function describeSubscription(topic: Topic, subscription: Subscription): object {
  return {
    SubscriptionArn: subscription.confirmed ? subscription.arn : 'PendingConfirmation',
    Owner: topic.account,
    Protocol: subscription.protocol,
    Endpoint: subscription.endpoint,
    TopicArn: topic.arn,
  };
}

function notFound(what: string): ServiceError {
  return new ServiceError('NotFound', `${what} does not exist`, 404);
}

function invalidValue(message: string): ServiceError {
  return new ServiceError('ParameterValueInvalid', message);
}

function invalidParameter(reason: string): ServiceError {
  return new ServiceError('InvalidParameter', `Invalid parameter: ${reason}`);
}
