import { objectStore } from '../adapters/aws/object-store.ts';
import { writeJson } from '../adapters/json-objects.ts';
import {
  deployedConfig,
  emfMetrics,
  environment,
  lambdaHandler,
  systemClock,
} from '../adapters/lambda/handler.ts';
import type { Config } from '../core/contracts/config.ts';
import { ENV, METRICS } from '../core/contracts/resources.ts';
import { type DrillOutcome, drillOutcome, type Recorded } from '../core/contracts/steps.ts';
import { composeReport, drillFailure } from '../core/decide/compose-report.ts';
import { vaultKeys } from '../core/model/keys.ts';
import type { Metrics, Now, ObjectStore } from '../core/ports.ts';

interface World {
  readonly vault: ObjectStore;
  readonly config: Pick<Config, 'plans'>;
  readonly metrics: Metrics;
  readonly now: Now;
}

/** Writes the drill's report, however far the drill came. */
export async function run(outcome: DrillOutcome, { vault, config, metrics, now }: World): Promise<Recorded> {
  const report = composeReport(outcome, config.plans[outcome.plan?.plan ?? ''], now());
  const key = vaultKeys.report(outcome.cache, outcome.drill);
  await writeJson(vault, key, report);
  const dimensions = { cache: outcome.cache };
  metrics.count(METRICS.drillsFailed, report.verdict === 'failed' ? 1 : 0, dimensions);
  if (report.achievedRtoSeconds !== undefined)
    metrics.seconds(METRICS.drillRtoSeconds, report.achievedRtoSeconds, dimensions);
  const failure = drillFailure(report, key);
  return { verdict: report.verdict, report: key, ...(failure && { failure }) };
}

export const handler = lambdaHandler(
  drillOutcome,
  () => ({
    vault: objectStore({ bucket: environment(ENV.vaultBucket)[ENV.vaultBucket] }),
    config: deployedConfig(),
    metrics: emfMetrics(),
    now: systemClock,
  }),
  run,
);
