import { readJson } from '../adapters/documents/json-objects.ts';
import { sourceSight } from '../core/contracts/source-sight.ts';
import { stagingKeys } from '../core/model/keys.ts';
import { noticesOfHosts } from '../core/watch/host-notices.ts';
import type { FleetWorld } from './sight.ts';
import { tellNotices } from './tell-notices.ts';

/** Hosts that are silent, fail or soon will: told from the heartbeats that find-exports has read in the landing bucket. */
export async function watchHosts(world: FleetWorld): Promise<{ readonly ofHosts: readonly string[] }> {
  const { config, notices: staging } = world;
  const look = { id: world.newRunId(), now: world.now() };
  const sight = (await readJson(staging, stagingKeys.sourceSight, sourceSight))?.value;
  // Not looked at yet, or by an earlier version: nothing is known to be over either.
  if (sight?.hosts === undefined) return { ofHosts: [] };
  const { hosts, at } = sight;
  const registry = await world.registered();
  const notices = noticesOfHosts({ config, hosts, registry, seenAt: new Date(at) });
  await tellNotices(notices, look, { ...world, area: 'hosts' });
  return { ofHosts: notices.map(({ fault }) => fault) };
}
