import fc from 'fast-check';
import { type Slot, slotAt } from '../../../core/model/slot.ts';

/** Any slot of the years that the product may see. */
export const anySlot: fc.Arbitrary<Slot> = fc
  .date({ min: new Date('2000-01-01T00:00:00Z'), max: new Date('2099-12-31T23:59:59Z'), noInvalidDate: true })
  .map(slotAt);

/** Ids as ElastiCache accepts them: 1 to 50 characters, the first a letter, no double hyphen, none at the end. */
export const anyCacheId: fc.Arbitrary<string> = fc
  .stringMatching(/^[a-z][a-z0-9-]{0,49}$/)
  .map((id) => id.replace(/-+/g, '-').replace(/-$/, ''));
