import type { ClusterView, ObjectHead } from '../ports.ts';

/** No drill lasts longer: its cluster and its files are swept after so many seconds. */
export const DRILL_TTL_SECONDS = 4 * 3600;

/** Drill clusters past their time to live that nobody is deleting yet. A cluster of unknown age is left for the next look. */
export function leftoverClusters(
  clusters: readonly ClusterView[],
  now: Date,
): readonly { readonly cluster: ClusterView; readonly ageSeconds: number }[] {
  return clusters.flatMap((cluster) => {
    if (cluster.createdAt === undefined || cluster.status === 'deleting') return [];
    const ageSeconds = (now.getTime() - cluster.createdAt.getTime()) / 1000;
    return ageSeconds > DRILL_TTL_SECONDS ? [{ cluster, ageSeconds }] : [];
  });
}

/** Sweeps are so many seconds apart; one that is refused is tried again by the next, and told by every fourth. */
const SWEPT_EVERY_SECONDS = 900;
const TOLD_EVERY_SECONDS = 3600;

/** Whether people hear of a leftover of this age now: when it is first swept, and once an hour as long as it stays. */
export function isTold(ageSeconds: number): boolean {
  return (ageSeconds - DRILL_TTL_SECONDS) % TOLD_EVERY_SECONDS < SWEPT_EVERY_SECONDS;
}

export function leftoverObjects(objects: readonly ObjectHead[], now: Date): readonly string[] {
  return objects
    .filter(({ modifiedAt }) => (now.getTime() - modifiedAt.getTime()) / 1000 > DRILL_TTL_SECONDS)
    .map(({ key }) => key);
}
