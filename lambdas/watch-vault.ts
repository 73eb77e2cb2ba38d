import { randomUUID } from 'node:crypto';
import { objectStore } from '../adapters/aws/object-store.ts';
import { parameters } from '../adapters/aws/parameters.ts';
import { settings } from '../adapters/aws/settings/settings.ts';
import { changeJson } from '../adapters/documents/change-json.ts';
import { readJson } from '../adapters/documents/json-objects.ts';
import { heartbeat } from '../adapters/heartbeat.ts';
import { deployedAlerts } from '../adapters/lambda/deployed-alerts.ts';
import { deployedSettings } from '../adapters/lambda/expected-settings.ts';
import {
  deployedConfig,
  emfMetrics,
  environment,
  lambdaHandler,
  systemClock,
} from '../adapters/lambda/handler.ts';
import { once } from '../adapters/once.ts';
import type { Look } from '../core/alerts/plan-notices.ts';
import type { Config } from '../core/contracts/config.ts';
import { ENV } from '../core/contracts/environment.ts';
import { type FirstSeen, firstSeen, NONE_SEEN } from '../core/contracts/first-seen.ts';
import { METRICS } from '../core/contracts/metrics.ts';
import type { RegistryEntry } from '../core/contracts/recovery-point.ts';
import { discovery } from '../core/contracts/source-sight.ts';
import { errorName } from '../core/model/errors.ts';
import { landingKeys, stagingKeys } from '../core/model/keys.ts';
import type { Alerts, Heartbeat, Metrics, Now, ObjectStore, Parameters } from '../core/ports.ts';
import { assessFreshness, type Freshness, firstSeenAfter } from '../core/watch/assess-rpo.ts';
import { heartbeatBody, outcomeOf, type SeenBeside } from '../core/watch/compose-heartbeat.ts';
import { endOfMissedRpo, noticesOfRpo } from '../core/watch/rpo-notices.ts';
import { Catalogue } from '../vault/catalogue.ts';
import type { Registry } from '../vault/registry.ts';
import { attempted } from '../watch/attempted.ts';
import { DeadMansSwitch } from '../watch/dead-mans-switch.ts';
import { watchHosts } from '../watch/hosts.ts';
import { type OtherSideView, type OtherSideWorld, watchOtherSide } from '../watch/other-side.ts';
import { whyAlertsAreLost } from '../watch/own-alert-path.ts';
import { watchPoints } from '../watch/points.ts';
import { watchPromises } from '../watch/promises.ts';
import { type SettingsWorld, watchSettings } from '../watch/settings.ts';
import { watchSight } from '../watch/sight.ts';
import { watchSubscriptions } from '../watch/subscriptions.ts';
import { tellNotices } from '../watch/tell-notices.ts';

interface World extends Omit<SettingsWorld & OtherSideWorld, 'notices'> {
  readonly catalogue: Pick<Catalogue, 'registry' | 'record' | 'vault'>;
  readonly staging: ObjectStore;
  readonly alerts: Alerts;
  readonly parameters: Parameters;
  readonly heartbeat: Heartbeat;
  readonly metrics: Metrics;
  readonly config: Config;
  readonly now: Now;
  /** A UUID that no other look has. */
  readonly newRunId: () => string;
}

/** Looks at the whole vault. No part of the look stops another: what one meets is thrown when all are done. */
export async function run(_tick: object, world: World) {
  const { staging: notices, catalogue } = world;
  const registry = once(() => catalogue.registry());
  const registered = async () => (await registry()).entries;
  const unknown = async () => cachesOfUnknownAge(await registry());
  const watchedPoints = once(() => attempted(() => watchPoints({ ...world, notices, registry })));
  const lost = async () => (await watchedPoints())().lost;
  const deaf = async () => whyAlertsAreLost(world.expected(), world.settings);
  const fleet = await attempted(() => watchFleet({ ...world, registered, unknown, lost, deaf }));
  const points = await watchedPoints();
  const promises = await attempted(() =>
    watchPromises({ ...world, notices, vault: catalogue.vault, registered }),
  );
  const protection = await attempted(() => watchSettings({ ...world, notices }));
  const subscriptions = await attempted(() => watchSubscriptions({ ...world, notices }));
  const sight = await attempted(() => watchSight({ ...world, notices, registered }));
  const hosts = await attempted(() => watchHosts({ ...world, notices, registered }));
  const otherSide = await attempted(() => watchOtherSide({ ...world, notices }));
  return {
    ...fleet(),
    ...points(),
    ...protection(),
    ...subscriptions(),
    ...promises(),
    ...sight(),
    ...hosts(),
    ...otherSide(),
  };
}

interface Shared {
  /** Read once for all parts of the look. */
  readonly registered: () => Promise<readonly RegistryEntry[]>;
  /** Caches of which neither the registry entry nor any record can be read. */
  readonly unknown: () => Promise<ReadonlySet<string>>;
  /** Caches whose newest verified copy is not there any more; looked for once those outside their RPO are told of. */
  readonly lost: () => Promise<readonly string[]>;
  /** Why alerts reach nobody; undefined if they reach someone. */
  readonly deaf: () => Promise<string | undefined>;
}

