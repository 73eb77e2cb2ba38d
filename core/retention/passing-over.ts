import type { RegistryEntry } from '../contracts/recovery-point.ts';
import type { Slot } from '../model/slot.ts';

/**
 * The entry once the next run has to look at every point again, for the sake of this one. The others that were released stay
 * so: S3 may have expired them, and that they are gone is no damage.
 */
export function passingOver<Entry extends Pick<RegistryEntry, 'passedOver'>>(
  entry: Entry,
  slot: Slot,
): Entry {
  return { ...entry, passedOver: [...new Set([...(entry.passedOver ?? []), slot])].sort() };
}
