import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { executionView } from '../../../adapters/aws/execution-view.ts';
import { lookAtNode } from '../../../adapters/aws/look-at-node.ts';
import { readJson } from '../../../adapters/json-objects.ts';
import { type DrillReport, drillReport } from '../../../core/contracts/drill.ts';
import type { RecoveryPoint } from '../../../core/contracts/recovery-point.ts';
import type { Workflow } from '../../../core/contracts/resources.ts';
import { causeOf } from '../../../core/decide/compose-alerts.ts';
import { AppError } from '../../../core/model/errors.ts';
import { vaultKeys } from '../../../core/model/keys.ts';
import { executionNameOf, snapshotNameOf } from '../../../core/model/names.ts';
import {
  REHEARSAL_CACHE as cache,
  REHEARSAL_NODE,
  REHEARSAL_NODE_TYPE,
  REHEARSAL_PLAN,
  REHEARSAL_SEED_PREFIX,
  REHEARSAL_TAG,
} from '../../../core/model/rehearsal.ts';
import type { Slot } from '../../../core/model/slot.ts';
import { workflowsIn } from '../../execution.ts';
import { LOOK_EVERY_MS } from '../../pace.ts';
import type { Ground } from './ground.ts';
import { seed } from './seed.ts';

/** What the cache is, and what its drill builds again. */
const ENGINE = { engine: 'valkey', engineVersion: '8.0', parameterGroup: 'default.valkey8' } as const;

/** ElastiCache has no figure for it; the drills wait as long. */
const CREATION_LIMIT_MS = 3_600_000;

/** How long ElastiCache may take to show what it has accepted. */
export const APPEARS_WITHIN_MS = 300_000;

export interface Walk {
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  readonly show: (state: string) => void;
}

export interface CacheOptions {
  /** @default the one that ElastiCache takes: that of the default VPC */
  readonly subnetGroup?: string;
}

/** Writes the file that the cache is made from. @returns its ARN */
export async function writeSeed({ landing, slot, vault }: Ground): Promise<string> {
  const key = `${REHEARSAL_SEED_PREFIX}${slot}.rdb`;
  await landing.write(key, seed(vault.now()));
  return `arn:aws:s3:::${landing.bucket}/${key}`;
}

/** Creates the cache from the file. No one ever connects to it, so its token is thrown away. */
export async function createCache(
  ground: Ground,
  seedArn: string,
  { subnetGroup }: CacheOptions,
  walk: Walk,
) {
  const { source } = ground;
  const ordered = ground.vault.now().getTime();
  const outcome = await source.createCluster({
    id: cache,
    description: 'Redrill: rehearsal, may be deleted at any time',
    ...ENGINE,
    nodeType: REHEARSAL_NODE_TYPE,
    clusterMode: false,
    shards: [{ shard: 1 }],
    replicas: 0,
    ...(subnetGroup === undefined ? {} : { subnetGroup }),
    securityGroups: [],
    tls: true,
    auth: 'token',
    automaticFailover: false,
    multiAz: false,
    tags: { [REHEARSAL_TAG]: ground.slot },
    snapshotArns: [seedArn],
    authToken: randomBytes(32).toString('hex'),
  });
  if (outcome === 'no-capacity')
    throw new AppError(
      'DrillCapacityMissing',
      `AWS has no ${REHEARSAL_NODE_TYPE} in the source region at the moment`,
    );
  // Even when it is interrupted: what is not shown yet could not be deleted.
  await until({ signal: new AbortController().signal }, async () => {
    if (ground.vault.now().getTime() > ordered + APPEARS_WITHIN_MS) return true;
    return (await source.findCluster(cache)) !== undefined;
  });
  const deadline = ground.vault.now().getTime() + CREATION_LIMIT_MS;
  await until(walk, async () => {
    const status = (await source.findCluster(cache))?.status ?? 'creating';
    walk.show(`cache ${status}`);
    if (FAILED.has(status))
      throw new AppError(
        'RestoreFailed',
        `ElastiCache ended the creation of ${cache} with the status '${status}'`,
      );
    if (ground.vault.now().getTime() > deadline)
      throw new AppError('RestoreFailed', `${cache} is '${status}' after an hour`);
    return status === 'available';
  });
  await lookAtNode(ground.vault.config.source.region, REHEARSAL_NODE, ground.vault.clock);
  // For the field notes alone: a list that is long enough to show how long a page is.
  await source.engineOffers();
}

