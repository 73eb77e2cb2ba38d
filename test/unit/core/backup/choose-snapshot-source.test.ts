import { describe, expect, it } from 'vitest';
import { chooseSnapshotSource } from '../../../../core/backup/choose-snapshot-source.ts';
import type { CacheNode, SnapshotView, SourceCache } from '../../../../core/ports.ts';

const NOW = new Date('2026-11-21T06:00:00Z');
const HOUR_MS = 3_600_000;

function cacheOf(...nodes: readonly [id: string, role: CacheNode['role']][]): SourceCache {
  return {
    cache: 'orders',
    id: 'orders',
    kind: 'replication-group',
    available: true,
    status: 'available',
    clusterMode: false,
    shards: 1,
    dataTiering: false,
    nodes: nodes.map(([id, role]) => ({ id, role })),
  };
}
const CLUSTERED: SourceCache = { ...cacheOf(), clusterMode: true, shards: 3 };

const SERVERLESS: SourceCache = { ...CLUSTERED, kind: 'serverless', shards: 1 };

function taken(
  count: number,
  node: string | undefined,
  agoMs: number | 'creating' = HOUR_MS,
): SnapshotView[] {
  return Array.from({ length: count }, (_, at) => ({
    kind: 'replication-group',
    name: `s-${at}`,
    cache: 'orders',
    node,
    status: agoMs === 'creating' ? 'creating' : 'available',
    takenAt: agoMs === 'creating' ? undefined : new Date(NOW.getTime() - agoMs),
    shards: [],
  }));
}

const PAIR = cacheOf(['orders-001', 'primary'], ['orders-002', 'replica']);
const TRIO = cacheOf(['orders-001', 'primary'], ['orders-002', 'replica'], ['orders-003', 'replica']);
const BOTH_SPENT = [...taken(18, 'orders-001'), ...taken(18, 'orders-002')];

describe('chooseSnapshotSource', () => {
  it.each<[string, SourceCache, SnapshotView[], object]>([
    ['the only node', cacheOf(['orders-001', 'primary']), [], { node: 'orders-001' }],
    ['the replica, whatever its place', PAIR, [], { node: 'orders-002' }],
    ['the replica, though it has given more', PAIR, taken(17, 'orders-002'), { node: 'orders-002' }],
    ['the primary once the replica has given 18', PAIR, taken(18, 'orders-002'), { node: 'orders-001' }],
    ['the first of equal replicas', TRIO, [], { node: 'orders-002' }],
    ['the replica that has given fewer', TRIO, taken(1, 'orders-002'), { node: 'orders-003' }],
    [
      'a node of unknown role before the primary',
      cacheOf(['orders-001', 'primary'], ['orders-002', 'unknown']),
      [],
      { node: 'orders-002' },
    ],
    ['the whole group with cluster mode on', CLUSTERED, taken(17, undefined), { cache: 'orders' }],
    [
      'a serverless cache, which has a larger quota',
      SERVERLESS,
      taken(21, undefined),
      { serverless: 'orders' },
    ],
  ])('%s', (_what, cache, snapshots, source) =>
    expect(chooseSnapshotSource(cache, snapshots, NOW)).toEqual(source),
  );

  it('does not depend on the order in which nodes are listed', () => {
    const reversed = { ...TRIO, nodes: [...TRIO.nodes].reverse() };
    expect(chooseSnapshotSource(reversed, [], NOW)).toEqual({ node: 'orders-002' });
  });

  it.each([
    ['a millisecond less than 24 h ago counts', 24 * HOUR_MS - 1, 'orders-001'],
    ['24 h ago does not count any more', 24 * HOUR_MS, 'orders-002'],
    ['an unknown time counts: it is being created', 'creating', 'orders-001'],
  ] as const)('a snapshot of %s', (_what, agoMs, node) => {
    const snapshots = [...taken(17, 'orders-002'), ...taken(1, 'orders-002', agoMs)];
    expect(chooseSnapshotSource(PAIR, snapshots, NOW)).toEqual({ node });
  });

  it('leaves two of AWS’s 20 to people, and says so', () => {
    const refusal = {
      code: 'SnapshotBudgetSpent',
      message:
        '36 manual snapshots of orders were taken in the last 24 h; Redrill stops at 18 per node, ' +
        '2 short of ElastiCache’s 20, to leave some for you',
    };
    expect(() => chooseSnapshotSource(PAIR, BOTH_SPENT, NOW)).toThrow(expect.objectContaining(refusal));
    expect(() => chooseSnapshotSource(CLUSTERED, taken(18, undefined), NOW)).toThrow('18 manual snapshots');
  });

  it('has nothing to choose from without nodes', () =>
    expect(() => chooseSnapshotSource(cacheOf(), [], NOW)).toThrow('0 manual snapshots of orders'));
});
