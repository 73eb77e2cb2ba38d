import { AppError } from '../model/errors.ts';
import {
  SERVERLESS_SNAPSHOT_BUDGET,
  SERVERLESS_SNAPSHOTS_PER_DAY,
  SNAPSHOT_BUDGET,
  SNAPSHOT_QUOTA_RESERVE,
  SNAPSHOTS_PER_NODE_PER_DAY,
} from '../model/limits.ts';
import { DAY_MS } from '../model/time.ts';
import type { CacheNode, SnapshotSource, SnapshotView, SourceCache } from '../ports.ts';

/**
 * What to snapshot. A serverless cache, or a group with cluster mode on, as a whole: ElastiCache picks replicas itself.
 * Cluster mode off: the replica with the fewest snapshots in the last 24 h, the primary only if there is no replica with
 * quota left, so that the fork's memory is not taken from the node that serves writes. AWS counts per node, and per
 * serverless cache.
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
    const isServerless = cache.kind === 'serverless';
    const budget = isServerless ? SERVERLESS_SNAPSHOT_BUDGET : SNAPSHOT_BUDGET;
    if (lastDay.length >= budget) throw budgetSpent(cache, lastDay.length);
    return isServerless ? { serverless: cache.id } : { cache: cache.id };
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
  if (chosen === undefined) throw budgetSpent(cache, lastDay.length);
  return { node: chosen.node.id };
}

function rank(node: CacheNode): number {
  return node.role === 'primary' ? 1 : 0;
}

function budgetSpent({ cache, kind }: SourceCache, taken: number): AppError {
  const [budget, quota] =
    kind === 'serverless'
      ? [`${SERVERLESS_SNAPSHOT_BUDGET} of a serverless cache`, SERVERLESS_SNAPSHOTS_PER_DAY]
      : [`${SNAPSHOT_BUDGET} per node`, SNAPSHOTS_PER_NODE_PER_DAY];
  return new AppError(
    'SnapshotBudgetSpent',
    `${taken} manual snapshots of ${cache} were taken in the last 24 h; Redrill stops at ${budget}, ` +
      `${SNAPSHOT_QUOTA_RESERVE} short of ElastiCache’s ${quota}, to leave some for you`,
  );
}
