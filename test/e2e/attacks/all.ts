import type { Attack } from './attack.ts';
import { CATALOGUE_ATTACKS } from './catalogue.ts';
import { LANDING_ATTACKS } from './landing.ts';

/** Every attack that is tested, by what it is made on. A test of the documents holds that each list has its test file. */
export const ATTACKS: Readonly<Record<string, readonly Attack[]>> = {
  'the vault’s catalogue': CATALOGUE_ATTACKS,
  'the landing bucket and the cache': LANDING_ATTACKS,
};
