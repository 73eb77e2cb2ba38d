import { inParallel } from '../adapters/in-parallel.ts';
import type { ObjectStore } from '../core/ports.ts';
import { assessFreshness } from '../core/watch/assess-rpo.ts';
import { noticesOfContent } from '../core/watch/content-notices.ts';
import { noticesOfLineages } from '../core/watch/lineage-notices.ts';
import { noticesOfDrills } from '../core/watch/overdue-drills.ts';
import { noticesOfTiers } from '../core/watch/overdue-tiers.ts';
import { noticesOfDrift } from '../core/watch/server-drift-notices.ts';
import { readHistory } from '../vault/drill-history.ts';
import type { FleetWorld } from './sight.ts';
import { tellNotices } from './tell-notices.ts';

interface PromisesWorld extends FleetWorld {
  readonly vault: ObjectStore;
}

interface Promises {
  /** Every promise that is broken at the moment. */
  readonly broken: readonly string[];
}

/** What plans promise beside the RPO: every tier is earned, and every cache drilled. */
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
  const broken = [
    ...noticesOfTiers(fleet, registry, now),
    ...noticesOfDrills({ config, fleet, registry, histories, now }),
  ];
  const news = [
    ...noticesOfLineages(fleet, registry),
    ...noticesOfContent(fleet, registry),
    ...noticesOfDrift(fleet, registry),
  ];
  await tellNotices([...broken, ...news], look, { ...world, area: 'promises' });
  return { broken: broken.map(({ fault }) => fault) };
}
