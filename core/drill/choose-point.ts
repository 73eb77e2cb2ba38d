import type { DrillReport } from '../contracts/drill.ts';
import type { ProtectedPlan } from '../contracts/plan.ts';
import type { PointSummary } from '../contracts/recovery-point.ts';
import type { DrillInput } from '../contracts/steps.ts';
import { secondsOf } from '../model/duration.ts';
import { AppError } from '../model/errors.ts';
import { hashOf } from '../model/hash.ts';
import { instantOf, readableSlot, type Slot } from '../model/slot.ts';
import type { Tier } from '../model/tier.ts';
import { DAY_MS } from '../model/time.ts';

type Choosable = Pick<PointSummary, 'slot' | 'tier' | 'verdict'>;
type Choice = Pick<DrillInput, 'cache' | 'drill' | 'choose'>;
/** What is asked of a drill that was held. */
type Drilled = Pick<DrillReport, 'drill' | 'verdict' | 'point'>;

/**
 * Which recovery point to drill: a slot that was asked for, the newest verified one, or at `random` one of the plan's
 * window. Random means that nobody can foresee it, not that it is drawn: it follows from the drill's own identity, so a
 * step that is tried again chooses the same. The tier that has waited longest for a drill comes first, and within it what
 * was never drilled, so that over time all tiers get drilled.
 *
 * @throws AppError `NoRecoveryPoint` if there is no verified one, or the slot asked for is not verified
 */
export function choosePoint<Point extends Choosable>(
  choice: Choice,
  points: readonly Point[],
  plan: Pick<ProtectedPlan, 'keep' | 'drill'>,
  drilled: readonly Drilled[],
): Point {
  const { cache, choose } = choice;
  const verified = points
    .filter(({ verdict }) => verdict === 'verified')
    .sort((one, other) => (one.slot < other.slot ? 1 : -1));
  const chosen =
    choose === 'latest'
      ? verified[0]
      : choose === 'random'
        ? (anyOf(choice, verified.filter(within(choice, plan)), drilled) ?? verified[0])
        : verified.find(({ slot }) => slot === choose);
  if (chosen !== undefined) return chosen;
  throw noRecoveryPoint(cache, choose === 'latest' || choose === 'random' ? undefined : choose);
}

export function noRecoveryPoint(cache: string, slot?: Slot): AppError {
  const when = slot === undefined ? '' : ` at ${readableSlot(slot)}`;
  return new AppError(
    'NoRecoveryPoint',
    `there is no verified recovery point of ${cache}${when} in the vault, so there is nothing to drill`,
  );
}

/** Inside the plan's window, and kept for a day to come: S3 must not expire it while it is being drilled. */
function within({ drill }: Choice, { keep, drill: { window } }: Pick<ProtectedPlan, 'keep' | 'drill'>) {
  return ({ slot, tier }: Choosable): boolean => {
    const ageMs = instantOf(drill).getTime() - instantOf(slot).getTime();
    const kept = keep[tier];
    const keptMs = kept === 'forever' ? Number.POSITIVE_INFINITY : secondsOf(kept) * 1000;
    return ageMs <= secondsOf(window) * 1000 && ageMs + DAY_MS < keptMs;
  };
}

function anyOf<Point extends Choosable>(
  { cache, drill }: Choice,
  points: readonly Point[],
  drilled: readonly Drilled[],
): Point | undefined {
  const proven = drilled.filter(({ verdict }) => verdict === 'passed');
  const provenSlots = new Set(proven.map(({ point }) => point?.slot));
  const order = (point: Point) => [
    lastProof(proven, point.tier),
    provenSlots.has(point.slot) ? '1' : '0',
    hashOf(`${cache}/${drill}/${point.slot}`),
  ];
  return points
    .map((point) => ({ point, rank: order(point).join(' ') }))
    .sort((one, other) => (one.rank < other.rank ? -1 : 1))[0]?.point;
}

/** When this tier was last proven; what never was sorts first. */
function lastProof(proven: readonly Drilled[], tier: Tier): Slot | '' {
  return proven.reduce<Slot | ''>(
    (last, { drill, point }) => (point?.tier === tier && drill > last ? drill : last),
    '',
  );
}
