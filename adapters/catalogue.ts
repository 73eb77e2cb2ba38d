import { isDeepStrictEqual } from 'node:util';
import { type DrillReport, drillReport, RECENT_DRILLS } from '../core/contracts/drill.ts';
import { type Lock, lockDaysOf } from '../core/contracts/lock.ts';
import {
  type Acceptance,
  type Forgetting,
  type Hold,
  type IngestedMarker,
  ingestedMarker,
  type PointSummary,
  RECENT_POINTS,
  RECENT_WEEKS,
  type RecoveryPoint,
  type RegistryEntry,
  recoveryPoint,
  registryEntry,
  type ShardFinding,
  shardFinding,
} from '../core/contracts/recovery-point.ts';
import { acceptPoint } from '../core/decide/accept-point.ts';
import { noRecoveryPoint } from '../core/decide/choose-point.ts';
import { classificationHorizon, isTierSettled } from '../core/decide/classify-tier.ts';
import { isReleased } from '../core/decide/decide-releases.ts';
import { earnedWith } from '../core/decide/overdue-tiers.ts';
import { AppError } from '../core/model/errors.ts';
import { cacheOfRegistry, drillOfReport, type PointAddress, vaultKeys } from '../core/model/keys.ts';
import { cachePrefixOf, type SnapshotName } from '../core/model/names.ts';
import { instantOf, parseSlot, readableSlot, type Slot, slotAt } from '../core/model/slot.ts';
import { HOLD_TAG, TIERS } from '../core/model/tier.ts';
import type { ObjectStore } from '../core/ports.ts';
import { inParallel } from './in-parallel.ts';
import { readJson, writeJson } from './json-objects.ts';

const DAY_MS = 86_400_000;

/** The vault, read as what it is: its own catalogue. */
export class Catalogue {
  readonly vault: ObjectStore;

  constructor(vault: ObjectStore) {
    this.vault = vault;
  }

  /** Folders of the cache's recovery points, admitted or not; oldest first within a tier. */
  async addresses(cache: string, since?: Slot): Promise<readonly PointAddress[]> {
    const found = await Promise.all(
      TIERS.map(async (tier) => {
        const prefix = vaultKeys.pointsOf(tier, cache);
        // Folders sort after their own name without the slash, so this starts at the slot itself.
        const startAfter = since === undefined ? {} : { startAfter: `${prefix}${since}` };
        const slots = await this.vault.listFolders(prefix, startAfter);
        return slots.map((slot) => ({ tier, cache, slot: parseSlot(slot) }));
      }),
    );
    return found.flat();
  }

  /** Undefined while the point is not admitted, or once S3 has expired it. */
  async point(address: PointAddress): Promise<RecoveryPoint | undefined> {
    return (await readJson(this.vault, vaultKeys.record(address), recoveryPoint))?.value;
  }

  /** All admitted points since a slot; reads one record per point. */
  async points(cache: string, since?: Slot): Promise<readonly RecoveryPoint[]> {
    const read = await inParallel(await this.addresses(cache, since), (address) => this.point(address));
    return read.flatMap((point) => point ?? []);
  }

  /** Slots of the newest verified points, as many as decide the tier of a new one: mostly that is one record to read. */
  async verifiedForTierOf(cache: string, slot: Slot): Promise<readonly Slot[]> {
    const addresses = await this.addresses(cache, slotAt(classificationHorizon(slot)));
    const verified: Slot[] = [];
    for (const address of [...addresses].sort((one, other) => (one.slot < other.slot ? 1 : -1))) {
      if (isTierSettled(slot, verified, address.slot)) break;
      if ((await this.point(address))?.verdict === 'verified') verified.push(address.slot);
    }
    return verified;
  }