const FAILED: ReadonlySet<string> = new Set(['create-failed', 'restore-failed', 'deleting']);

/** Backs the cache up, as a schedule would. */
export async function backUp(ground: Ground, walk: Walk): Promise<void> {
  await runExecution(ground, 'backup', walk);
}

/** Waits until the vault has pulled the copy and given its verdict. */
export async function arrive(ground: Ground, walk: Walk): Promise<RecoveryPoint> {
  const { vault, slot } = ground;
  let point: RecoveryPoint | undefined;
  walk.show('wait for the vault to look for exports, every five minutes');
  await until(walk, async () => {
    const ended = await endOf(ground, 'ingest', walk);
    const marker = await vault.catalogue.ingested(snapshotNameOf(cache, slot));
    point = marker && (await vault.catalogue.point({ cache, slot, tier: marker.tier }));
    if (point === undefined && ended) throw failed('the ingest ended without a recovery point');
    return ended && point !== undefined;
  });
  if (point === undefined || point.verdict !== 'verified')
    throw failed(`the copy is ${point?.verdict ?? 'not there'}`);
  return point;
}

/** Restores the copy in a drill that compares every key. */
export async function drill(ground: Ground, walk: Walk): Promise<DrillReport> {
  const { vault, slot } = ground;
  await runExecution(ground, 'drill', walk);
  const found = await readJson(vault.catalogue.vault, vaultKeys.report(cache, slot), drillReport);
  if (found === undefined) throw failed('the drill ended without a report');
  return found.value;
}

/** Also for the field notes: the SDK’s log hides inputs of executions. */
export const inputOf = (workflow: string, slot: Slot): object =>
  workflow === 'backup'
    ? { cache, plan: REHEARSAL_PLAN, slot }
    : { cache, drill: slot, startedBy: 'redrill doctor --rehearse', choose: slot };

async function runExecution(ground: Ground, workflow: 'backup' | 'drill', walk: Walk): Promise<void> {
  const { region, arn } = ground.machine(workflow);
  const { slot } = ground;
  await workflowsIn(region, ground.vault.clock).start(
    arn,
    executionNameOf(cache, slot),
    inputOf(workflow, slot),
  );
  await until(walk, async () => {
    if (workflow === 'backup') await lookAround(ground);
    return endOf(ground, workflow, walk);
  });
}

/** What the snapshot and its files look like while they are made: for the field notes alone. */
async function lookAround({ source, landing, slot }: Ground): Promise<void> {
  const name = snapshotNameOf(cache, slot);
  await source.findCluster(cache);
  await source.snapshots.findSnapshot(name);
  await landing.list(name);
}

/** Whether the execution of this rehearsal has succeeded. @throws AppError `RehearsalFailed` if it has failed */
async function endOf({ vault, slot, machine }: Ground, workflow: Workflow, walk: Walk): Promise<boolean> {
  const { region, arn } = machine(workflow);
  const name = executionNameOf(cache, slot);
  if ((await workflowsIn(region, vault.clock).find(arn, name)) === undefined) return false;
  const view = await executionView(region, vault.clock)(arn, name);
  walk.show(`${workflow}: ${view.state}`);
  if (view.status === 'RUNNING') return false;
  if (view.status === 'SUCCEEDED') return true;
  const { code, message } = view.failure
    ? causeOf(view.failure)
    : { code: view.status, message: 'no cause was given' };
  throw failed(`the ${workflow} ended ${view.status}: ${message} (${code})`);
}

/** Looks again and again until it is so, or Ctrl-C. */
export async function until({ signal }: Pick<Walk, 'signal'>, look: () => Promise<boolean>): Promise<void> {
  while (!(await look())) await sleep(LOOK_EVERY_MS, undefined, { signal });
  signal.throwIfAborted();
}

const failed = (why: string) => new AppError('RehearsalFailed', why);
