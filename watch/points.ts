import { unusable } from '../adapters/documents/flawed-object.ts';
import { readJson } from '../adapters/documents/json-objects.ts';
import { inParallel } from '../adapters/in-parallel.ts';
import { NO_NOTICES, noticeMemory } from '../core/contracts/notices.ts';
import { groupBy } from '../core/model/group-by.ts';
import { type PointAddress, pointOfFolder, stagingKeys, vaultKeys } from '../core/model/keys.ts';
import { RELEASE_TAG } from '../core/model/tags.ts';
import { TIERS } from '../core/model/tier.ts';
import type { ObjectVersion } from '../core/ports.ts';
import { type KeptPoint, keptInAnyCase } from '../core/retention/kept-points.ts';
import { assessFreshness, planOrStrictest } from '../core/watch/assess-rpo.ts';
import type { PointEvidence } from '../core/watch/point-damage.ts';
import {
  noticesOfPoints,
  noticesOfRegistry,
  noticesOfReleaseTags,
  rememberedPoints,
  type WatchedCache,
} from '../core/watch/point-notices.ts';
import { isAdmitted, isDueForReading, pointsToRead, stillDue } from '../core/watch/points-to-read.ts';
import type { Catalogue } from '../vault/catalogue.ts';
import type { Registry } from '../vault/registry.ts';
import { evidenceOf } from '../vault/verified-files.ts';
import type { FleetWorld } from './sight.ts';
import { tellNotices } from './tell-notices.ts';

interface PointsWorld extends Omit<FleetWorld, 'registered'> {
  readonly catalogue: Pick<Catalogue, 'vault' | 'record'>;
  readonly registry: () => Promise<Registry>;
}

export interface WatchedPoints {
  /** Every fault of a point or a registry entry that is there at the moment. */
  readonly damaged: readonly string[];
  /** Caches whose newest verified copy is not in the vault as it was admitted. */
  readonly lost: readonly string[];
}

/**
 * Compares every recovery point with what was recorded of it, without reading an RDB file. At every look, for each cache: one
 * listing of all object versions in each of the four tiers (a further one per thousand versions); record and digest of the
 * newest verified point, and of each point of which an object has more than one version or a delete marker, of which no
 * version of the record is left, or that was damaged at the last look; and the tags of as many records as the plan's
 * `minimumRedundancy`, of each earlier lineage too. Twice a day, at a look that
 * follows from the cache's name, the records of all of its points. Of a file over which another one of the same size was
 * written, what shows whether that was the verified version written back. Nothing else is requested.
 */
export async function watchPoints(world: PointsWorld): Promise<WatchedPoints> {
  const look = { id: world.newRunId(), now: world.now() };
  const { entries, lost: lostEntries } = await world.registry();
  const fleet = assessFreshness(world.config, entries, {}, look.now);
  const told = await readJson(world.notices, stagingKeys.notices('points'), noticeMemory).catch(unusable);
  const remembered = rememberedPoints(told?.value ?? NO_NOTICES);
  const caches = await inParallel(
    fleet,
    async ({ cache, plan, newest }): Promise<WatchedCache | undefined> => {
      const entry = entries.find((each) => each.cache === cache);
      const rules = planOrStrictest(world.config, plan);
      if (entry === undefined || rules === undefined) return undefined;
      const known = {
        cache,
        entry,
        newest,
        plan: rules,
        isLost: lostEntries.some((each) => each.cache === cache),
      };
      const versions = await versionsOf(cache, world);
      const due = pointsToRead(versions, { ...known, now: look.now, all: isDueForReading(cache, look.now) });
      const own = remembered.filter((address) => address.cache === cache);
      const again = stillDue(own, { ...known, now: look.now });
      return {
        ...known,
        points: await inspected([...due, ...again], versions, world),
        tagged: await taggedReleased(known, versions, world),
      };
    },
  );
  const watched = caches.flatMap((each) => each ?? []);
  const { notices, lost } = noticesOfPoints(watched);
  const all = [...noticesOfRegistry(lostEntries), ...notices, ...noticesOfReleaseTags(watched)];
  await tellNotices(all, look, { ...world, area: 'points' });
  const unknown = lostEntries.flatMap(({ cache }) =>
    entries.some((each) => each.cache === cache) ? [] : [cache],
  );
  return { damaged: all.map(({ fault }) => fault), lost: [...lost, ...unknown] };
}

async function versionsOf(
  cache: string,
  { catalogue: { vault } }: PointsWorld,
): Promise<ReadonlyMap<string, readonly ObjectVersion[]>> {
  const listed = await Promise.all(TIERS.map((tier) => vault.versions(vaultKeys.pointsOf(tier, cache))));
  return groupBy(listed.flat(), ({ key }) => key.slice(0, key.lastIndexOf('/') + 1));
}

async function inspected(
  addresses: readonly PointAddress[],
  versions: ReadonlyMap<string, readonly ObjectVersion[]>,
  { catalogue }: PointsWorld,
): Promise<readonly PointEvidence[]> {
  const once = new Map(addresses.map((address) => [vaultKeys.point(address), address]));
  return inParallel([...once], async ([folder, address]) => {
    const record = await catalogue.record(address);
    return evidenceOf(catalogue.vault, address, { record, versions: versions.get(folder) ?? [] });
  });
}

/** Of the points that the plan keeps in any case, those that S3 may expire all the same. */
async function taggedReleased(
  { entry, plan }: Pick<WatchedCache, 'entry' | 'plan'>,
  folders: ReadonlyMap<string, readonly ObjectVersion[]>,
  { catalogue: { vault } }: PointsWorld,
): Promise<readonly KeptPoint[]> {
  const admitted = [...folders].flatMap(([folder, versions]) => {
    const address = pointOfFolder(folder);
    return address !== undefined && isAdmitted(address, versions) ? [address] : [];
  });
  const kept = keptInAnyCase(entry, plan.minimumRedundancy, admitted);
  const tagged = await inParallel(kept, async (address) => {
    const tags = await vault.tags(vaultKeys.record(address)).catch(absentOrUnusable);
    return tags?.[RELEASE_TAG.key] === RELEASE_TAG.value ? [address] : [];
  });
  return tagged.flat();
}

/** That a record is gone is told of as that. */
function absentOrUnusable(error: unknown): undefined {
  if (error instanceof Error && error.name === 'NotFound') return undefined;
  return unusable(error);
}
