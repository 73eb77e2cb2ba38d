import { inParallel } from '../adapters/in-parallel.ts';
import { undeliveredAlarm } from '../core/contracts/resources.ts';
import type { ExpectedSettings } from '../core/contracts/settings.ts';
import type { Settings } from '../core/ports.ts';
import { whyNobodyIsReached } from '../core/watch/alert-path.ts';

/**
 * Why alerts of this region reach nobody; undefined if they reach someone. Nothing is known of it where it cannot be read,
 * and then this throws.
 */
export async function whyAlertsAreLost(
  { topics, keys }: ExpectedSettings,
  { subscriptionsOf, ofKey, alarmsInAlarm }: Pick<Settings, 'subscriptionsOf' | 'ofKey' | 'alarmsInAlarm'>,
): Promise<string | undefined> {
  if (topics.length === 0) return undefined;
  // Without the alarms less is known, and the look at settings reports that they cannot be read.
  const failing = await alarmsInAlarm(topics.map(({ arn }) => undeliveredAlarm(arn))).catch(
    (): readonly string[] => [],
  );
  const views = await inParallel(topics, async ({ arn }) => ({
    arn,
    subscriptions: await subscriptionsOf(arn),
    failing: failing.includes(undeliveredAlarm(arn)),
  }));
  const testsOnly = topics.flatMap(({ subscriptions }) =>
    subscriptions.flatMap(({ endpoint, testsOnly: only }) => (only ? [endpoint] : [])),
  );
  const why = whyNobodyIsReached(views, testsOnly);
  if (why !== undefined) return why;
  const [key] = keys.filter(({ of }) => of === 'alerts');
  const state = key === undefined ? 'Enabled' : (await ofKey(key.arn))?.KeyState;
  return state === 'Enabled' ? undefined : `the key of the alerts is ${state ?? 'deleted'}`;
}
