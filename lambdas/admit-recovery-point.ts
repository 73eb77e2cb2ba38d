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
import { exportFiles } from '../core/backup/export-files.ts';
import type { Config } from '../core/contracts/config.ts';
import { ENV } from '../core/contracts/environment.ts';
import type { ExportSeal } from '../core/contracts/export.ts';
import { METRICS } from '../core/contracts/metrics.ts';
import { DEFAULT_GATE, isProtected, type ProtectedPlan } from '../core/contracts/plan.ts';
import type { RecoveryPoint, VerifiedMarker } from '../core/contracts/recovery-point.ts';
import { type Named, planNames } from '../core/contracts/servers.ts';
import type { Admission, IngestInput } from '../core/contracts/steps.ts';
import type { Topology } from '../core/contracts/topology.ts';
import { admit, failureOf } from '../core/ingest/admit.ts';
import { type GateHistory, NO_HISTORY } from '../core/ingest/gate-content.ts';
import { verdictEventOf } from '../core/ingest/verdict-event.ts';
import { AppError, errorName } from '../core/model/errors.ts';
import { landingKeys, vaultKeys } from '../core/model/keys.ts';
import { isRehearsal } from '../core/model/rehearsal.ts';
import type { Tier } from '../core/model/tier.ts';
import type { Events, Metrics, Now, ObjectStore } from '../core/ports.ts';
import { Catalogue } from '../vault/catalogue.ts';
import { SealedExports } from '../vault/sealed-exports.ts';

interface World {
  readonly landing: ObjectStore;
  readonly exports: SealedExports;
  readonly catalogue: Catalogue;
  readonly config: Pick<Config, 'plans' | 'vault'> & Named;
  readonly events: Events;
  readonly metrics: Metrics;
  readonly now: Now;
}

/** Gives the verdict on what the shards' files have shown, and enters the point into the vault's catalogue. */
export async function run(
  input: IngestInput,
  { landing, exports, catalogue, config, events, metrics, now }: World,
): Promise<Admission> {
  const { cache, tier, snapshot } = input;
  const seal = await exports.ofIngest(input);
  if (seal === undefined)
    throw new AppError('NotFound', `the seal of ${snapshot} is gone from ${landing.bucket}`);
  const findings = await catalogue.findings(input, input.shards);
  const history = (await catalogue.knownCache(cache))?.entry ?? NO_HISTORY;
  const plan = planOf(config, cache, seal.plan);
  const kept = new Set((await catalogue.addresses(cache)).map(({ slot }) => slot));
  const unsealed = await unsealedFiles(seal, landing);
  const before = await topologyBefore(seal, history, catalogue);
  const facts = { tier, findings, history, kept, unsealed, before, ...rulesOf(plan, tier), now: now() };
  const point = (await catalogue.point(input)) ?? admit(seal, facts);
  await catalogue.enter(point, config.vault.lock);
  await report(point, { catalogue, config, events, metrics });
  const failure = failureOf(point, history.recent);
  // A server has no snapshot to be pruned.
  const isMarked = point.verdict === 'verified' && point.kind !== 'server';
  const markRefused = isMarked ? await mark(point, landing) : undefined;
  return {
    verdict: point.verdict,
    tier,
    record: vaultKeys.record(input),
    ...(failure && { failure }),
    ...(markRefused && { markRefused }),
  };
}

/** Of the newest verified copy before this one of a server, whose settings people change by hand. */
async function topologyBefore(
  { cache, kind, slot }: ExportSeal,
  { recent }: GateHistory,
  catalogue: Catalogue,
): Promise<Topology | undefined> {
  const before = recent.find((point) => point.verdict === 'verified' && point.slot < slot);
  if (kind !== 'server' || before === undefined) return undefined;
  return (await catalogue.point({ cache, tier: before.tier, slot: before.slot }))?.topology;
}

async function report(
  point: RecoveryPoint,
  { catalogue, config, events, metrics }: Pick<World, 'catalogue' | 'config' | 'events' | 'metrics'>,
): Promise<void> {
  if (isRehearsal(point.cache)) return;
  metrics.count(METRICS.recoveryPoints, 1, { verdict: point.verdict });
  const place = { region: config.vault.region, bucket: catalogue.vault.bucket };
  await events.put([verdictEventOf(point, place)]);
}

/** How many files an export of a serverless cache has, nothing tells: one may come after the seal was written. */
async function unsealedFiles(
  { kind, snapshot, shards }: ExportSeal,
  landing: ObjectStore,
): Promise<readonly string[]> {
  if (kind !== 'serverless') return [];
  const sealed = new Set(shards.map(({ key }) => key));
  const files = exportFiles({ name: snapshot, kind }, await landing.list(snapshot));
  return files.map(({ key }) => key).filter((key) => !sealed.has(key));
}

/**
 * Tells the source side that this snapshot is in the vault, so that it may be pruned. The copy is good without that: the
 * refusal is kept in the execution's history and the log, and costs no more than a snapshot that stays for 14 days.
 */
async function mark(
  { cache, slot, snapshot, admittedAt: at }: RecoveryPoint,
  landing: ObjectStore,
): Promise<string | undefined> {
  const marker: VerifiedMarker = { version: 1, cache, slot, at };
  try {
    await writeJson(landing, landingKeys.verified(snapshot), marker);
    return undefined;
  } catch (error) {
    return error instanceof AppError ? `${error.code}: ${error.message}` : errorName(error);
  }
}

/** Of a plan that the configuration has lost meanwhile, the default gate: a copy is judged all the same. */
function rulesOf(plan: ProtectedPlan | undefined, tier: Tier) {
  return plan === undefined ? { gate: DEFAULT_GATE } : { gate: plan.contentGate, keptFor: plan.keep[tier] };
}

function planOf(
  { plans, ...named }: World['config'],
  cache: string,
  sealedPlan: string,
): ProtectedPlan | undefined {
  const plan = plans[planNames(named)[cache] ?? sealedPlan];
  return plan !== undefined && isProtected(plan) ? plan : undefined;
}

export const handler = lambdaHandler(
  'admit-recovery-point',
  () => {
    const env = environment(ENV.landingBucket, ENV.vaultBucket);
    const config = deployedConfig();
    const landing = objectStore({
      bucket: env[ENV.landingBucket],
      region: config.source.region,
      encryption: 'sse-s3',
    });
    return {
      config,
      landing,
      exports: new SealedExports(landing, config),
      catalogue: new Catalogue(objectStore({ bucket: env[ENV.vaultBucket] })),
      events: deployedEvents(),
      metrics: emfMetrics(),
      now: systemClock,
    };
  },
  run,
);
