import type {
  DescribeServerlessCacheSnapshotsCommandInput,
  DescribeServerlessCachesCommandInput,
} from '@aws-sdk/client-elasticache';
import type { Call } from '../../service.ts';
import type { Context } from '../context.ts';
import { acceptOnly } from '../refusals.ts';
import type { RegionState } from '../state.ts';
import { isVisible } from '../visibility.ts';
import { authorizeCache, authorizeSnapshot } from './authorization.ts';
import { nextPageOf } from './paging.ts';
import { cacheNotFound, snapshotNotFound } from './refusals.ts';
import { cacheView, snapshotView } from './views.ts';

export function describeServerlessCaches(
  state: RegionState,
  input: DescribeServerlessCachesCommandInput,
  call: Call,
  { readings }: Context,
) {
  acceptOnly('DescribeServerlessCaches', input, ['ServerlessCacheName', 'MaxResults', 'NextToken']);
  const name = input.ServerlessCacheName?.toLowerCase();
  authorizeCache(state, call, name ?? '*');
  const seen = [...state.serverless.caches.values()].filter(({ createdAt }) =>
    isVisible(readings, createdAt, call.now),
  );
  const wanted = seen.filter((cache) => name === undefined || cache.name === name);
  if (name !== undefined && wanted.length === 0) throw cacheNotFound(name);
  const { items, token } = nextPageOf(wanted, input, readings);
  return { ...token, ServerlessCaches: items.map((cache) => cacheView(cache, readings)) };
}

const PARAMETERS = [
  'ServerlessCacheName',
  'ServerlessCacheSnapshotName',
  'SnapshotType',
  'MaxResults',
  'NextToken',
];

/** A cache that is gone, or never was, has the snapshots that name it: none is no error. */
export function describeServerlessSnapshots(
  state: RegionState,
  input: DescribeServerlessCacheSnapshotsCommandInput,
  call: Call,
  { readings }: Context,
) {
  acceptOnly('DescribeServerlessCacheSnapshots', input, PARAMETERS);
  const name = input.ServerlessCacheSnapshotName?.toLowerCase();
  const cacheName = input.ServerlessCacheName?.toLowerCase();
  authorizeSnapshot(state, call, name ?? '*');
  if (cacheName !== undefined) authorizeCache(state, call, cacheName);
  const type = input.SnapshotType?.toLowerCase();
  const seen = [...state.serverless.snapshots.values()].filter(({ orderedAt }) =>
    isVisible(readings, orderedAt, call.now),
  );
  const named = seen.filter((snapshot) => name === undefined || snapshot.name === name);
  if (name !== undefined && named.length === 0) throw snapshotNotFound(name);
  const wanted = named.filter(
    ({ kind, source }) =>
      (type === undefined || kind === type) && (cacheName === undefined || source.cacheName === cacheName),
  );
  const { items, token } = nextPageOf(wanted, input, readings);
  return {
    ...token,
    ServerlessCacheSnapshots: items.map((snapshot) => snapshotView(snapshot, readings)),
  };
}
