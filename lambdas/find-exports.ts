import { lambdaConcurrency } from '../adapters/aws/lambda-concurrency.ts';
import { objectStore } from '../adapters/aws/object-store.ts';
import { workflows } from '../adapters/aws/workflows.ts';
import { readJson } from '../adapters/documents/json-objects.ts';
import { inParallel } from '../adapters/in-parallel.ts';
import {
  deployedConfig,
  emfMetrics,
  environment,
  lambdaHandler,
  systemClock,
} from '../adapters/lambda/handler.ts';
import type { Config } from '../core/contracts/config.ts';
import { ENV } from '../core/contracts/environment.ts';
import type { ExportSeal } from '../core/contracts/export.ts';
import { METRICS } from '../core/contracts/metrics.ts';
import { discovery, type SourceSight } from '../core/contracts/source-sight.ts';
import {
  exportsInTurn,
  FEWEST_LAMBDAS,
  ingestProgress,
  nextExports,
  type WaitingExport,
} from '../core/ingest/order-ingests.ts';
import { landingKeys, stagingKeys } from '../core/model/keys.ts';
import { lineageIn } from '../core/model/lineage.ts';
import { executionNameOf } from '../core/model/names.ts';
import { FIND_EXPORTS_EVERY_MS } from '../core/model/periods.ts';
import { isRehearsal } from '../core/model/rehearsal.ts';
import type { Metrics, Now, ObjectStore, Workflows } from '../core/ports.ts';
import { type Classification, classifyTier } from '../core/retention/classify-tier.ts';
import { Catalogue } from '../vault/catalogue.ts';
import { hostsSeen } from '../vault/host-heartbeats.ts';
import { SealedExports } from '../vault/sealed-exports.ts';
import { attempted } from '../watch/attempted.ts';

interface World {
  readonly landing: ObjectStore;
  readonly exports: SealedExports;
  readonly servers: Config['servers'];
  readonly staging: Pick<ObjectStore, 'write'>;
  readonly catalogue: Catalogue;
  readonly workflows: Workflows;
  readonly stateMachine: string;
  readonly metrics: Metrics;
  readonly now: Now;
  readonly shardsAtOnce: number;
  /** How many Lambdas the account may run at the same time. */
  readonly lambdas: () => Promise<number>;
}

/**
 * Starts an Ingest of the next export of each cache that is sealed and not yet in the vault, and leaves to watch-vault what
 * it has seen. That must not stop the ingests, nor they that.
 */
export async function run(_tick: object, world: World) {
  const seals = await waitingExports(world);
  world.metrics.count(METRICS.exportsWaiting, seals.length);
  const find = (name: string) => world.workflows.find(world.stateMachine, name);
  const started = await attempted(async () => {
    const waiting = await inParallel(
      exportsInTurn(seals, Math.floor(world.now().getTime() / FIND_EXPORTS_EVERY_MS)),
      async (seal) => ({ seal, progress: await ingestProgress(seal, world.now(), find) }),
    );
    const room = { lambdas: await lambdasOf(world), shardsAtOnce: world.shardsAtOnce };
    return Promise.all(nextExports(waiting, room).map((each) => start(each, world)));
  });
  const seen = await attempted(() => leaveSight(seals, world));
  seen();
  return { waiting: seals.length, started: started() };
}

async function leaveSight(
  seals: readonly ExportSeal[],
  { landing, servers, staging, now }: World,
): Promise<void> {
  const discovered = (await readJson(landing, landingKeys.discovery, discovery))?.value;
  const hosts = await hostsSeen(landing, servers);
  const sight: SourceSight = {
    version: 1,
    at: now().toISOString(),
    waiting: seals
      .filter(({ cache }) => !isRehearsal(cache))
      .map(({ cache, plan, slot, sealedAt }) => ({ cache, plan, slot, sealedAt })),
    ...(discovered && { discovered }),
    hosts: [...hosts],
  };
  await staging.write(stagingKeys.sourceSight, JSON.stringify(sight));
}

/** Ingests go on, more slowly, where the account does not say. */
async function lambdasOf({ lambdas }: World): Promise<number> {
  try {
    return await lambdas();
  } catch (error) {
    console.warn(`taken to be ${FEWEST_LAMBDAS}: ${String(error)}`);
    return FEWEST_LAMBDAS;
  }
}

async function start({ seal, progress }: WaitingExport, { catalogue, workflows, stateMachine }: World) {
  const { cache, slot, snapshot } = seal;
  const attempt = progress.failedTries + 1;
  const { tier, why } = await tierOf(seal, attempt, catalogue);
  const input = { cache, slot, tier, snapshot, shards: seal.shards.map(({ shard }) => shard) };
  const outcome = await workflows.start(stateMachine, executionNameOf(cache, slot, attempt), input);
  return { cache, slot, tier, why, attempt, outcome };
}

/**
 * A try that failed after it had recorded the point has fixed its tier: a later slot may have been admitted since, by which
 * this one would earn another tier and be recorded twice.
 */
async function tierOf(seal: ExportSeal, attempt: number, catalogue: Catalogue): Promise<Classification> {
  const { cache, slot } = seal;
  if (isRehearsal(cache)) return { tier: 'hourly', why: 'a rehearsal is kept as briefly as possible' };
  const recorded = attempt > 1 ? await catalogue.recordedTierOf(cache, slot) : undefined;
  if (recorded !== undefined) return { tier: recorded, why: 'an earlier try has recorded it in this tier' };
  return classifyTier(slot, await catalogue.verifiedForTierOf(cache, slot, lineageIn(seal)));
}

async function waitingExports({ exports, catalogue, now }: World): Promise<readonly ExportSeal[]> {
  const sealed = await exports.names(now());
  const ingested = await catalogue.ingestedAmong(sealed.map(({ snapshot }) => snapshot));
  const waiting = sealed.filter(({ snapshot }) => !ingested.has(snapshot));
  const read = await inParallel(waiting, (name) => exports.read(name));
  return read.flatMap((seal) => seal ?? []);
}

export const handler = lambdaHandler(
  'find-exports',
  () => {
    const env = environment(ENV.landingBucket, ENV.stagingBucket, ENV.vaultBucket, ENV.ingestMachine);
    const config = deployedConfig();
    const { source, vault } = config;
    const landing = objectStore({ bucket: env[ENV.landingBucket], region: source.region });
    return {
      landing,
      exports: new SealedExports(landing, config),
      servers: config.servers,
      staging: objectStore({ bucket: env[ENV.stagingBucket], encryption: 'sse-s3' }),
      catalogue: new Catalogue(objectStore({ bucket: env[ENV.vaultBucket] })),
      workflows: workflows(),
      stateMachine: env[ENV.ingestMachine],
      metrics: emfMetrics(),
      now: systemClock,
      shardsAtOnce: vault.shardsAtOnce,
      lambdas: () => lambdaConcurrency(),
    };
  },
  run,
);
