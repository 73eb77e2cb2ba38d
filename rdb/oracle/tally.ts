import { KEY_TYPES, type KeyType, type RdbFlavour } from '../format.ts';
import { SlotSet } from '../slots.ts';
import { Profile } from '../summary.ts';

/** Counts while a file is read. */
export class Tally extends Profile {
  readonly slots = new SlotSet();
  readonly #byType = Object.fromEntries(KEY_TYPES.map((type) => [type, 0])) as Record<KeyType, number>;
  #keys = 0;
  #withExpiry = 0;
  emptyKeys = 0;
  functions = 0;
  elements = 0;
  fieldsWithExpiry = 0;

  addKey(type: KeyType, database: number, expires: boolean): void {
    this.#keys++;
    this.#byType[type]++;
    this.addKeys(database, 1);
    if (expires) this.#withExpiry++;
  }

  /** What every summary holds. */
  counts(flavour: RdbFlavour) {
    return {
      ...this.described(flavour),
      keys: this.#keys,
      byType: { ...this.#byType },
      withExpiry: this.#withExpiry,
      emptyKeys: this.emptyKeys,
      functions: this.functions,
      opaqueKeys: this.#byType.module,
    };
  }

  /** What only a deep reading knows. */
  deepCounts() {
    return {
      elements: this.elements,
      fieldsWithExpiry: this.fieldsWithExpiry,
      slots: { count: this.slots.count, ranges: this.slots.ranges() },
      biggestKeys: this.biggestKeys,
    };
  }
}
