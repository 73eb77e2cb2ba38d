import { CATALOGUE_ATTACKS } from './catalogue.ts';
import { testAttacks } from './test-attacks.ts';

testAttacks(CATALOGUE_ATTACKS);
