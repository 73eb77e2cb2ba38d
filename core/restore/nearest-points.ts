import { AppError } from '../model/errors.ts';
import { readableInstant } from '../model/instant.ts';
import { type PointName, pointNameOf } from '../model/point-name.ts';
import { instantOf, readableSlot, type Slot } from '../model/slot.ts';

/**
 * What to say to somebody who asks for a recovery point that is not there: the nearest ones that are.
 * @param slots of the cache's points, in any order; when a time or the latest is asked for, of the verified ones only
 */
export function unknownPoint({ cache, which }: PointName, slots: readonly Slot[]): AppError {
  const sorted = [...slots].sort();
  const named = (slot: Slot) => pointNameOf({ cache, slot });
  if (which.kind === 'latest')
    return new AppError('NoRecoveryPoint', `there is no verified recovery point of ${cache} in the vault`);
  if (which.kind === 'at') {
    const [oldest] = sorted;
    const instead = oldest === undefined ? 'there is none' : `the oldest is ${named(oldest)}`;
    return new AppError(
      'UnknownPoint',
      `no verified recovery point of ${cache} was taken at or before ${readableInstant(which.instant)}; ${instead}`,
    );
  }
  const { slot } = which;
  const around = [sorted.findLast((each) => each < slot), sorted.find((each) => each > slot)];
  const near = around.flatMap((each) => (each === undefined ? [] : [each])).sort(byDistanceTo(slot));
  const instead = near.length === 0 ? 'there is none' : `the nearest: ${near.map(named).join(', ')}`;
  return new AppError(
    'UnknownPoint',
    `there is no recovery point of ${cache} of ${readableSlot(slot)}; ${instead}`,
  );
}

function byDistanceTo(slot: Slot): (one: Slot, other: Slot) => number {
  const distance = (each: Slot) => Math.abs(instantOf(each).getTime() - instantOf(slot).getTime());
  return (one, other) => distance(one) - distance(other);
}
