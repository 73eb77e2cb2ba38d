import type { ProtectedPlan } from '../contracts/plan.ts';
import type { PointSummary, RegistryEntry } from '../contracts/recovery-point.ts';
import { hashOf } from '../model/hash.ts';
import { type PointAddress, pointOfFolder, vaultKeys } from '../model/keys.ts';
import { WATCH_EVERY_MS } from '../model/periods.ts';
import type { ObjectVersion } from '../ports.ts';
import { isReleased } from '../retention/decide-releases.ts';
import { canHaveExpired } from '../retention/retention-history.ts';

/** Every point is read twice a day, so that one look that fails does not take a day. */
const LOOKS_PER_ROUND = 48;

/** Whether it is this cache's turn: the caches are spread over the looks of half a day. */
export function isDueForReading(cache: string, now: Date): boolean {
  const turn = Number.parseInt(hashOf(cache).slice(0, 8), 16) % LOOKS_PER_ROUND;
  return Math.floor(now.getTime() / WATCH_EVERY_MS) % LOOKS_PER_ROUND === turn;
}

interface Reading {
  readonly cache: string;
  readonly entry: RegistryEntry;
  readonly newest: PointSummary | undefined;
  readonly plan: Pick<ProtectedPlan, 'keep'>;
  /** That the registry entry was worked out from the points, and does not know what was released. */
  readonly isLost: boolean;
  readonly now: Date;
  /** Every point, not only those that show from the outside that something was changed. */
  readonly all: boolean;
}

/**
 * Whose records to read at this look. Every object of a point is written once, but for a finding that was written by a second
 * try and the record of a point that was accepted: an object with two versions, or a delete marker, is looked into. So is a
 * point of which every version was deleted: only the registry still knows it.
 *
 * @param folders the object versions of the cache's points, by folder
 */
export function pointsToRead(
  folders: ReadonlyMap<string, readonly ObjectVersion[]>,
  { newest, cache, all, ...reading }: Reading,
): readonly PointAddress[] {
  const found = [...folders].flatMap(([folder, versions]) => {
    const address = pointOfFolder(folder);
    if (address === undefined || !isAdmitted(address, versions)) return [];
    if (mayHaveExpired(address, reading)) return [];
    return all || versions.some(({ isLatest, isDeleteMarker }) => !isLatest || isDeleteMarker)
      ? [address]
      : [];
  });
  const erased = unreleasedPoints(reading.entry)
    .map(({ tier, slot }): PointAddress => ({ tier, slot, cache }))
    .filter((address) => !isAdmitted(address, folders.get(vaultKeys.point(address)) ?? []));
  return [
    ...(newest === undefined ? [] : [{ tier: newest.tier, slot: newest.slot, cache }]),
    ...erased,
    ...found,
  ];
}

/**
 * Points that the registry knows and that nothing may have deleted. Those that were released are not among them: their tier's
 * days are over as the plan had them at the time, which may have been changed since.
 */
function unreleasedPoints(entry: RegistryEntry): readonly Pick<PointSummary, 'tier' | 'slot'>[] {
  return [...entry.recent, ...entry.weekly, ...entry.holds].filter((point) => !isReleased(entry, point));
}

/** What was never admitted has never had a record. */
export function isAdmitted(address: PointAddress, versions: readonly ObjectVersion[]): boolean {
  const record = vaultKeys.record(address);
  return versions.some(({ key }) => key === record);
}

/**
 * Points that were damaged at the last look, to be read again: without those whose days have come to their end since.
 */
export function stillDue(
  damaged: readonly PointAddress[],
  reading: Pick<Reading, 'entry' | 'isLost' | 'plan' | 'now'>,
): readonly PointAddress[] {
  return damaged.filter((address) => !mayHaveExpired(address, reading));
}

/** S3 deletes the objects of a point one by one, and not at the same time. */
function mayHaveExpired(
  { slot, tier }: PointAddress,
  { entry, isLost, plan, now }: Pick<Reading, 'entry' | 'isLost' | 'plan' | 'now'>,
): boolean {
  // Of which lineage it is says its summary, as long as the registry remembers it.
  const point = entry.recent.find((each) => each.slot === slot) ?? { slot };
  if (!(isLost || isReleased(entry, point))) return false;
  return canHaveExpired({ slot, tier }, entry.kept, { keep: plan.keep[tier], now });
}
