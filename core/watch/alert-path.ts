import type { Subscription } from '../ports.ts';

/** A topic as it was found; undefined if there is none. */
export interface TopicView {
  readonly arn: string;
  readonly subscriptions: readonly Subscription[] | undefined;
  /** Whether SNS could not deliver its messages lately. @default not known */
  readonly failing?: boolean;
}

/**
 * Why alerts over these topics reach nobody; undefined if one confirmed subscription gets them.
 * @param testsOnly addresses that are sent test messages and no alert
 */
export function whyNobodyIsReached(
  topics: readonly TopicView[],
  testsOnly: readonly string[],
): string | undefined {
  const reached = topics.some((topic) => reachersOf(topic, testsOnly).some((each) => works(each, topic)));
  return reached ? undefined : topics.map((topic) => reasonOf(topic, testsOnly)).join('; ');
}

const reachersOf = ({ subscriptions = [] }: TopicView, testsOnly: readonly string[]) =>
  subscriptions.filter(({ confirmed, endpoint }) => confirmed && !testsOnly.includes(endpoint));

/** SNS does not say which address failed. An e-mail is taken by a server of AWS, so the endpoints are what fails. */
const works = ({ protocol }: Subscription, { failing = false }: TopicView) =>
  !(failing && protocol === 'https');

function reasonOf(topic: TopicView, testsOnly: readonly string[]): string {
  const { arn, subscriptions } = topic;
  const name = arn.split(':').at(-1) ?? arn;
  if (reachersOf(topic, testsOnly).length > 0)
    return `SNS cannot deliver to the endpoints of the topic ${name}`;
  if (subscriptions === undefined) return `the topic ${name} does not exist`;
  const pending = subscriptions.filter(({ endpoint }) => !testsOnly.includes(endpoint));
  if (pending.length === 0) return `the topic ${name} has no subscription that gets alerts`;
  return `the topic ${name} has no confirmed subscription; waiting for confirmation: ${pending.map(({ endpoint }) => endpoint).join(', ')}`;
}
