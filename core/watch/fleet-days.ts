import type { FleetDays } from '../contracts/fleet.ts';
import { type PointSummary, RECENT_POINTS, type RegistryEntry } from '../contracts/recovery-point.ts';
import { groupBy } from '../model/group-by.ts';
import { RPO_GRACE_SECONDS } from '../model/periods.ts';
import { instantOf } from '../model/slot.ts';
import { DAY_MS, dayNumber, SECOND_MS } from '../model/time.ts';

/** How many days the page of all caches looks back. */
export const FLEET_DAYS = 60;

/** The days as an earlier document has them, and when it was written. */
export interface WrittenDays {
  readonly days: readonly FleetDays[];
  readonly asOf: string;
}

interface DaySources {
  readonly entry: RegistryEntry | undefined;
  readonly rpoSeconds: number;
  /** ms since the epoch. */
  readonly protectedSince: number;
  readonly written: WrittenDays | undefined;
  readonly now: Date;
}

type Day = Pick<FleetDays, 'state' | 'longestGapSeconds'>;

/**
 * The last days of a cache, oldest first, today included. The registry remembers the newest copies only, three days of them at a
 * backup every two hours, so what it does not reach is taken from the document that was written before.
 */
export function fleetDays(sources: DaySources): FleetDays[] {
  const { entry, protectedSince, written, now } = sources;
  const copies = knownCopies(entry);
  const today = dayNumber(now.getTime());
  const oldest = Math.min(
    dayNumber(protectedSince),
    ...copies.slice(0, 1).map(({ day }) => day),
    ...(written?.days ?? []).slice(0, 1).map(({ from }) => dayNumber(Date.parse(from))),
  );
  const byDay = groupBy(copies, ({ day }) => day);
  const completeFrom = firstCompleteDay(entry?.recent ?? []);
  const runs: FleetDays[] = [];
  let newest: number | undefined;
  for (let day = Math.max(oldest, today - FLEET_DAYS + 1); day <= today; day++) {
    const ofDay = byDay.get(day) ?? [];
    newest ??= copies.findLast((copy) => copy.day < day && copy.verified)?.time;
    const known =
      day >= completeFrom ? computedDay(day, ofDay, newest, sources) : rememberedDay(day, written);
    append(runs, dateOf(day), known ?? guessedDay(ofDay));
    newest = ofDay.findLast(({ verified }) => verified)?.time ?? newest;
  }
  return runs;
}

const dateOf = (day: number) => new Date(day * DAY_MS).toISOString().slice(0, 10);

interface Copy {
  /** ms since the epoch. */
  readonly time: number;
  readonly day: number;
  readonly verified: boolean;
}

function copyOf({ slot, verdict }: PointSummary): Copy {
  const time = instantOf(slot).getTime();
  return { time, day: dayNumber(time), verified: verdict === 'verified' };
}

/** Oldest first. */
function knownCopies(entry: RegistryEntry | undefined): readonly Copy[] {
  const all = [...(entry?.weekly ?? []), ...(entry?.recent ?? [])];
  const bySlot = new Map(all.map((copy) => [copy.slot, copyOf(copy)]));
  return [...bySlot.values()].sort((one, other) => one.time - other.time);
}

/** The first day from which on the registry has every copy: verified ones and others are counted apart. */
function firstCompleteDay(recent: readonly PointSummary[]): number {
  const copies = recent.map(copyOf);
  const kinds = [true, false].map((isVerified) => copies.filter(({ verified }) => verified === isVerified));
  const full = kinds.filter(({ length }) => length >= RECENT_POINTS);
  const oldestOf = (of: readonly Copy[]) => Math.min(...of.map(({ day }) => day));
  if (full.length > 0) return 1 + Math.max(...full.map(oldestOf));
  return copies.length === 0 ? 0 : oldestOf(copies);
}

/** @param before when the newest verified copy of an earlier day was taken, if one is known */
function computedDay(
  day: number,
  ofDay: readonly Copy[],
  before: number | undefined,
  { rpoSeconds, protectedSince, now }: DaySources,
): Day {
  const good = ofDay.filter(({ verified }) => verified).map(({ time }) => time);
  // What was before the first verified copy that is known is not known.
  const begin = before ?? good[0] ?? protectedSince;
  const instants = [begin, ...good, Math.min((day + 1) * DAY_MS, now.getTime())];
  const gaps = instants.slice(1).map((instant, at) => instant - (instants[at] ?? instant));
  const longestGapSeconds = Math.round(Math.max(0, ...gaps) / SECOND_MS);
  const missed = longestGapSeconds > rpoSeconds + RPO_GRACE_SECONDS;
  if (good.length < ofDay.length) return { state: 'suspect', longestGapSeconds };
  if (ofDay.length === 0) return { state: missed ? 'missing' : 'not-due', longestGapSeconds };
  return { state: missed ? 'late' : 'verified', longestGapSeconds };
}

/** A document that was written during the day does not know how it ended: what was not there yet may have come. */
function rememberedDay(day: number, written: WrittenDays | undefined): Day | undefined {
  const date = dateOf(day);
  const found = written?.days.find(({ from, to }) => from <= date && date <= to);
  if (written === undefined || found === undefined) return undefined;
  const { from: _from, to: _to, ...known } = found;
  const isOver = dayNumber(Date.parse(written.asOf)) > day;
  if (isOver) return known;
  return known.state === 'missing' || known.state === 'not-due' ? undefined : known;
}

/** Of a day of which the registry has not every copy. */
function guessedDay(ofDay: readonly Copy[]): Day {
  if (ofDay.length === 0) return { state: 'unknown' };
  return { state: ofDay.every(({ verified }) => verified) ? 'verified' : 'suspect' };
}

function append(runs: FleetDays[], date: string, day: Day): void {
  const last = runs.at(-1);
  if (last?.state === day.state && last.longestGapSeconds === day.longestGapSeconds)
    runs[runs.length - 1] = { ...last, to: date };
  else runs.push({ from: date, to: date, ...day });
}
