import type { DeleteServerlessCacheCommandInput } from '@aws-sdk/client-elasticache';
import type { Call } from '../../service.ts';
import { type Context, whenDone } from '../context.ts';
import { acceptOnly } from '../refusals.ts';
import type { RegionState } from '../state.ts';
import { whenForgotten } from '../visibility.ts';
import { authorizeCache, authorizeSnapshot } from './authorization.ts';
import { cacheNamed, cacheNotAvailable, parseSnapshotName, requireFreeSnapshotName } from './refusals.ts';
import { stopServer } from './server.ts';
import { takeFinalSnapshot } from './snapshots.ts';
import type { CacheStatus, ServerlessCache } from './state.ts';
import { cacheView } from './views.ts';

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DeleteServerlessCache.html */
const DELETABLE: readonly CacheStatus[] = ['available', 'create-failed'];

/** Deletes a cache, and takes a last snapshot before if it is asked to. */
export function deleteServerlessCache(
  state: RegionState,
  input: DeleteServerlessCacheCommandInput,
  call: Call,
  context: Context,
) {
  acceptOnly('DeleteServerlessCache', input, ['ServerlessCacheName', 'FinalSnapshotName']);
  const name = (input.ServerlessCacheName ?? '').toLowerCase();
  const final =
    input.FinalSnapshotName === undefined
      ? undefined
      : parseSnapshotName('FinalSnapshotName', input.FinalSnapshotName);
  authorizeCache(state, call, name);
  if (final !== undefined) authorizeSnapshot(state, call, final);
  const cache = cacheNamed(state, name);
  if (!DELETABLE.includes(cache.status)) throw cacheNotAvailable();
  if (final !== undefined) {
    if (cache.status !== 'available') throw cacheNotAvailable();
    requireFreeSnapshotName(state, final);
  }
  cache.status = 'deleting';
  takeDown(context, state, cache, final);
  return { ServerlessCache: cacheView(cache, context.readings) };
}

/** A cache whose last snapshot cannot be saved is kept. */
function takeDown(
  context: Context,
  state: RegionState,
  cache: ServerlessCache,
  final: string | undefined,
): void {
  const saved = final === undefined ? Promise.resolve() : takeFinalSnapshot(context, state, cache, final);
  const work = Promise.all([saved, cache.saving]).then(() => stopServer(cache));
  const settle = (outcome: PromiseSettledResult<void>) => {
    cache.thaw = undefined;
    if (outcome.status === 'rejected') {
      cache.status = 'available';
      return;
    }
    const message = `Serverless cache ${cache.name} deleted`;
    context.tell(state, { sourceType: 'serverless-cache', sourceId: cache.name, message });
    whenForgotten(context, () => state.serverless.caches.delete(cache.name));
  };
  if (!context.strikes('freeze', 'DeleteServerlessCache', cache.region, cache.name)) {
    whenDone(context, work, context.durationMs('delete', cache.arn), settle);
    return;
  }
  context.clock.track(work).catch(() => undefined);
  cache.thaw = () => whenDone(context, work, 0, settle);
}
