import { objectStore } from '../adapters/aws/object-store.ts';
import { unusable } from '../adapters/documents/flawed-object.ts';
import { readJson } from '../adapters/documents/json-objects.ts';
import {
  deployedConfig,
  deployedRunbooks,
  environment,
  lambdaHandler,
  systemClock,
} from '../adapters/lambda/handler.ts';
import type { Config } from '../core/contracts/config.ts';
import type { DrillHistory } from '../core/contracts/drill.ts';
import { ENV } from '../core/contracts/environment.ts';
import { firstSeen, NONE_SEEN } from '../core/contracts/first-seen.ts';
import { fleet } from '../core/contracts/fleet.ts';
import { stagingKeys, vaultKeys } from '../core/model/keys.ts';
import { fleetPage } from '../core/pages/fleet-page.ts';
import type { Now, ObjectStore } from '../core/ports.ts';
import { assessFleet, isFleetDue } from '../core/watch/assess-fleet.ts';
import { assessFreshness } from '../core/watch/assess-rpo.ts';
import { Catalogue } from '../vault/catalogue.ts';
import { readHistory, stillThere } from '../vault/drill-history.ts';
import { openAlerts } from '../watch/open-alerts.ts';
import { publishRunbooks, type RunbookPages, runbookPages } from '../watch/publish-runbooks.ts';

interface World {
  readonly catalogue: Catalogue;
  readonly staging: ObjectStore;
  readonly config: Config;
  readonly runbooks: RunbookPages;
  readonly now: Now;
}

/** Writes the page of all protected caches, if it would say something else than the one that is there, or that one is old. */
export async function run(_tick: object, { catalogue, staging, config, runbooks, now }: World) {
  const { vault } = catalogue;
  const seen = (await readJson(staging, stagingKeys.firstSeen, firstSeen))?.value ?? NONE_SEEN;
  const registry = await catalogue.registered();
  const freshness = assessFreshness(config, registry, seen.caches, now());
  const read = await Promise.all(freshness.map(({ cache }) => readHistory(vault, cache)));
  const histories = await Promise.all(
    read.flatMap((history) => (history === undefined ? [] : [ofPointsThere(catalogue, history)])),
  );
  const alerts = await openAlerts(staging);
  const written = (await readJson(vault, vaultKeys.fleet, fleet).catch(unusable))?.value;
  // Before the document that says which ones are there.
  const runbooksWritten = await publishRunbooks(vault, runbooks, written?.runbooks);
  const current = {
    ...assessFleet({ config, freshness, registry, histories, alerts, written, now: now() }),
    runbooks: runbooks.digest,
  };
  const due = isFleetDue(written, current);
  if (due) {
    await vault.write(vaultKeys.fleetPage, fleetPage(current));
    // Last: it is what tells the next look that the page is written. Not indented, because a thousand caches have many days.
    await vault.write(vaultKeys.fleet, `${JSON.stringify(current)}\n`);
  }
  return { caches: current.caches.length, page: due ? 'written' : 'unchanged', runbooksWritten };
}

async function ofPointsThere(catalogue: Catalogue, history: DrillHistory): Promise<DrillHistory> {
  return { ...history, findings: [...(await stillThere(catalogue, history))] };
}

export const handler = lambdaHandler(
  'publish-fleet',
  () => {
    const env = environment(ENV.vaultBucket, ENV.stagingBucket);
    return {
      catalogue: new Catalogue(objectStore({ bucket: env[ENV.vaultBucket] })),
      staging: objectStore({ bucket: env[ENV.stagingBucket], encryption: 'sse-s3' }),
      config: deployedConfig(),
      runbooks: runbookPages(deployedRunbooks()),
      now: systemClock,
    };
  },
  run,
);