  /**
   * Reports of the cache's newest drills, newest first. One that does not fit its contract was written by another version and
   * is left out: it must not stop the drills of this one.
   * @param most how many
   */
  async drills(cache: string, most = RECENT_DRILLS): Promise<readonly DrillReport[]> {
    const keys = (await this.vault.list(vaultKeys.reportsOf(cache))).map(({ key }) => key);
    const reports = keys.filter((key) => drillOfReport(key) !== undefined);
    const newest = reports.sort().reverse().slice(0, most);
    const read = await inParallel(newest, (key) => readJson(this.vault, key, drillReport).catch(unfit));
    return read.flatMap((report) => report?.value ?? []);
  }

  async findings(address: PointAddress, shards: readonly number[]): Promise<readonly ShardFinding[]> {
    const read = await Promise.all(
      shards.map((shard) => readJson(this.vault, vaultKeys.finding(address, shard), shardFinding)),
    );
    return read.flatMap((finding) => finding?.value ?? []);
  }

  /** Names of the registered caches, by one listing. */
  async registeredNames(): Promise<readonly string[]> {
    const objects = await this.vault.list(vaultKeys.registryPrefix);
    return objects.flatMap(({ key }) => cacheOfRegistry(key) ?? []);
  }

  async registered(): Promise<readonly RegistryEntry[]> {
    const objects = await this.vault.list(vaultKeys.registryPrefix);
    const read = await inParallel(objects, ({ key }) => readJson(this.vault, key, registryEntry));
    return read.flatMap((entry) => entry?.value ?? []);
  }

  async registryEntry(cache: string): Promise<RegistryEntry | undefined> {
    return (await readJson(this.vault, vaultKeys.registry(cache), registryEntry))?.value;
  }

  /**
   * Changes a cache's registry entry, on top of whatever it is at that moment.
   * @throws AppError `StateChanged` if another run wrote in between; the step is safe to repeat
   */
  async updateRegistry(
    cache: string,
    change: (entry: RegistryEntry | undefined) => RegistryEntry,
  ): Promise<void> {
    const key = vaultKeys.registry(cache);
    const before = await readJson(this.vault, key, registryEntry);
    const condition = before === undefined ? 'absent' : { etag: before.etag };
    if ((await writeJson(this.vault, key, change(before?.value), condition)) === 'written') return;
    throw new AppError('StateChanged', `${key} was changed by another run while this one wrote it`);
  }

  /**
   * Enters an assessed point. Order: its record (from here on it can be restored), the registry (from here on it counts),
   * the lock that its tier has earned, the marker (from here on it is not ingested again). A run that dies in between is
   * repeated, and every write finds its own earlier one.
   */
  async enter(point: RecoveryPoint, lock?: Lock): Promise<void> {
    const { cache, plan, slot, tier, verdict, totals } = point;
    const record = vaultKeys.record(point);
    await writeJson(this.vault, record, point, 'absent');
    await this.updateRegistry(cache, (entry) =>
      withPoint({ ...remembered(entry ?? freshEntry(point), slot), plan }, { slot, tier, verdict, totals }),
    );
    if (lock !== undefined) await this.lockEarned(point, lock);
    const marker: IngestedMarker = { version: 1, cache, slot, tier, verdict, record };
    await writeJson(this.vault, vaultKeys.ingested(point.snapshot), marker);
  }

  /**
   * A person says that a suspect point is right. The record first, so that an abort in between leaves a point that can be
   * restored and that the registry still mistrusts; the next try completes it.
   *
   * @throws AppError `NoRecoveryPoint` if there is none, `NotAcceptable` if its content is not readable, or it was released
   */
  async accept(address: PointAddress, acceptance: Acceptance): Promise<RecoveryPoint> {
    const key = vaultKeys.record(address);
    const found = await readJson(this.vault, key, recoveryPoint);
    if (found === undefined) throw noRecoveryPoint(address.cache, address.slot);
    const isNew = found.value.accepted === undefined;
    const point = isNew ? await this.#accepted(found.value, acceptance) : found.value;
    if ((await writeJson(this.vault, key, point, { etag: found.etag })) === 'conflict')
      throw new AppError('StateChanged', `${key} was changed by another run while this one wrote it`);
    const { cache, slot, tier, verdict, totals, snapshot } = point;
    await this.updateRegistry(cache, (entry) => ({
      ...withPoint(entry ?? freshEntry(point), { slot, tier, verdict, totals }),
      acceptedSlot: slot,
    }));
    const marker: IngestedMarker = { version: 1, cache, slot, tier, verdict, record: key };
    await writeJson(this.vault, vaultKeys.ingested(snapshot), marker);
    return point;
  }

