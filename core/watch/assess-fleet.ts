import { alertsBeside, isOf, type OpenAlert, withOpenAlerts } from '../alerts/open-alerts.ts';
import { isWatched } from '../backup/protected-caches.ts';
import type { Config } from '../contracts/config.ts';
import type { DrillFinding, DrillHistory, DrillSummary } from '../contracts/drill.ts';
import type { Fleet, FleetCache, FleetDays, FleetProblem } from '../contracts/fleet.ts';
import { isProtected, type ProtectedPlan } from '../contracts/plan.ts';
import type { RegistryEntry } from '../contracts/recovery-point.ts';
import { findingText } from '../drill/drill-findings.ts';
import { readableSeconds, secondsOf } from '../model/duration.ts';
import { readableSlot, slotAt } from '../model/slot.ts';
import { TIERS } from '../model/tier.ts';
import { DAY_MS, HOUR_SECONDS, SECOND_MS } from '../model/time.ts';
import { VERSION } from '../model/version.ts';
import { type Freshness, planOrStrictest } from './assess-rpo.ts';
import { FLEET_DAYS, fleetDays, type WrittenDays } from './fleet-days.ts';
import { drillOverdueLine, drillOverdueSeconds } from './overdue-drills.ts';

export interface FleetSources {
  readonly config: Config;
  readonly freshness: readonly Freshness[];
  readonly registry: readonly RegistryEntry[];
  /** Of their findings, those of points that are in the vault still. */
  readonly histories: readonly DrillHistory[];
  /** @default none are looked for */
  readonly alerts?: readonly OpenAlert[];
  /** The document that was written before: it has the days that the registry does not reach. @default none */
  readonly written?: Fleet | undefined;
  readonly now: Date;
}

/** How every protected cache stands: those with problems first, the worst of them on top. */
export function assessFleet(sources: FleetSources): Fleet {
  const { config, freshness, registry, histories, alerts = [], written, now } = sources;
  const entries = new Map(registry.map((entry) => [entry.cache, entry]));
  const drilled = new Map(histories.map((history) => [history.cache, history]));
  const earlier = new Map(written?.caches.map(({ cache, days }) => [cache, days]));
  const caches = freshness.flatMap((each): readonly FleetCache[] => {
    const plan = planOrStrictest(config, each.plan);
    if (plan === undefined) return [];
    const entry = entries.get(each.cache);
    const { drills = [], findings = [] } = drilled.get(each.cache) ?? {};
    const days = earlier.get(each.cache);
    const remembered = written && days && { days, asOf: written.asOf };
    const standing = { config, plan, freshness: each, entry, drills, findings, written: remembered, now };
    return [withAlerts(fleetCache(standing), alerts)];
  });
  const ofAll = alertsBeside(
    caches.map(({ cache }) => cache),
    alerts,
  );
  return {
    version: 1,
    redrill: VERSION,
    asOf: now.toISOString(),
    ...(ofAll.length > 0 && { problems: [...withOpenAlerts([], ofAll)] }),
    caches: caches.sort((one, other) => urgency(one) - urgency(other)),
    unprotected: [...unprotectedByPlan(config), ...registry.flatMap((entry) => forgottenOne(entry, config))],
  };
}

function withAlerts(each: FleetCache, alerts: readonly OpenAlert[]): FleetCache {
  const own = alerts.filter((alert) => isOf(alert, each.cache));
  return { ...each, problems: [...withOpenAlerts(each.problems, own)] };
}

function unprotectedByPlan({ caches, plans }: Config): Fleet['unprotected'] {
  return Object.entries(caches).flatMap(([cache, name]) => {
    const plan = plans[name];
    return plan === undefined || isProtected(plan) ? [] : [{ cache, because: plan.unprotected }];
  });
}

function forgottenOne(entry: RegistryEntry, config: Config): Fleet['unprotected'] {
  const { cache, forgotten } = entry;
  if (forgotten === undefined || isWatched(entry, config)) return [];
  const { by, at, why } = forgotten;
  return [{ cache, because: `forgotten by ${by} on ${at.slice(0, 10)}: ${why}` }];
}

/**
 * Whether the page has to be written again: something changed, or the last one is so old that its ages say little. A page
 * that is older than this shows that nobody looks any more.
 */
export function isFleetDue(written: Fleet | undefined, now: Fleet): boolean {
  if (written === undefined) return true;
  const ageSeconds = (Date.parse(now.asOf) - Date.parse(written.asOf)) / 1000;
  // What a day brings that is not said elsewhere changes with the clock alone.
  const facts = ({ redrill, runbooks, problems = [], caches, unprotected }: Fleet) =>
    JSON.stringify([redrill, runbooks, problems, caches.map(({ days: _, ...each }) => each), unprotected]);
  return ageSeconds >= FLEET_REWRITTEN_AFTER_SECONDS || facts(written) !== facts(now);
}

/** The page tells ages, so it is written this often even if nothing else changed. */
export const FLEET_REWRITTEN_AFTER_SECONDS = HOUR_SECONDS;

interface Standing {
  readonly config: Config;
  readonly plan: ProtectedPlan;
  readonly freshness: Freshness;
  readonly entry: RegistryEntry | undefined;
  readonly drills: readonly DrillSummary[];
  readonly findings: readonly DrillFinding[];
  readonly written: WrittenDays | undefined;
  readonly now: Date;
}

