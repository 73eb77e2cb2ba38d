import { AppError } from '../model/errors.ts';
import { SNAPSHOT_BUDGET, SNAPSHOT_QUOTA_RESERVE, SNAPSHOTS_PER_NODE_PER_DAY } from '../model/limits.ts';
import { DAY_MS } from '../model/time.ts';
import type { CacheNode, SnapshotView, SourceCache } from '../ports.ts';

export type SnapshotSource = { readonly node: string } | { readonly cache: string };

/**
 * Which node to snapshot. Cluster mode on: the whole group, and ElastiCache picks replicas itself. Cluster mode off: the
 * replica with the fewest snapshots in the last 24 h, the primary only if there is no replica with quota left, so that the
 * fork's memory is not taken from the node that serves writes.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-manual.html (checked 2026-11-21)
 *
 * @throws AppError `SnapshotBudgetSpent` when taking one more would leave people too little of AWS's quota
 */
export function chooseSnapshotSource(
  cache: SourceCache,
  snapshots: readonly SnapshotView[],
  now: Date,
): SnapshotSource {
  const lastDay = snapshots.filter(
    ({ takenAt }) => takenAt === undefined || now.getTime() - takenAt.getTime() < DAY_MS,
  );
  if (cache.clusterMode) {
    if (lastDay.length < SNAPSHOT_BUDGET) return { cache: cache.cache };
    throw budgetSpent(cache.cache, lastDay.length);
  }
  const spent = (node: CacheNode) => lastDay.filter((snapshot) => snapshot.node === node.id).length;
  const candidates = cache.nodes
    .map((node) => ({ node, spent: spent(node) }))
    .filter((each) => each.spent < SNAPSHOT_BUDGET)
    .sort(
      (one, other) =>
        rank(one.node) - rank(other.node) ||
        one.spent - other.spent ||
        (one.node.id < other.node.id ? -1 : 1),
    );
  const chosen = candidates[0];
  if (chosen === undefined) throw budgetSpent(cache.cache, lastDay.length);
  return { node: chosen.node.id };
}

function rank(node: CacheNode): number {
  return node.role === 'primary' ? 1 : 0;
}

function budgetSpent(cache: string, taken: number): AppError {
  return new AppError(
    'SnapshotBudgetSpent',
    `${taken} manual snapshots of ${cache} were taken in the last 24 h; Redrill stops at ${SNAPSHOT_BUDGET} per node, ` +
      `${SNAPSHOT_QUOTA_RESERVE} short of ElastiCache’s ${SNAPSHOTS_PER_NODE_PER_DAY}, to leave some for you`,
  );
}
