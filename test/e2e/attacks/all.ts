import type { Row } from './attack.ts';
import { CATALOGUE_ATTACKS } from './catalogue.ts';
import { CHANNEL_ATTACKS } from './channels.ts';
import { ERASED_ATTACKS } from './erased.ts';
import { LANDING_ATTACKS } from './landing.ts';
import { RESOURCE_POLICY_ATTACKS, ROLE_ATTACKS } from './policies.ts';
import { ALERT_PATH_ATTACKS } from './shown.ts';
import { SOURCE_ATTACKS } from './source.ts';
import { STORAGE_ATTACKS } from './storage.ts';
import { WATCHING_ATTACKS } from './watching.ts';

/** Every attack that is tested, by what it is made on. */
export const ATTACKS: Readonly<Record<string, readonly Row[]>> = {
  'the vault’s catalogue': CATALOGUE_ATTACKS,
  'the vault’s objects, for good': ERASED_ATTACKS,
  'the landing bucket and the cache': LANDING_ATTACKS,
  'the buckets and the key of the vault': STORAGE_ATTACKS,
  policies: [...RESOURCE_POLICY_ATTACKS, ...ROLE_ATTACKS],
  'schedules, alarms and subscriptions': WATCHING_ATTACKS,
  'other channels of the alerts': CHANNEL_ATTACKS,
  'the path of the alerts': ALERT_PATH_ATTACKS,
  'the source region': SOURCE_ATTACKS,
};
