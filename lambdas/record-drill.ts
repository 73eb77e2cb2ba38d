import { objectStore } from '../adapters/aws/object-store.ts';
import { writeJson } from '../adapters/documents/json-objects.ts';
import { deployedEvents } from '../adapters/lambda/deployed-alerts.ts';
import {
  deployedConfig,
  emfMetrics,
  environment,
  lambdaHandler,
  systemClock,
} from '../adapters/lambda/handler.ts';
import type { Config } from '../core/contracts/config.ts';
import type { DrillReport } from '../core/contracts/drill.ts';
import { ENV } from '../core/contracts/environment.ts';
import { METRICS } from '../core/contracts/metrics.ts';
import type { DrillOutcome, Recorded } from '../core/contracts/steps.ts';
import { composeReport, drillFailure } from '../core/drill/compose-report.ts';
import { drillEndedEventOf } from '../core/drill/ended-event.ts';
import { vaultKeys } from '../core/model/keys.ts';
import { isRehearsal } from '../core/model/rehearsal.ts';
import { reportPage } from '../core/pages/report-page.ts';
import type { Events, Metrics, Now } from '../core/ports.ts';
import { Catalogue } from '../vault/catalogue.ts';
import { rewriteHistory } from '../vault/drill-history.ts';

interface World {
  readonly catalogue: Catalogue;
  readonly config: Pick<Config, 'plans' | 'vault'>;
  readonly events: Events;
  readonly metrics: Metrics;
  readonly now: Now;
}

/** Writes the drill's report, for machines and for people, however far the drill came. */
export async function run(outcome: DrillOutcome, world: World): Promise<Recorded> {
  const { catalogue, config, events, now } = world;
  const { cache, drill, plan: planned } = outcome;
  const report = composeReport(outcome, {
    plan: config.plans[planned?.plan ?? ''],
    point: planned && (await catalogue.point({ ...planned.point, cache })),
    entry: await catalogue.registryEntry(cache),
    now: now(),
  });
  const key = vaultKeys.report(cache, drill);
  await writeJson(catalogue.vault, key, report);
  const { drills } = await rewriteHistory(catalogue, cache);
  await catalogue.vault.write(vaultKeys.reportPage(cache, drill), reportPage(report, drills));
  measure(report, world.metrics);
  const place = { region: config.vault.region, bucket: catalogue.vault.bucket };
  if (!isRehearsal(cache)) await events.put([drillEndedEventOf(report, place)]);
  const failure = drillFailure(report, key);
  return { verdict: report.verdict, report: key, ...(failure && { failure }) };
}

function measure({ cache, verdict, achievedRtoSeconds }: DrillReport, metrics: Metrics): void {
  if (isRehearsal(cache)) return;
  metrics.count(METRICS.drillsFailed, verdict === 'failed' ? 1 : 0, { cache });
  if (achievedRtoSeconds !== undefined)
    metrics.seconds(METRICS.drillRtoSeconds, achievedRtoSeconds, { cache });
}

export const handler = lambdaHandler(
  'record-drill',
  () => ({
    catalogue: new Catalogue(objectStore({ bucket: environment(ENV.vaultBucket)[ENV.vaultBucket] })),
    config: deployedConfig(),
    events: deployedEvents(),
    metrics: emfMetrics(),
    now: systemClock,
  }),
  run,
);
