import { assessFreshness, type Freshness } from '../core/decide/assess-freshness.ts';
import { type FoundPoint, noticesOfLostPoints } from '../core/decide/lost-points.ts';
import { noticesOfDrills } from '../core/decide/overdue-drills.ts';
import { noticesOfTiers } from '../core/decide/overdue-tiers.ts';
import { vaultKeys } from '../core/model/keys.ts';
import type { ObjectStore } from '../core/ports.ts';
import { readHistory } from './drill-history.ts';
import { inParallel } from './in-parallel.ts';
import { tellNotices } from './tell-notices.ts';
import type { FleetWorld } from './watch-sight.ts';

interface PromisesWorld extends FleetWorld {
  readonly vault: ObjectStore;
}

interface Promises {
  /** Every promise that is broken at the moment. */
  readonly broken: readonly string[];
  /** Caches whose newest verified copy is not in the vault as it was admitted. */
  readonly lost: readonly string[];
}

/** What plans promise beside the RPO: every tier is earned, every cache drilled, and the newest copy is as it was admitted. */
export async function watchPromises(world: PromisesWorld): Promise<Promises> {
  const { vault, config } = world;
  const look = { id: world.newRunId(), now: world.now() };
  const { now } = look;
  const registry = await world.registered();
  // A cache without a verified copy, whose age counts from its first sight, is told of as outside its RPO and not here.
  const fleet = assessFreshness(config, registry, {}, now);
  const histories = (await inParallel(fleet, ({ cache }) => readHistory(vault, cache))).flatMap(
    (history) => history ?? [],
  );
  const lost = noticesOfLostPoints(await newestPoints(fleet, vault), { fleet, registry, now });
  const broken = [
    ...noticesOfTiers(fleet, registry, now),
    ...noticesOfDrills({ config, fleet, registry, histories, now }),
    ...lost,
  ];
  await tellNotices(broken, look, { ...world, area: 'promises' });
  return { broken: broken.map(({ fault }) => fault), lost: lost.map(({ alert }) => alert.cache) };
}

/** By one listing a cache, however many shards it has. */
async function newestPoints(fleet: readonly Freshness[], vault: ObjectStore): Promise<readonly FoundPoint[]> {
  const looked = await inParallel(fleet, async ({ cache, newest }): Promise<readonly FoundPoint[]> => {
    if (newest === undefined) return [];
    return [{ cache, point: newest, objects: await vault.list(vaultKeys.point({ ...newest, cache })) }];
  });
  return looked.flat();
}
