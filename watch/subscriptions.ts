import { changeJson } from '../adapters/documents/change-json.ts';
import { readJson } from '../adapters/documents/json-objects.ts';
import { inParallel } from '../adapters/in-parallel.ts';
import { confirmed, NONE_CONFIRMED } from '../core/contracts/confirmed.ts';
import type { ExpectedSettings } from '../core/contracts/settings.ts';
import { stagingKeys } from '../core/model/keys.ts';
import type { ObjectStore, Settings } from '../core/ports.ts';

export interface SubscriptionsWorld {
  readonly notices: ObjectStore;
  readonly expected: () => ExpectedSettings;
  readonly settings: Pick<Settings, 'subscriptionsOf' | 'alarmsInAlarm' | 'sendAlarmAgain'>;
}

/**
 * An alarm notifies when its state changes, and only who has confirmed by then: one that went into ALARM before, and stays
 * there, reaches nobody else. So when a subscription has been confirmed, every alarm that is in ALARM is sent again.
 * @returns the alarms that were sent again
 */
export async function watchSubscriptions(
  world: SubscriptionsWorld,
): Promise<{ readonly sentAgain: readonly string[] }> {
  const { notices, settings } = world;
  const { topics, alarms } = world.expected();
  const now = (await inParallel(topics, (topic) => confirmedTo(topic, settings))).flat().sort();
  const place = { store: notices, key: stagingKeys.confirmed, schema: confirmed, empty: NONE_CONFIRMED };
  const before = (await readJson(notices, place.key, confirmed))?.value ?? NONE_CONFIRMED;
  const isNew = now.some((subscription) => !before.subscriptions.includes(subscription));
  const sentAgain = isNew ? await settings.alarmsInAlarm(alarms.map(({ name }) => name)) : [];
  for (const name of sentAgain) await settings.sendAlarmAgain(name);
  await changeJson(place, () => ({ memory: { version: 1 as const, subscriptions: now } }));
  return { sentAgain };
}

async function confirmedTo(
  { arn, subscriptions }: ExpectedSettings['topics'][number],
  { subscriptionsOf }: SubscriptionsWorld['settings'],
): Promise<readonly string[]> {
  const testsOnly = subscriptions.flatMap(({ endpoint, testsOnly: only }) => (only ? [endpoint] : []));
  return ((await subscriptionsOf(arn)) ?? [])
    .filter((each) => each.confirmed && !testsOnly.includes(each.endpoint))
    .map(({ endpoint }) => `${arn} ${endpoint}`);
}
