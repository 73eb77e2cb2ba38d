import { LANDING_ATTACKS } from './landing.ts';
import { testAttacks } from './test-attacks.ts';

testAttacks(LANDING_ATTACKS);
