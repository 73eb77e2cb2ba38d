import { isDeepStrictEqual } from 'node:util';
import { unusable } from '../adapters/documents/flawed-object.ts';
import { readJson, writeJson } from '../adapters/documents/json-objects.ts';
import { inParallel } from '../adapters/in-parallel.ts';
import { type DrillReport, drillReport, RECENT_DRILLS } from '../core/contracts/drill.ts';
import { type Lock, lockDaysOf } from '../core/contracts/lock.ts';
import {
  type Acceptance,
  type EarlierLineage,
  type Forgetting,
  type Hold,
  type IngestedMarker,
  ingestedMarker,
  type RecoveryPoint,
  type RegistryEntry,
  type ShardFinding,
  shardFinding,
} from '../core/contracts/recovery-point.ts';
import { noRecoveryPoint } from '../core/drill/choose-point.ts';
import { acceptPoint } from '../core/ingest/accept-point.ts';
import { AppError } from '../core/model/errors.ts';
import { groupBy } from '../core/model/group-by.ts';
import { drillOfReport, type PointAddress, vaultKeys } from '../core/model/keys.ts';
import { isSameLineage, type LineageId, lineageIn } from '../core/model/lineage.ts';
import { cachePrefixOf, type SnapshotName, snapshotNameOf } from '../core/model/names.ts';
import { isRehearsal } from '../core/model/rehearsal.ts';
import { parseSlot, readableSlot, type Slot, slotAt } from '../core/model/slot.ts';
import { HOLD_TAG } from '../core/model/tags.ts';
import { TIERS, type Tier } from '../core/model/tier.ts';
import { DAY_MS } from '../core/model/time.ts';
import type { ObjectStore } from '../core/ports.ts';
import { classificationHorizon, isTierSettled } from '../core/retention/classify-tier.ts';
import {
  isReleased,
  type ReleaseCandidate,
  type ReleaseDecision,
  releasedThrough,
} from '../core/retention/decide-releases.ts';
import { earlierAfter, summaryOf, withReleased } from '../core/retention/lineages.ts';
import { passingOver } from '../core/retention/passing-over.ts';
import { entryFromPoints, freshEntry, remembered, withPoint } from '../core/retention/registry-entry.ts';
import type { FoundRecord } from '../core/watch/point-damage.ts';
import { enterRecord, findRecord, replaceRecord, unreadable } from './point-records.ts';
import { findEntry, namesWithEntry, type Registry, registryMissing } from './registry.ts';

/** The points of a cache whose records can be used, and those whose cannot. */
export interface Survey {
  readonly points: readonly RecoveryPoint[];
  readonly unusable: readonly { readonly address: PointAddress; readonly problem: string }[];
}