function fleetCache(standing: Standing): FleetCache {
  const { plan, freshness, drills } = standing;
  const { cache, newest } = freshness;
  const [lastDrill] = drills;
  const proven = TIERS.flatMap((tier) => {
    const found = drills.find(({ proof, point }) => proof === 'proven' && point?.tier === tier);
    return found === undefined ? [] : [{ tier, drill: found.drill }];
  });
  return {
    cache,
    plan: freshness.plan,
    rpoSeconds: freshness.rpoSeconds,
    rtoSeconds: secondsOf(plan.rto),
    ...(newest && {
      newest: {
        slot: newest.slot,
        tier: newest.tier,
        keys: newest.totals.keys,
        bytes: newest.totals.bytes,
      },
    }),
    ...(lastDrill && { lastDrill }),
    days: daysOf(standing),
    drills: recentDrills(standing),
    proven,
    problems: FINDERS.flatMap((find) => find(standing) ?? []),
  };
}

function daysOf({ entry, freshness, written, now }: Standing): FleetDays[] {
  const { newest, ageSeconds, rpoSeconds } = freshness;
  const protectedSince =
    newest === undefined || entry === undefined
      ? now.getTime() - ageSeconds * SECOND_MS
      : Date.parse(entry.registeredAt);
  return fleetDays({ entry, rpoSeconds, protectedSince, written, now });
}

/** As many as a plot of {@link FLEET_DAYS} can show. */
const FLEET_DRILLS = 30;

function recentDrills({ drills, now }: Standing): NonNullable<FleetCache['drills']> {
  const oldest = slotAt(new Date(now.getTime() - FLEET_DAYS * DAY_MS));
  return drills
    .filter(({ drill }) => drill > oldest)
    .slice(0, FLEET_DRILLS)
    .map(({ drill, verdict, proof, achievedRtoSeconds }) => ({
      drill,
      verdict,
      proof,
      ...(achievedRtoSeconds !== undefined && { achievedRtoSeconds }),
    }));
}

/** What can be wrong, the worst first. */
const FINDERS: readonly ((standing: Standing) => FleetProblem | readonly FleetProblem[] | undefined)[] = [
  copyProblem,
  verdictProblem,
  findingProblems,
  drillProblem,
  overdueProblem,
  planProblem,
];

function copyProblem({ freshness: { newest, outsideRpo, rpoSeconds } }: Standing): FleetProblem | undefined {
  if (!outsideRpo) return undefined;
  return newest === undefined
    ? { code: 'NoRecoveryPoint', message: 'There is no verified copy in the vault.' }
    : {
        code: 'RpoMissed',
        message: `The newest verified copy is of ${readableSlot(newest.slot)}, older than the RPO of ${readableSeconds(rpoSeconds)}.`,
      };
}

/** Copies that came in after the newest verified one, and are not verified. */
function verdictProblem({ freshness: { newest }, entry }: Standing): FleetProblem | undefined {
  const found = entry?.recent.find(
    ({ slot, verdict }) => verdict !== 'verified' && (newest === undefined || slot > newest.slot),
  );
  if (found === undefined) return undefined;
  const code = found.verdict === 'corrupt' ? 'RecoveryPointCorrupt' : 'RecoveryPointSuspect';
  return { code, message: `The copy of ${readableSlot(found.slot)} is ${found.verdict}.`, slot: found.slot };
}

/** Points that a drill has shown to be bad, until a later drill of the same point passes. */
function findingProblems({ findings }: Standing): readonly FleetProblem[] {
  return findings.map((finding) => ({
    code: finding.code,
    message: `Do not restore the copy of ${readableSlot(finding.slot)}: ${findingText(finding)}.`,
    slot: finding.slot,
  }));
}

/** What the last drill failed with, unless that is said of its point already. */
function drillProblem({ drills: [last], findings }: Standing): FleetProblem | undefined {
  if (last === undefined || last.verdict === 'passed') return undefined;
  if (findings.some(({ drill }) => drill === last.drill)) return undefined;
  const code = last.codes[0] ?? 'NotCompared';
  const of = `The drill of ${readableSlot(last.drill)}`;
  const messages = {
    proven: `${of} found the data correct, but took longer than the plan allows.`,
    differs: `${of} found that the restored data differs from the record.`,
    nothing: `${of} failed before it compared the data, so it proved nothing.`,
  };
  return { code, message: messages[last.proof], ...(last.point && { slot: last.point.slot }) };
}

function overdueProblem({ plan, entry, drills: [last], now }: Standing): FleetProblem | undefined {
  if (drillOverdueSeconds({ plan, entry, last, now }) === undefined) return undefined;
  return { code: 'DrillOverdue', message: drillOverdueLine(plan, last) };
}

function planProblem({ config, freshness: { plan } }: Standing): FleetProblem | undefined {
  if (config.plans[plan] !== undefined) return undefined;
  return {
    code: 'UnknownPlan',
    message: `The configuration has no plan '${plan}', so Redrill applies the strictest plan.`,
  };
}

/** Position of the worst problem among all that there can be; caches without any come last. */
function urgency({ problems: [worst] }: FleetCache): number {
  const at = worst === undefined ? -1 : URGENCY.indexOf(worst.code);
  if (worst === undefined) return URGENCY.length + 1;
  return at < 0 ? URGENCY.length : at;
}

const URGENCY = [
  'NoRecoveryPoint',
  'RpoMissed',
  'RecoveryPointCorrupt',
  'RestoreDiffers',
  'RestoreNotLoaded',
  'VaultFileChanged',
  'RecoveryPointSuspect',
];
