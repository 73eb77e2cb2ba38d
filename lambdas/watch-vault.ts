import { alerts } from '../adapters/aws/alerts.ts';
import { objectStore } from '../adapters/aws/object-store.ts';
import { parameters } from '../adapters/aws/parameters.ts';
import { Catalogue } from '../adapters/catalogue.ts';
import { heartbeat } from '../adapters/heartbeat.ts';
import { readJson, writeJson } from '../adapters/json-objects.ts';
import {
  deployedConfig,
  emfMetrics,
  environment,
  lambdaHandler,
  systemClock,
} from '../adapters/lambda/handler.ts';
import type { Config } from '../core/contracts/config.ts';
import { ENV, METRICS } from '../core/contracts/resources.ts';
import { tick } from '../core/contracts/steps.ts';
import { EMPTY_MEMORY, type WatchMemory, watchMemory } from '../core/contracts/watch.ts';
import { assessFreshness, type Freshness } from '../core/decide/assess-freshness.ts';
import { planWatch } from '../core/decide/plan-watch.ts';
import { stagingKeys } from '../core/model/keys.ts';
import type { Alert, Alerts, Heartbeat, Metrics, Now, ObjectStore, Parameters } from '../core/ports.ts';

interface World {
  readonly catalogue: Pick<Catalogue, 'registered'>;
  readonly staging: ObjectStore;
  readonly alerts: Alerts;
  readonly parameters: Parameters;
  readonly heartbeat: Heartbeat;
  readonly metrics: Metrics;
  readonly config: Config;
  readonly now: Now;
}

/** Looks at the whole vault: who is outside their RPO, who must hear of it, and whether all is well. */
export async function run(_tick: object, world: World) {
  const now = world.now();
  const memory = (await readJson(world.staging, stagingKeys.watchMemory, watchMemory))?.value ?? EMPTY_MEMORY;
  const fleet = assessFreshness(world.config, await world.catalogue.registered(), memory.firstSeen, now);
  const decision = planWatch(fleet, memory, now);
  const unsent = await tell(decision.alerts, world.alerts);
  const told = remembered(decision.memory, memory, unsent);
  await writeJson(world.staging, stagingKeys.watchMemory, told);
  if (unsent[0] !== undefined) throw unsent[0].refusal;
  const outside = fleet.filter(({ outsideRpo }) => outsideRpo).map(({ cache }) => cache);
  const pinged =
    outside.length === 0 && fleet.every(({ newest }) => newest !== undefined) && (await ping(fleet, world));
  measure(fleet, pinged, world.metrics);
  return { protected: fleet.length, outside, heartbeat: pinged ? 'sent' : 'withheld' };
}

interface Unsent {
  readonly cache: string;
  readonly refusal: unknown;
}

/** Tells all that can be told: one message that is refused must neither hold up the others nor have them repeated. */
async function tell(all: readonly Alert[], alerts: Alerts): Promise<readonly Unsent[]> {
  const unsent: Unsent[] = [];
  for (const alert of all) {
    await alerts.publish(alert).catch((refusal) => unsent.push({ cache: alert.cache, refusal }));
  }
  return unsent;
}

/** The memory after what was told; what was not told is as it was before. */
function remembered(after: WatchMemory, before: WatchMemory, unsent: readonly Unsent[]): WatchMemory {
  const told = new Map(Object.entries(after.told));
  for (const { cache } of unsent) {
    const toldBefore = before.told[cache];
    if (toldBefore === undefined) told.delete(cache);
    else told.set(cache, toldBefore);
  }
  return { ...after, told: Object.fromEntries(told) };
}

/** A heartbeat endpoint that is down or refused harms no backup: it is measured, and its own silence alarms. */
async function ping(
  fleet: readonly Freshness[],
  { config, parameters, heartbeat, now }: World,
): Promise<boolean> {
  const url = config.heartbeat === undefined ? undefined : await parameters.read(config.heartbeat.parameter);
  if (url === undefined || fleet.length === 0) return false;
  const lines = fleet.map(({ cache, ageSeconds }) => `${cache} ${Math.round(ageSeconds)} s old`);
  try {
    await heartbeat.ping(
      url,
      [`redrill ${now().toISOString()}: ${fleet.length} caches within their RPO`, ...lines].join('\n'),
    );
    return true;
  } catch {
    return false;
  }
}

function measure(fleet: readonly Freshness[], pinged: boolean, metrics: Metrics): void {
  metrics.count(METRICS.protectedCaches, fleet.length);
  metrics.count(METRICS.cachesOutsideRpo, fleet.filter(({ outsideRpo }) => outsideRpo).length);
  metrics.count(METRICS.heartbeats, pinged ? 1 : 0);
  for (const { cache, ageSeconds, rpoSeconds } of fleet)
    metrics.count(METRICS.rpoUsed, ageSeconds / rpoSeconds, { cache });
}

export const handler = lambdaHandler(
  tick,
  () => {
    const env = environment(ENV.vaultBucket, ENV.stagingBucket, ENV.alertTopic);
    return {
      catalogue: new Catalogue(objectStore({ bucket: env[ENV.vaultBucket] })),
      staging: objectStore({ bucket: env[ENV.stagingBucket] }),
      alerts: alerts(env[ENV.alertTopic]),
      parameters: parameters(),
      heartbeat: heartbeat(),
      metrics: emfMetrics(),
      config: deployedConfig(),
      now: systemClock,
    };
  },
  run,
);
