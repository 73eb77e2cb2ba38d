import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  CopyServerlessCacheSnapshotCommandInput,
  CreateServerlessCacheSnapshotCommandInput,
  DeleteServerlessCacheSnapshotCommandInput,
} from '@aws-sdk/client-elasticache';
import type { Call } from '../../service.ts';
import { authorizeTagging, parseTags, tagConditions } from '../authorization.ts';
import { type Context, whenDone } from '../context.ts';
import { grantItself } from '../key-grants.ts';
import { acceptOnly, refusal } from '../refusals.ts';
import type { RegionState } from '../state.ts';
import { whenForgotten } from '../visibility.ts';
import { authorizeCache, authorizeSnapshot, keyCondition, snapshotArn } from './authorization.ts';
import {
  cacheNamed,
  cacheNotAvailable,
  parseSnapshotName,
  requireAvailable,
  requireFreeSnapshotName,
  snapshotNamed,
} from './refusals.ts';
import { saveCache } from './server.ts';
import type { ServerlessCache, ServerlessSnapshot } from './state.ts';
import { snapshotView } from './views.ts';

/** 24 manual snapshots per cache in any 24 hours: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups.html */
const SNAPSHOTS_PER_CACHE = 24;
const DAY_MS = 86_400_000;

export function createServerlessSnapshot(
  state: RegionState,
  input: CreateServerlessCacheSnapshotCommandInput,
  call: Call,
  context: Context,
) {
  acceptOnly('CreateServerlessCacheSnapshot', input, [
    'ServerlessCacheSnapshotName',
    'ServerlessCacheName',
    'KmsKeyId',
    'Tags',
  ]);
  const name = parseSnapshotName('ServerlessCacheSnapshotName', input.ServerlessCacheSnapshotName);
  const cacheName = (input.ServerlessCacheName ?? '').toLowerCase();
  const tags = parseTags(input.Tags);
  const requested = { ...tagConditions('aws:RequestTag', tags), ...keyCondition(input.KmsKeyId) };
  authorizeCache(state, call, cacheName, requested);
  authorizeSnapshot(state, call, name, requested);
  authorizeTagging(call, snapshotArn(state, name), tags);
  const cache = cacheNamed(state, cacheName);
  if (cache.status !== 'available') throw cacheNotAvailable();
  requireFreeSnapshotName(state, name);
  requireQuota(cache, call.now);
  const kmsKeyId = grantItself(context, call, input.KmsKeyId ?? cache.kmsKeyId);
  cache.snapshotTimes.push(call.now);
  const snapshot = newSnapshot(context, state, { name, tags, kmsKeyId, source: sourceOf(cache) });
  take(context, state, cache, snapshot);
  return { ServerlessCacheSnapshot: snapshotView(snapshot, context.readings) };
}

/** Deleted snapshots count too, as they do for the nodes of a cluster. */
function requireQuota({ name, snapshotTimes }: ServerlessCache, now: number): void {
  const recent = snapshotTimes.filter((at) => at > now - DAY_MS).length;
  if (recent < SNAPSHOTS_PER_CACHE) return;
  throw refusal(
    'ServerlessCacheSnapshotQuotaExceededFault',
    `${name} has had ${recent} manual snapshots in 24 hours; the limit is ${SNAPSHOTS_PER_CACHE}.`,
  );
}

const sourceOf = ({ name, settings }: ServerlessCache): ServerlessSnapshot['source'] => ({
  cacheName: name,
  engine: settings.engine,
});

type Ordered = Pick<ServerlessSnapshot, 'name' | 'tags' | 'kmsKeyId' | 'source'>;

function newSnapshot(context: Context, state: RegionState, ordered: Ordered): ServerlessSnapshot {
  const snapshot: ServerlessSnapshot = {
    ...ordered,
    account: state.account,
    region: state.region,
    arn: snapshotArn(state, ordered.name),
    kind: 'manual',
    orderedAt: context.clock.now(),
    folder: context.newFolder('snapshot'),
    status: 'creating',
    saved: undefined,
    thaw: undefined,
  };
  state.serverless.snapshots.set(snapshot.name, snapshot);
  return snapshot;
}

/** The snapshot that DeleteServerlessCache takes before it deletes the cache. @returns resolves once it is saved */
export function takeFinalSnapshot(
  context: Context,
  state: RegionState,
  cache: ServerlessCache,
  name: string,
): Promise<void> {
  const { kmsKeyId } = cache;
  const snapshot = newSnapshot(context, state, { name, tags: new Map(), kmsKeyId, source: sourceOf(cache) });
  return take(context, state, cache, snapshot);
}

