import type { VirtualClock } from '../../clock.ts';
import type { PolicyDocument } from '../../iam/policy.ts';
import { NotModelledError, ServiceError } from '../service.ts';

export interface Topic {
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  displayName: string;
  /** Key that encrypts the topic, as declared; `undefined` without encryption. */
  keyId: string | undefined;
  tags: Readonly<Record<string, string>>;
  policy: PolicyDocument;
}

/** https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html: exact strings only. */
export type FilterPolicy = Readonly<Record<string, readonly string[]>>;

export interface Subscription {
  readonly arn: string;
  readonly protocol: 'email' | 'https';
  readonly endpoint: string;
  readonly confirmed: boolean;
  /** Values that a message's attributes must have, by attribute; a message without one of them is not delivered. */
  readonly filter: FilterPolicy;
  readonly raw: boolean;
  /** Virtual time, ms since the epoch. */
  readonly createdAt: number;
}

/** An unconfirmed subscription is dropped after 48 hours.
 * @see https://docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.confirm.html */
const PENDING_LIFETIME_MS = 48 * 3_600_000;

/** The topics and subscriptions of every account and region. */
export class TopicStore {
  readonly #clock: VirtualClock;
  readonly #newSubscriptions: 'confirmed' | 'pending';
  readonly #topics = new Map<string, { readonly topic: Topic; subscriptions: readonly Subscription[] }>();

  constructor(clock: VirtualClock, newSubscriptions: 'confirmed' | 'pending') {
    this.#clock = clock;
    this.#newSubscriptions = newSubscriptions;
  }

  add(topic: Topic): void {
    if (this.#topics.has(topic.arn)) throw new ServiceError('AlreadyExists', `${topic.arn} already exists`);
    this.#topics.set(topic.arn, { topic, subscriptions: [] });
  }

  delete(topic: Topic): void {
    this.#topics.delete(topic.arn);
  }

  /** A topic by its ARN, for a call in a region; no call reaches another region's topic. */
  find(arn: string, region: string): Topic | undefined {
    const topic = this.#topics.get(arn)?.topic;
    return topic?.region === region ? topic : undefined;
  }

  topicsOf(account: string, region: string): readonly Topic[] {
    return [...this.#topics.values()]
      .map(({ topic }) => topic)
      .filter((topic) => topic.account === account && topic.region === region);
  }

  /** @param confirmed default what new subscriptions of a template are */
  subscribe(
    topic: Topic,
    subscription: Pick<Subscription, 'arn' | 'protocol' | 'endpoint' | 'filter' | 'raw'>,
    confirmed = this.#newSubscriptions === 'confirmed',
  ): void {
    const subscriptions = [
      ...this.subscriptionsOf(topic),
      { ...subscription, confirmed, createdAt: this.#clock.now() },
    ];
    this.#topics.set(topic.arn, { topic, subscriptions });
  }

  confirm(topic: Topic, subscriptionArn: string): void {
    const subscriptions = this.subscriptionsOf(topic).map((each) =>
      each.arn === subscriptionArn ? { ...each, confirmed: true } : each,
    );
    this.#topics.set(topic.arn, { topic, subscriptions });
  }

  change(topic: Topic, subscriptionArn: string, to: Partial<Pick<Subscription, 'filter' | 'raw'>>): void {
    const subscriptions = this.subscriptionsOf(topic).map((each) =>
      each.arn === subscriptionArn ? { ...each, ...to } : each,
    );
    this.#topics.set(topic.arn, { topic, subscriptions });
  }

  unsubscribe(topic: Topic, subscriptionArn: string): void {
    const subscriptions = this.subscriptionsOf(topic).filter(({ arn }) => arn !== subscriptionArn);
    this.#topics.set(topic.arn, { topic, subscriptions });
  }

  /** Those that exist now: confirmed, or not pending for too long. */
  subscriptionsOf(topic: Topic): readonly Subscription[] {
    const oldestPending = this.#clock.now() - PENDING_LIFETIME_MS;
    const { subscriptions = [] } = this.#topics.get(topic.arn) ?? {};
    return subscriptions.filter(({ confirmed, createdAt }) => confirmed || createdAt > oldestPending);
  }
}

/** @throws NotModelledError for anything but lists of strings */
export function exactStrings(policy: unknown = {}): FilterPolicy {
  const entries = Object.entries(policy as object);
  for (const [attribute, values] of entries) {
    if (Array.isArray(values) && values.every((value) => typeof value === 'string')) continue;
    throw new NotModelledError(
      `AWS::SNS::Subscription.FilterPolicy.${attribute} other than a list of strings`,
    );
  }
  return Object.fromEntries(entries);
}
