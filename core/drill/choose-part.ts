import type { ProtectedPlan } from '../contracts/plan.ts';
import type { ContentTotals } from '../contracts/recovery-point.ts';
import type { DrillPlan } from '../contracts/steps.ts';
import { instantOf, type Slot } from '../model/slot.ts';
import { dayNumber } from '../model/time.ts';

const GIB = 1024 ** 3;
const WEEK_DAYS = 7;

/**
 * Which part of the data a drill compares: another one every day, so that drills on as many days in a row as there are
 * parts have compared everything. With a number of parts that seven divides, drills of every Sunday would always meet the
 * same ones; there is one part fewer then.
 *
 * @returns undefined for everything
 */
export function choosePart(
  drill: Slot,
  { bytes }: Pick<ContentTotals, 'bytes'>,
  { sample }: Pick<ProtectedPlan['drill'], 'sample'>,
): DrillPlan['part'] {
  if (sample === undefined || bytes <= sample.aboveGib * GIB) return undefined;
  const atLeast = Math.floor(1 / sample.share);
  const groups = atLeast % WEEK_DAYS === 0 ? atLeast - 1 : atLeast;
  return { groups, group: dayNumber(instantOf(drill).getTime()) % groups };
}