/** Saves at once, which is the instant that the snapshot is of, and becomes available later. */
function take(
  context: Context,
  state: RegionState,
  cache: ServerlessCache,
  snapshot: ServerlessSnapshot,
): Promise<void> {
  const saving = saveCache(context, cache, snapshot);
  const delayMs = context.durationMs('snapshot', `${snapshot.arn} ${snapshot.orderedAt}`);
  const resource = `${snapshot.name} ${cache.name}`;
  const frozen = context.strikes('freeze', 'CreateServerlessCacheSnapshot', state.region, resource);
  whenDone(context, saving, delayMs, (outcome) => {
    const settle = () => finish(context, state, snapshot, outcome);
    if (!frozen) return settle();
    snapshot.thaw = settle;
  });
  return saving;
}

function finish(
  context: Context,
  state: RegionState,
  snapshot: ServerlessSnapshot,
  outcome: PromiseSettledResult<void>,
): void {
  snapshot.thaw = undefined;
  snapshot.status = outcome.status === 'fulfilled' ? 'available' : 'failed';
  const ended = outcome.status === 'fulfilled' ? 'created' : `failed (${String(outcome.reason)})`;
  tell(context, state, snapshot, `Snapshot ${snapshot.name} of ${snapshot.source.cacheName} ${ended}`);
}

function tell(context: Context, state: RegionState, { name }: ServerlessSnapshot, message: string): void {
  context.tell(state, { sourceType: 'serverless-cache-snapshot', sourceId: name, message });
}

export function copyServerlessSnapshot(
  state: RegionState,
  input: CopyServerlessCacheSnapshotCommandInput,
  call: Call,
  context: Context,
) {
  acceptOnly('CopyServerlessCacheSnapshot', input, [
    'SourceServerlessCacheSnapshotName',
    'TargetServerlessCacheSnapshotName',
    'KmsKeyId',
    'Tags',
  ]);
  const sourceName = (input.SourceServerlessCacheSnapshotName ?? '').toLowerCase();
  const name = parseSnapshotName(
    'TargetServerlessCacheSnapshotName',
    input.TargetServerlessCacheSnapshotName,
  );
  const tags = parseTags(input.Tags);
  const requested = { ...tagConditions('aws:RequestTag', tags), ...keyCondition(input.KmsKeyId) };
  for (const each of [sourceName, name]) authorizeSnapshot(state, call, each, requested);
  authorizeTagging(call, snapshotArn(state, name), tags);
  const original = snapshotNamed(state, sourceName);
  requireAvailable(original);
  requireFreeSnapshotName(state, name);
  const kmsKeyId = grantItself(context, call, input.KmsKeyId ?? original.kmsKeyId);
  const copy = newSnapshot(context, state, { name, tags, kmsKeyId, source: original.source });
  whenDone(context, copyData(original, copy), context.durationMs('copy', copy.arn), (outcome) => {
    copy.status = outcome.status === 'fulfilled' ? 'available' : 'failed';
    tell(context, state, copy, `Snapshot ${copy.name} copied from ${original.name}`);
  });
  return { ServerlessCacheSnapshot: snapshotView(copy, context.readings) };
}

async function copyData({ name, saved }: ServerlessSnapshot, copy: ServerlessSnapshot): Promise<void> {
  if (saved === undefined) throw new Error(`${name} has no data`);
  await mkdir(copy.folder, { recursive: true });
  const file = join(copy.folder, 'data.rdb');
  await copyFile(saved.file, file);
  copy.saved = { ...saved, file };
}

export function deleteServerlessSnapshot(
  state: RegionState,
  input: DeleteServerlessCacheSnapshotCommandInput,
  call: Call,
  context: Context,
) {
  acceptOnly('DeleteServerlessCacheSnapshot', input, ['ServerlessCacheSnapshotName']);
  const name = (input.ServerlessCacheSnapshotName ?? '').toLowerCase();
  authorizeSnapshot(state, call, name);
  const snapshot = snapshotNamed(state, name);
  if (snapshot.status !== 'failed') requireAvailable(snapshot);
  snapshot.status = 'deleting';
  const emptied = rm(snapshot.folder, { recursive: true, force: true });
  whenDone(context, emptied, context.durationMs('deleteSnapshot', snapshot.arn), () => {
    tell(context, state, snapshot, `Snapshot ${name} deleted`);
    whenForgotten(context, () => state.serverless.snapshots.delete(name));
  });
  return { ServerlessCacheSnapshot: snapshotView(snapshot, context.readings) };
}