/** Who is outside their RPO, who must hear of it, and whether all is well. */
async function watchFleet(world: World & Shared) {
  const { config, parameters, heartbeat, metrics } = world;
  const look = { id: world.newRunId(), now: world.now() };
  const deadMans = new DeadMansSwitch({ config: config.heartbeat, parameters, heartbeat, runId: look.id });
  // Not waited for: nothing about the switch may hold up an alert.
  void deadMans.ping('start');
  try {
    const fleet = await watch(look, world);
    const seen = await seenBeside(world);
    const outcome = outcomeOf(fleet, seen);
    const pinged = outcome && (await deadMans.ping(outcome, heartbeatBody(fleet, look, seen)));
    measure(fleet, outcome === 'success' && pinged === 'sent', metrics);
    const outside = fleet.filter(({ outsideRpo }) => outsideRpo).map(({ cache }) => cache);
    return { run: look.id, protected: fleet.length, outside, heartbeat: { outcome, pinged } };
  } catch (error) {
    await deadMans.ping(
      'fail',
      `Redrill: the check of the vault failed: ${errorName(error)}\nrun ${look.id}`,
    );
    throw error;
  } finally {
    const failures = await deadMans.close();
    if (config.heartbeat !== undefined) metrics.count(METRICS.heartbeatsFailed, failures);
  }
}

/** What only a look at other things than ages shows; undefined where it could not be seen. */
async function seenBeside({ lost, deaf }: Shared): Promise<SeenBeside> {
  const [gone, why] = await Promise.all([attempted(lost), attempted(deaf)]);
  const known = <Value>(get: () => Value): { readonly value: Value } | undefined => {
    try {
      return { value: get() };
    } catch {
      return undefined;
    }
  };
  const path = known(why);
  return {
    lost: known(gone)?.value,
    alerts: path === undefined ? 'unknown' : path.value === undefined ? 'arrive' : { lost: path.value },
  };
}

/** How old their newest copy is cannot be seen: a missed RPO of one is neither there nor over. */
function cachesOfUnknownAge({ entries, lost }: Registry): ReadonlySet<string> {
  const known = new Set(entries.map(({ cache }) => cache));
  return new Set(lost.flatMap(({ cache }) => (known.has(cache) ? [] : [cache])));
}

async function watch(
  look: Look,
  world: World & Pick<Shared, 'registered' | 'unknown'>,
): Promise<readonly Freshness[]> {
  const { config, staging, alerts } = world;
  const registry = await world.registered();
  const seen = { store: staging, key: stagingKeys.firstSeen, schema: firstSeen, empty: NONE_SEEN };
  const { fleet } = await changeJson(seen, ({ caches }) => {
    const assessed = assessFreshness(config, registry, caches, look.now);
    const memory: FirstSeen = { version: 1, caches: firstSeenAfter(assessed, caches, look.now) };
    return { fleet: assessed, memory };
  });
  const unknown = await world.unknown();
  const lookedFor = (fault: string) => !unknown.has(fault);
  const told = { notices: staging, alerts, area: 'rpo', endOf: endOfMissedRpo(fleet), lookedFor } as const;
  await tellNotices(noticesOfRpo(fleet, config.servers), look, told);
  return fleet;
}

function measure(fleet: readonly Freshness[], pinged: boolean, metrics: Metrics): void {
  metrics.count(METRICS.protectedCaches, fleet.length);
  metrics.count(METRICS.cachesOutsideRpo, fleet.filter(({ outsideRpo }) => outsideRpo).length);
  metrics.count(METRICS.heartbeats, pinged ? 1 : 0);
  for (const { cache, ageSeconds, rpoSeconds } of fleet)
    metrics.count(METRICS.rpoUsed, ageSeconds / rpoSeconds, { cache });
}

function sourceSide(bucket: string): OtherSideView {
  const { region } = deployedConfig().source;
  const landing = objectStore({ bucket, region });
  return {
    half: 'source',
    subscriptionsOf: settings({ region }).subscriptionsOf,
    second: {
      service: 'Amazon S3',
      ask: async () => (await readJson(landing, landingKeys.discovery, discovery))?.value,
    },
  };
}

export const handler = lambdaHandler(
  'watch-vault',
  () => {
    const env = environment(ENV.vaultBucket, ENV.stagingBucket, ENV.landingBucket);
    return {
      catalogue: new Catalogue(objectStore({ bucket: env[ENV.vaultBucket] })),
      staging: objectStore({ bucket: env[ENV.stagingBucket], encryption: 'sse-s3' }),
      alerts: deployedAlerts(),
      parameters: parameters(),
      heartbeat: heartbeat(),
      metrics: emfMetrics(),
      config: deployedConfig(),
      now: systemClock,
      expected: deployedSettings,
      settings: settings(),
      other: sourceSide(env[ENV.landingBucket]),
      newRunId: randomUUID,
    };
  },
  run,
);