  async #accepted(point: RecoveryPoint, acceptance: Acceptance): Promise<RecoveryPoint> {
    const accepted = acceptPoint(point, acceptance);
    const entry = await this.registryEntry(point.cache);
    if (entry !== undefined && isReleased(entry, point.slot)) throw released(point.cache, point.slot);
    return accepted;
  }

  /** Pins a point. The registry first: from then on no run releases it; then whatever was released is taken back. */
  async hold(hold: Hold, cache: string): Promise<void> {
    const address = { ...hold, cache };
    if ((await this.point(address)) === undefined) throw noRecoveryPoint(cache, hold.slot);
    await this.updateRegistry(cache, (entry) => {
      if (entry === undefined) throw unregistered(cache);
      const others = entry.holds.filter(({ slot }) => slot !== hold.slot);
      return { ...entry, holds: [...others, hold] };
    });
    await this.tagPoint(address, [HOLD_TAG]);
  }

  /** Lets a point go: every point is looked at again, because this one may have been passed over. */
  async unhold(cache: string, slot: Slot): Promise<void> {
    await this.updateRegistry(cache, (entry) => {
      const held = entry?.holds.some((each) => each.slot === slot) ?? false;
      if (entry === undefined || !held) throw notHeld(cache, slot);
      const { releasedThrough: _again, ...kept } = entry;
      return { ...kept, holds: entry.holds.filter((each) => each.slot !== slot) };
    });
  }

  /**
   * Remembers up to which slot points were released.
   * @param seen the entry that decided it
   * @throws AppError `StateChanged` if a hold was made or let go meanwhile, or an older slot came in: decide again
   */
  async releaseThrough(seen: RegistryEntry, through: Slot): Promise<void> {
    await this.updateRegistry(seen.cache, (entry = seen) => {
      if (entry.releasedThrough === seen.releasedThrough && isDeepStrictEqual(entry.holds, seen.holds))
        return { ...entry, releasedThrough: through };
      throw new AppError('StateChanged', `what is released of ${seen.cache} was changed by another run`);
    });
  }

  /**
   * Tags every object of a point. The record first: an abort in between leaves at worst files that S3 keeps too long, never
   * a point that is listed and has lost a shard.
   */
  async tagPoint(point: PointAddress, tags: Parameters<ObjectStore['tag']>[1]): Promise<void> {
    const record = vaultKeys.record(point);
    const keys = (await this.vault.list(vaultKeys.point(point))).map(({ key }) => key);
    for (const key of [record, ...keys.filter((each) => each !== record)]) await this.vault.tag(key, tags);
  }

  /** Ends the watching of a cache, or takes that back; its points stay. @throws AppError `UnknownCache` */
  async forget(cache: string, forgotten: Forgetting | undefined): Promise<void> {
    await this.updateRegistry(cache, (entry) => {
      if (entry === undefined) throw unregistered(cache);
      const { forgotten: _before, ...watched } = entry;
      return forgotten === undefined ? watched : { ...watched, forgotten };
    });
  }

  /**
   * Locks a verified point for as long as its tier has it, from the writing of each object on, as lifecycle rules count. Only
   * its verdict says whether it has earned the tier: before, and if it has not, the bucket's own lock is all.
   */
  async lockEarned(point: RecoveryPoint, lock: Lock): Promise<void> {
    const days = lockDaysOf(lock, point.tier);
    if (point.verdict !== 'verified' || days <= lock.days) return;
    for (const { key, modifiedAt } of await this.vault.list(vaultKeys.point(point))) {
      const until = new Date(modifiedAt.getTime() + days * DAY_MS);
      await this.vault.lock(key, { mode: lock.mode, until });
    }
  }

  async ingested(snapshot: SnapshotName): Promise<IngestedMarker | undefined> {
    return (await readJson(this.vault, vaultKeys.ingested(snapshot), ingestedMarker))?.value;
  }

  /** Those of these exports that need no further ingest. Costs a request for each cache, not for each export. */
  async ingestedAmong(snapshots: readonly SnapshotName[]): Promise<ReadonlySet<SnapshotName>> {
    const caches = Map.groupBy([...snapshots].sort(), cachePrefixOf);
    const listed = await Promise.all(
      [...caches].map(([names, [oldest = '']]) =>
        // A marker sorts after the name of its own snapshot, so this starts at the oldest.
        this.vault.list(`${vaultKeys.ingestedPrefix}${names}`, {
          startAfter: `${vaultKeys.ingestedPrefix}${oldest}`,
        }),
      ),
    );
    const markers = new Set(listed.flat().map(({ key }) => key));
    return new Set(snapshots.filter((snapshot) => markers.has(vaultKeys.ingested(snapshot))));
  }
}

