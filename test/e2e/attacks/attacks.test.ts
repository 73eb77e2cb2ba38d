import { CATALOGUE_ATTACKS } from './catalogue.ts';
import { ERASED_ATTACKS } from './erased.ts';
import { LANDING_ATTACKS } from './landing.ts';
import { testAttacks } from './test-attacks.ts';
import { UNREPORTED_ATTACKS } from './unreported.ts';

testAttacks([...CATALOGUE_ATTACKS, ...ERASED_ATTACKS, ...LANDING_ATTACKS], UNREPORTED_ATTACKS);
