import { rm } from 'node:fs/promises';
import type { CreateServerlessCacheCommandInput } from '@aws-sdk/client-elasticache';
import { NodeStartError } from '../../../redis/node.ts';
import type { Call } from '../../service.ts';
import { authorizeTagging, tagConditions } from '../authorization.ts';
import { type Context, whenDone } from '../context.ts';
import { DataExceedMemoryError } from '../group-processes.ts';
import { grantItself } from '../key-grants.ts';
import { refusal } from '../refusals.ts';
import type { RegionState } from '../state.ts';
import { cacheArn, keyCondition, settingConditions } from './authorization.ts';
import { parseServerlessRequest, type ServerlessRequest } from './request.ts';
import { authorizeSeeds, fetchSeed, parseSeeds, type Seed } from './seeds.ts';
import { passwordOf, startServer, stopServer } from './server.ts';
import type { ServerlessCache } from './state.ts';
import { cacheView } from './views.ts';
import { authorizeEndpoint } from './vpc-endpoint.ts';

/** Accepts a new serverless cache and starts its server. */
export async function createServerlessCache(
  state: RegionState,
  input: CreateServerlessCacheCommandInput,
  call: Call,
  context: Context,
) {
  const request = parseServerlessRequest(context, state, input);
  const seeds = parseSeeds(context, request.snapshotArns);
  authorizeCreation(context, state, call, request);
  authorizeSeeds(context, state, call, seeds);
  const { caches } = state.serverless;
  if (caches.has(request.name))
    throw refusal('ServerlessCacheAlreadyExistsFault', `Serverless cache ${request.name} already exists.`);
  const kmsKeyId = grantItself(context, call, request.kmsKeyId);
  const cache = newCache(context, state, { ...request, kmsKeyId });
  // In place before the files are read, so that a second request for the same name meets it.
  caches.set(cache.name, cache);
  try {
    const seed = await context.clock.track(fetchSeed(context, state, cache, seeds));
    bringUp(context, state, cache, seed);
  } catch (error) {
    caches.delete(cache.name);
    throw error;
  }
  return { ServerlessCache: cacheView(cache, context.readings) };
}

function authorizeCreation(
  { readings }: Context,
  state: RegionState,
  call: Call,
  request: ServerlessRequest,
): void {
  const { name, settings, kmsKeyId, tags } = request;
  const resource = cacheArn(state, name);
  const conditions = {
    ...tagConditions('aws:RequestTag', tags),
    ...settingConditions(settings),
    ...keyCondition(kmsKeyId),
  };
  call.authorize({ action: 'elasticache:CreateServerlessCache', resource, conditions });
  authorizeTagging(call, resource, tags);
  if (readings['creator-rights'] === 'own-only') return;
  authorizeEndpoint(call, state, request);
}

function newCache(context: Context, state: RegionState, request: ServerlessRequest): ServerlessCache {
  const { account, region } = state;
  return {
    account,
    region,
    name: request.name,
    arn: cacheArn(state, request.name),
    createdAt: context.clock.now(),
    subnetIds: request.subnetIds,
    kmsKeyId: request.kmsKeyId,
    tags: request.tags,
    folder: context.newFolder('serverless'),
    snapshotTimes: [],
    settings: request.settings,
    status: 'creating',
    node: undefined,
    password: passwordOf(context),
    starting: Promise.resolve(),
    saving: Promise.resolve(),
    thaw: undefined,
  };
}

function bringUp(context: Context, state: RegionState, cache: ServerlessCache, seed: Seed | undefined): void {
  const settle = async (outcome: PromiseSettledResult<void>) => {
    if (outcome.status === 'fulfilled') return become(context, state, cache, 'available');
    await stopServer(cache);
    if (!isFaultOfData(outcome.reason)) throw outcome.reason;
    become(context, state, cache, 'create-failed', outcome.reason.message);
  };
  const work = start(context, cache, seed);
  cache.starting = work.catch(() => undefined);
  if (context.strikes('freeze', 'CreateServerlessCache', cache.region, cache.name)) {
    holdBack(context, state, cache, () => whenDone(context, work, 0, settle));
    return;
  }
  whenDone(context, work, context.durationMs('createServerless', cache.arn), settle);
}

/** As of a frozen replication group: it can be deleted once it is given up. */
const GIVEN_UP_AFTER_MS = 80 * 60_000;

function holdBack(context: Context, state: RegionState, cache: ServerlessCache, goOn: () => void): void {
  const { clock } = context;
  void clock.track(cache.starting);
  const givingUp = clock.at(clock.now() + GIVEN_UP_AFTER_MS, () => {
    cache.thaw = undefined;
    void clock.track(async () => {
      await stopServer(cache);
      become(context, state, cache, 'create-failed', 'it did not come up in time');
    });
  });
  cache.thaw = () => {
    cache.thaw = undefined;
    givingUp.cancel();
    goOn();
  };
}

async function start(context: Context, cache: ServerlessCache, seed: Seed | undefined): Promise<void> {
  try {
    await startServer(context, cache, await seed?.file());
  } finally {
    if (seed !== undefined) await rm(seed.folder, { recursive: true, force: true });
  }
}

function isFaultOfData(reason: unknown): reason is Error {
  return reason instanceof NodeStartError || reason instanceof DataExceedMemoryError;
}

/** The words of the events of serverless caches are assumed. */
function become(
  context: Context,
  state: RegionState,
  cache: ServerlessCache,
  status: 'available' | 'create-failed',
  why = '',
): void {
  cache.status = status;
  const message =
    status === 'available'
      ? `Serverless cache ${cache.name} created`
      : `Failed to create serverless cache ${cache.name}: ${why}`;
  context.tell(state, { sourceType: 'serverless-cache', sourceId: cache.name, message });
}