/** Nothing, for a document that does not fit its contract; any other failure is one. */
function unfit(error: unknown): undefined {
  if (error instanceof AppError && error.code === 'BadInput') return undefined;
  throw error;
}

/** A cache that was forgotten, and of which a later slot comes in, is watched again. */
function remembered(entry: RegistryEntry, slot: Slot): RegistryEntry {
  const { forgotten, ...watched } = entry;
  return forgotten !== undefined && instantOf(slot).getTime() > Date.parse(forgotten.at) ? watched : entry;
}

/**
 * The entry with this point among its recent ones, newest first; the same point twice counts once. After one that is older
 * than what was released every point is looked at again, because this one was passed over.
 */
function withPoint(entry: RegistryEntry, point: PointSummary): RegistryEntry {
  const newestFirst = [point, ...entry.recent.filter(({ slot }) => slot !== point.slot)].sort((one, other) =>
    one.slot < other.slot ? 1 : -1,
  );
  const kept = new Set([
    ...newestFirst.filter(({ verdict }) => verdict === 'verified').slice(0, RECENT_POINTS),
    ...newestFirst.filter(({ verdict }) => verdict !== 'verified').slice(0, RECENT_POINTS),
  ]);
  const { releasedThrough, ...others } = entry;
  return {
    ...others,
    ...(releasedThrough && point.slot >= releasedThrough && { releasedThrough }),
    recent: newestFirst.filter((each) => kept.has(each)),
    weekly: firstsOfWeeks([...entry.weekly, point]),
    earned: earnedWith(entry.earned, point),
  };
}

/** A week's first verified point has earned the tier of its week, or of its month. */
function firstsOfWeeks(points: readonly PointSummary[]): PointSummary[] {
  const firsts = points.filter(
    ({ verdict, tier }) => verdict === 'verified' && (tier === 'weekly' || tier === 'monthly'),
  );
  const bySlot = new Map(firsts.map((point) => [point.slot, point]));
  return [...bySlot.values()].sort((one, other) => (one.slot < other.slot ? 1 : -1)).slice(0, RECENT_WEEKS);
}

function freshEntry({ cache, plan, admittedAt: registeredAt }: RecoveryPoint): RegistryEntry {
  return { version: 1, cache, plan, registeredAt, recent: [], weekly: [], holds: [] };
}

function unregistered(cache: string): AppError {
  return new AppError('UnknownCache', `${cache} is not in the vault’s registry`);
}

function released(cache: string, slot: Slot): AppError {
  return new AppError(
    'NotAcceptable',
    `the recovery point of ${cache} of ${readableSlot(slot)} is released, because newer verified ones exist; hold it if it must stay`,
  );
}

function notHeld(cache: string, slot: Slot): AppError {
  return new AppError('NotHeld', `the recovery point of ${cache} of ${readableSlot(slot)} is not held`);
}