export interface KnownCache {
  /** Undefined if neither the entry nor the record of any point can be used. */
  readonly entry: RegistryEntry | undefined;
  /** What is wrong with the registry entry, if the entry was worked out from the points. */
  readonly lost?: string;
}

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

  record(address: PointAddress): Promise<FoundRecord> {
    return findRecord(this.vault, address);
  }

  /** Undefined while the point is not admitted, once S3 has expired it, and if its record cannot be used. */
  async point(address: PointAddress): Promise<RecoveryPoint | undefined> {
    const found = await this.record(address);
    return found.kind === 'usable' ? found.point : undefined;
  }

  /** All admitted points since a slot whose records can be used; reads one record per point, and what binds it. */
  async points(cache: string, since?: Slot): Promise<readonly RecoveryPoint[]> {
    return (await this.survey(cache, since)).points;
  }

  /** The same, and which records cannot be used. */
  async survey(cache: string, since?: Slot): Promise<Survey> {
    const found = await inParallel(await this.addresses(cache, since), async (address) => ({
      address,
      record: await this.record(address),
    }));
    return {
      points: found.flatMap(({ record }) => (record.kind === 'usable' ? [record.point] : [])),
      unusable: found.flatMap(({ address, record }) =>
        record.kind === 'unusable' ? [{ address, problem: record.problem }] : [],
      ),
    };
  }

  /** The tier in which a slot is recorded, usable or not; undefined if it is in none. */
  async recordedTierOf(cache: string, slot: Slot): Promise<Tier | undefined> {
    for (const address of await this.addresses(cache, slot))
      if (address.slot === slot && (await this.record(address)).kind !== 'absent') return address.tier;
    return undefined;
  }

  /**
   * Slots of the newest verified points of a lineage, as many as decide the tier of a new one: mostly that is one record to
   * read.
   */
  async verifiedForTierOf(cache: string, slot: Slot, lineage?: LineageId): Promise<readonly Slot[]> {
    const addresses = await this.addresses(cache, slotAt(classificationHorizon(slot)));
    const verified: Slot[] = [];
    for (const address of [...addresses].sort((one, other) => (one.slot < other.slot ? 1 : -1))) {
      if (isTierSettled(slot, verified, address.slot)) break;
      const point = await this.point(address);
      const other = point && lineageIn(point);
      // What lies before a point of an earlier lineage is of that, or of one before it.
      if (other !== undefined && lineage !== undefined && other < lineage) break;
      if (point?.verdict === 'verified' && isSameLineage(other, lineage)) verified.push(address.slot);
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
    const read = await inParallel(newest, (key) => readJson(this.vault, key, drillReport).catch(unusable));
    return read.flatMap((report) => report?.value ?? []);
  }

  async findings(address: PointAddress, shards: readonly number[]): Promise<readonly ShardFinding[]> {
    const read = await Promise.all(
      shards.map((shard) => readJson(this.vault, vaultKeys.finding(address, shard), shardFinding)),
    );
    return read.flatMap((finding) => finding?.value ?? []);
  }

  /** Names of the registered caches, by one listing. */
  registeredNames(): Promise<readonly string[]> {
    return namesWithEntry(this.vault);
  }

  /** Every cache that the vault knows, but a rehearsal's: by its registry entry, or, where that is lost, by its points. */
  async registry(): Promise<Registry> {
    const [names, folders] = await Promise.all([
      this.registeredNames(),
      Promise.all(TIERS.map((tier) => this.vault.listFolders(`${tier}/`))),
    ]);
    const known = new Set([...names, ...folders.flat()]);
    const caches = [...known].filter((cache) => !isRehearsal(cache)).sort();
    const found = await inParallel(caches, (cache) => this.knownCache(cache));
    return {
      entries: found.flatMap((each) => each?.entry ?? []),
      lost: found.flatMap((each, at) =>
        each?.lost === undefined ? [] : [{ cache: caches[at] ?? '', problem: each.lost }],
      ),
    };
  }

  async registered(): Promise<readonly RegistryEntry[]> {
    return (await this.registry()).entries;
  }

  /** A cache by its registry entry, or by its points, and then what is wrong with the entry. */
  async knownCache(cache: string): Promise<KnownCache | undefined> {
    const found = await findEntry(this.vault, cache);
    if (found.kind === 'usable') return { entry: found.entry };
    const { points, unusable: bad } = await this.survey(cache);
    const entry = entryFromPoints(points);
    if (found.kind === 'unusable') return { entry, lost: found.problem };
    if (entry === undefined)
      return bad.length === 0 ? undefined : { entry, lost: 'it is missing, and no record can be used' };
    // The first ingest of a cache writes the record, then the entry, then the marker.
    if (points.length === 1 && !(await this.#isIngested(points))) return undefined;
    return { entry, lost: 'it is missing' };
  }

  /** Undefined if there is none, or it cannot be used. */
  async registryEntry(cache: string): Promise<RegistryEntry | undefined> {
    const found = await findEntry(this.vault, cache);
    return found.kind === 'usable' ? found.entry : undefined;
  }

  /**
   * Changes a cache's registry entry, on top of whatever it is at that moment.
   * @throws AppError `StateChanged` if another run wrote in between; the step is safe to repeat. `RegistryEntryMissing` if
   * the one that is there cannot be used
   */
  async updateRegistry(
    cache: string,
    change: (entry: RegistryEntry | undefined) => RegistryEntry,
  ): Promise<void> {
    const key = vaultKeys.registry(cache);
    const before = await findEntry(this.vault, cache);
    if (before.kind === 'unusable') throw registryMissing(cache, before.problem);
    const condition = before.kind === 'absent' ? 'absent' : { etag: before.etag };
    const changed = change(before.kind === 'absent' ? undefined : before.entry);
    if ((await writeJson(this.vault, key, changed, condition)) === 'written') return;
    throw new AppError('StateChanged', `${key} was changed by another run while this one wrote it`);
  }

  /**
   * Enters an assessed point. Order: its record (from here on it can be restored), the registry (from here on it counts),
   * the lock that its tier has earned, the marker (from here on it is not ingested again). A run that dies in between is
   * repeated, and every write finds its own earlier one.
   *
   * A registry entry that is lost is not made anew: it would look as if nobody held a point. The new point counts all the
   * same, because whoever needs the entry works it out from the points until a person has brought it back.
   * @throws AppError `RecordUnreadable` if there is a record that cannot be used
   */
  async enter(point: RecoveryPoint, lock?: Lock): Promise<void> {
    const { cache, plan, slot, tier, verdict } = point;
    const record = vaultKeys.record(point);
    await enterRecord(this.vault, point);
    const begun = await this.#entryToContinue(point);
    if (begun !== undefined)
      await this.updateRegistry(cache, (entry) =>
        withPoint({ ...remembered(entry ?? begun, slot), plan }, summaryOf(point)),
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
    const found = await this.record(address);
    if (found.kind === 'absent') throw noRecoveryPoint(address.cache, address.slot);
    if (found.kind === 'unusable') throw unreadable(address, found.problem);
    const isNew = found.point.accepted === undefined;
    const point = isNew ? await this.#accepted(found.point, acceptance) : found.point;
    if (isNew) await replaceRecord(this.vault, point, found);
    const { cache, slot, tier, verdict, snapshot } = point;
    await this.updateRegistry(cache, (entry) => {
      if (entry === undefined) throw registryMissing(cache);
      return { ...withPoint(entry, summaryOf(point)), acceptedSlot: slot };
    });
    const marker: IngestedMarker = { version: 1, cache, slot, tier, verdict, record: key };
    await writeJson(this.vault, vaultKeys.ingested(snapshot), marker);
    return point;
  }

  async #accepted(point: RecoveryPoint, acceptance: Acceptance): Promise<RecoveryPoint> {
    const accepted = acceptPoint(point, acceptance);
    const entry = await this.registryEntry(point.cache);
    if (entry !== undefined && isReleased(entry, point)) throw released(point.cache, point.slot);
    return accepted;
  }

  /** Pins a point. The registry first: from then on no run releases it; then whatever was released is taken back. */
  async hold(hold: Hold, cache: string): Promise<void> {
    const address = { ...hold, cache };
    if ((await this.point(address)) === undefined) throw noRecoveryPoint(cache, hold.slot);
    await this.updateRegistry(cache, (entry) => {
      if (entry === undefined) throw registryMissing(cache);
      const others = entry.holds.filter(({ slot }) => slot !== hold.slot);
      return { ...entry, holds: [...others, hold] };
    });
    await this.tagPoint(address, [HOLD_TAG]);
  }

  /** Lets a point go: every point is looked at again, because this one may have been passed over. */
  async unhold(cache: string, slot: Slot): Promise<void> {
    await this.updateRegistry(cache, (entry) => {
      const held = entry?.holds.some((each) => each.slot === slot) ?? false;
      if (entry === undefined) throw registryMissing(cache);
      if (!held) throw notHeld(cache, slot);
      return { ...passingOver(entry, slot), holds: entry.holds.filter((each) => each.slot !== slot) };
    });
  }

  /**
   * Remembers up to which slot points were released, of all and of each earlier lineage.
   * @param seen the entry that decided it
   * @throws AppError `StateChanged` if a hold was made or let go meanwhile, or an older slot came in: decide again
   */
  async recordReleases(seen: RegistryEntry, decision: ReleaseDecision<ReleaseCandidate>): Promise<void> {
    const through = releasedThrough(decision);
    if (through === undefined) return;
    await this.updateRegistry(seen.cache, (entry = seen) => {
      const { passedOver: _decided, ...kept } = entry;
      if (entry.releasedThrough === seen.releasedThrough && areRulesOf(entry, seen))
        return {
          ...kept,
          releasedThrough: [through, entry.releasedThrough ?? through].sort().at(-1),
          ...(entry.earlier && { earlier: earlierAfter(entry.earlier, decision) }),
        };
      throw new AppError('StateChanged', `what is released of ${seen.cache} was changed by another run`);
    });
  }

  /** A person lets go all points of an earlier cache of the name. @throws AppError `NotReleasable`, `RegistryEntryMissing` */
  async releaseLineage(
    cache: string,
    lineage: LineageId,
    released: NonNullable<EarlierLineage['released']>,
  ): Promise<void> {
    await this.updateRegistry(cache, (entry) => {
      if (entry === undefined) throw registryMissing(cache);
      return withReleased(entry, lineage, released);
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

  /** Ends the watching of a cache, or takes that back; its points stay. @throws AppError `RegistryEntryMissing` */
  async forget(cache: string, forgotten: Forgetting | undefined): Promise<void> {
    await this.updateRegistry(cache, (entry) => {
      if (entry === undefined) throw registryMissing(cache);
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
    const key = vaultKeys.ingested(snapshot);
    return (await readJson(this.vault, key, ingestedMarker).catch(unusable))?.value;
  }

  /** Where a cache without an entry begins; undefined if it had one, which a person has to bring back. */
  async #entryToContinue(point: RecoveryPoint): Promise<RegistryEntry | undefined> {
    const found = await findEntry(this.vault, point.cache);
    if (found.kind === 'usable') return found.entry;
    if (found.kind === 'unusable') return undefined;
    const addresses = await this.addresses(point.cache);
    if (await this.#isIngested(addresses)) return undefined;
    return entryFromPoints(await this.points(point.cache)) ?? freshEntry(point);
  }

  /** Whether an ingest of one of these points came to its end, which is after it has written the registry. */
  async #isIngested(points: readonly PointAddress[]): Promise<boolean> {
    const snapshots = points.map(({ cache, slot }) => snapshotNameOf(cache, slot));
    return (await this.ingestedAmong(snapshots)).size > 0;
  }

  /** Those of these exports that need no further ingest. Costs a request for each cache, not for each export. */
  async ingestedAmong(snapshots: readonly SnapshotName[]): Promise<ReadonlySet<SnapshotName>> {
    const caches = groupBy([...snapshots].sort(), cachePrefixOf);
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

/** Whether what is kept on purpose is the same in both: holds, and which earlier lineages people have released. */
function areRulesOf(entry: RegistryEntry, seen: RegistryEntry): boolean {
  const rules = ({ holds, passedOver, earlier = [] }: RegistryEntry) => [
    holds,
    passedOver,
    earlier.map(({ released }) => released),
  ];
  return isDeepStrictEqual(rules(entry), rules(seen));
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
