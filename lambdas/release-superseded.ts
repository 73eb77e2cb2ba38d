import { objectStore } from '../adapters/aws/object-store.ts';
import { deployedEvents } from '../adapters/lambda/deployed-alerts.ts';
import { deployedConfig, environment, lambdaHandler } from '../adapters/lambda/handler.ts';
import type { Config } from '../core/contracts/config.ts';
import { ENV } from '../core/contracts/environment.ts';
import { isProtected } from '../core/contracts/plan.ts';
import type { ReleaseInput } from '../core/contracts/steps.ts';
import { isRehearsal } from '../core/model/rehearsal.ts';
import { HOLD_TAG, PLAN_OBJECT_TAG, RELEASE_TAG } from '../core/model/tags.ts';
import type { Events } from '../core/ports.ts';
import { decideReleases } from '../core/retention/decide-releases.ts';
import { releasedEventsOf } from '../core/retention/released-events.ts';
import { Catalogue } from '../vault/catalogue.ts';

interface World {
  readonly catalogue: Catalogue;
  readonly config: Config;
  readonly events: Events;
}

/** Tags the points that newer verified ones have superseded, so that S3 may expire them when their tier's days are over. */
export async function run({ cache }: ReleaseInput, { catalogue, config, events }: World) {
  const entry = await catalogue.registryEntry(cache);
  const plan = config.plans[entry?.plan ?? ''];
  // Without the entry nobody knows which points are held.
  if (entry === undefined || plan === undefined || !isProtected(plan)) return { released: [] };
  const from = entry.passedOver === undefined ? entry.releasedThrough : undefined;
  const points = await catalogue.points(cache, from);
  const decision = decideReleases(points, { ...plan, holds: entry.holds, earlier: entry.earlier });
  // Whoever held a point while another run was about to release it.
  for (const hold of entry.holds) await catalogue.tagPoint({ ...hold, cache }, [HOLD_TAG]);
  for (const { point } of decision.release)
    await catalogue.tagPoint(point, [RELEASE_TAG, { key: PLAN_OBJECT_TAG, value: point.plan }]);
  // Before they are recorded: a run that is cut off in between then releases them again, with the same events.
  if (!isRehearsal(cache)) await events.put(releasedEventsOf(cache, config.vault.region, decision));
  await catalogue.recordReleases(entry, decision);
  return {
    released: decision.release.map(({ point, why }) => ({ tier: point.tier, slot: point.slot, why })),
  };
}

export const handler = lambdaHandler(
  'release-superseded',
  () => ({
    catalogue: new Catalogue(objectStore({ bucket: environment(ENV.vaultBucket)[ENV.vaultBucket] })),
    config: deployedConfig(),
    events: deployedEvents(),
  }),
  run,
);
