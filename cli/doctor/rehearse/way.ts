import { setTimeout as sleep } from 'node:timers/promises';
import { executionView } from '../../../adapters/aws/execution-view.ts';
import { readJson } from '../../../adapters/documents/json-objects.ts';
import { causeOf } from '../../../core/alerts/compose-failure.ts';
import { type DrillReport, drillReport } from '../../../core/contracts/drill.ts';
import type { RecoveryPoint } from '../../../core/contracts/recovery-point.ts';
import type { Workflow } from '../../../core/contracts/resources.ts';
import { AppError } from '../../../core/model/errors.ts';
import { vaultKeys } from '../../../core/model/keys.ts';
import { executionNameOf, snapshotNameOf } from '../../../core/model/names.ts';
import {
  REHEARSAL_CACHE as cache,
  REHEARSAL_PLAN,
  REHEARSAL_SEED_PREFIX,
} from '../../../core/model/rehearsal.ts';
import type { Slot } from '../../../core/model/slot.ts';
import { workflowsIn } from '../../execution.ts';
import { LOOK_EVERY_MS } from '../../pace.ts';
import type { Ground } from './ground.ts';
import { seed } from './seed.ts';

export interface Walk {
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  readonly show: (state: string) => void;
}

/** Writes the file that the cache is made from. @returns its ARN */
export async function writeSeed({ landing, slot, vault }: Ground): Promise<string> {
  const key = `${REHEARSAL_SEED_PREFIX}${slot}.rdb`;
  await landing.write(key, seed(vault.now()));
  return `arn:aws:s3:::${landing.bucket}/${key}`;
}

/** Backs the cache up, as a schedule would. */
export async function backUp(ground: Ground, walk: Walk): Promise<void> {
  await runExecution(ground, 'backup', walk);
}

/** Waits until the vault has pulled the copy and given its verdict. */
export async function arrive(ground: Ground, walk: Walk): Promise<RecoveryPoint> {
  const { vault, slot } = ground;
  let point: RecoveryPoint | undefined;
  walk.show('wait for find-exports, which runs every five minutes');
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
  await source.snapshots.findSnapshot({ name, kind: 'replication-group' });
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
