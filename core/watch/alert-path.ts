import type { Subscription } from '../ports.ts';

/** A topic as it was found; undefined if there is none. */
export interface TopicView {
  readonly arn: string;
  readonly subscriptions: readonly Subscription[] | undefined;
}

/**
 * Why alerts over these topics reach nobody; undefined if one confirmed subscription gets them.
 * @param testsOnly addresses that are sent test messages and no alert
 */
export function whyNobodyIsReached(
  topics: readonly TopicView[],
  testsOnly: readonly string[],
): string | undefined {
  const reached = topics.some(({ subscriptions = [] }) =>
    subscriptions.some(({ confirmed, endpoint }) => confirmed && !testsOnly.includes(endpoint)),
  );
  return reached ? undefined : topics.map((topic) => reasonOf(topic, testsOnly)).join('; ');
}

function reasonOf({ arn, subscriptions }: TopicView, testsOnly: readonly string[]): string {
  const name = arn.split(':').at(-1) ?? arn;
  if (subscriptions === undefined) return `the topic ${name} does not exist`;
  const pending = subscriptions.filter(({ endpoint }) => !testsOnly.includes(endpoint));
  if (pending.length === 0) return `the topic ${name} has no subscription that gets alerts`;
  return `the topic ${name} has no confirmed subscription; waiting for confirmation: ${pending.map(({ endpoint }) => endpoint).join(', ')}`;
}
