import { commandOf, type Notice, noticeOf } from '../alerts/compose-notice.ts';
import type { Config } from '../contracts/config.ts';
import type { DrillHistory, DrillSummary } from '../contracts/drill.ts';
import type { ProtectedPlan } from '../contracts/plan.ts';
import type { RegistryEntry } from '../contracts/recovery-point.ts';
import { readableSeconds } from '../model/duration.ts';
import { instantOf, readableSlot } from '../model/slot.ts';
import { DAY_SECONDS } from '../model/time.ts';
import { type Freshness, lastCopyLine, planOrStrictest } from './assess-rpo.ts';

/** A drill is overdue a day after its turn: a cache that was protected just after one waits that long for the next. */
const DRILL_OVERDUE_SECONDS = { daily: 2 * DAY_SECONDS, weekly: 8 * DAY_SECONDS, monthly: 32 * DAY_SECONDS };

interface DrillStanding {
  readonly plan: ProtectedPlan;
  readonly entry: Pick<RegistryEntry, 'registeredAt'> | undefined;
  readonly last: DrillSummary | undefined;
  readonly now: Date;
}

/** Since when a cache waits for a drill, seconds, if that is longer than its plan's schedule has it. */
export function drillOverdueSeconds({ plan, entry, last, now }: DrillStanding): number | undefined {
  const since = last === undefined ? entry?.registeredAt : instantOf(last.drill).toISOString();
  if (since === undefined) return undefined;
  const seconds = (now.getTime() - Date.parse(since)) / 1000;
  return seconds > DRILL_OVERDUE_SECONDS[plan.drill.schedule] ? seconds : undefined;
}

/** In a sentence: which drill there was, and which the plan asks for. */
export function drillOverdueLine({ drill: { schedule } }: ProtectedPlan, last?: DrillSummary): string {
  return last === undefined
    ? `There has been no drill yet; the plan requires a ${schedule} drill.`
    : `The last drill was on ${readableSlot(last.drill)}; the plan requires a ${schedule} drill.`;
}

interface Drilled {
  readonly config: Config;
  readonly fleet: readonly Freshness[];
  readonly registry: readonly RegistryEntry[];
  readonly histories: readonly DrillHistory[];
  readonly now: Date;
}

/** One notice for each cache whose drill has not come. One that failed has told people itself. */
export function noticesOfDrills({ config, fleet, registry, histories, now }: Drilled): readonly Notice[] {
  return fleet.flatMap((freshness): readonly Notice[] => {
    const of = ({ cache }: { readonly cache: string }) => cache === freshness.cache;
    const plan = planOrStrictest(config, freshness.plan);
    // Without a verified copy there is nothing to drill, and that is told.
    if (plan === undefined || freshness.newest === undefined) return [];
    const last = histories.find(of)?.drills[0];
    const seconds = drillOverdueSeconds({ plan, entry: registry.find(of), last, now });
    return seconds === undefined ? [] : [overdueNotice(freshness, drillOverdueLine(plan, last), seconds)];
  });
}

function overdueNotice(freshness: Freshness, line: string, seconds: number): Notice {
  const { cache, plan } = freshness;
  return noticeOf({
    code: 'DrillOverdue',
    about: cache,
    text: [
      `Redrill has not drilled a restore of ${cache} for ${readableSeconds(seconds)}.`,
      line,
      lastCopyLine(freshness),
      'No data is lost. But there is no recent proof that a restore works, or of how long it takes.',
      '',
      `Likely causes: the schedule redrill-drill-${plan} is deleted or disabled, or the drills were aborted (see their alarms).`,
      'To drill now:',
      commandOf('DrillOverdue', cache),
    ],
  });
}
