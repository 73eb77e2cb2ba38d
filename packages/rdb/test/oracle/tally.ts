import type { RdbFlavour, RdbType } from '../../format.ts';
import { SlotSet } from '../../slots.ts';
import { Profile, TypeCounts } from '../../summary.ts';

/** Counts while a file is read. */
export class Tally extends Profile {
  readonly slots = new SlotSet();
  readonly #types = new TypeCounts();
  #withExpiry = 0;
  emptyKeys = 0;
  elastiCacheKeys = 0;
  functions = 0;
  elements = 0;
  fieldsWithExpiry = 0;
  streamsOfWrongLength = 0;

  addKey(type: RdbType, database: number, expires: boolean): void {
    this.#types.add(type, 1);
    this.addKeys(database, 1);
    if (expires) this.#withExpiry++;
  }

  /** What every summary holds. */
  counts(flavour: RdbFlavour) {
    return {
      ...this.described(flavour, { database: 0, keys: this.#types.keys }),
      ...this.#types.described,
      withExpiry: this.#withExpiry,
      emptyKeys: this.emptyKeys,
      functions: this.functions,
      elastiCacheKeys: this.elastiCacheKeys,
    };
  }

  /** What only a deep reading knows. */
  deepCounts() {
    return {
      elements: this.elements,
      fieldsWithExpiry: this.fieldsWithExpiry,
      streamsOfWrongLength: this.streamsOfWrongLength,
      slots: { count: this.slots.count, ranges: this.slots.ranges() },
      biggestKeys: this.biggestKeys,
      duplicates: { keyPasses: 1, memberPasses: 1, forgotten: false },
    };
  }
}
