import { readJson } from '../adapters/documents/json-objects.ts';
import type { Config } from '../core/contracts/config.ts';
import type { RegistryEntry } from '../core/contracts/recovery-point.ts';
import { sourceSight } from '../core/contracts/source-sight.ts';
import { stagingKeys } from '../core/model/keys.ts';
import { assessFreshness } from '../core/watch/assess-rpo.ts';
import { noticesOfSource } from '../core/watch/source-notices.ts';
import { type LookingWorld, tellNotices } from './tell-notices.ts';

/** What find-exports sees lies where it is remembered what people were told. */
export interface FleetWorld extends LookingWorld {
  readonly config: Config;
  readonly registered: () => Promise<readonly RegistryEntry[]>;
}

/** Exports that wait, and caches that backups do not find: told from what find-exports has seen of the source region. */
export async function watchSight(world: FleetWorld): Promise<{ readonly atSource: readonly string[] }> {
  const { config, notices: staging } = world;
  const look = { id: world.newRunId(), now: world.now() };
  const sight = (await readJson(staging, stagingKeys.sourceSight, sourceSight))?.value;
  // Nothing has been looked at yet, or somebody has cleared the staging bucket: nothing is known to be over either.
  if (sight === undefined) return { atSource: [] };
  const registry = await world.registered();
  const fleet = assessFreshness(config, registry, {}, look.now);
  const notices = noticesOfSource({ config, sight, fleet, registry, now: look.now });
  await tellNotices(notices, look, { ...world, area: 'source' });
  return { atSource: notices.map(({ fault }) => fault) };
}
