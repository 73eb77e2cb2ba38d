import { DRILL_TIMEOUT_SECONDS } from '../contracts/drill.ts';
import { slotInName } from '../model/names.ts';
import { instantOf } from '../model/slot.ts';
import { HOUR_SECONDS } from '../model/time.ts';
import type { ClusterView, ObjectHead } from '../ports.ts';

/** Seconds after its creation at which a drill's cluster is swept: no drill needs one for longer. */
export const DRILL_TTL_SECONDS = 4 * HOUR_SECONDS;

export interface LeftoverCluster {
  readonly cluster: ClusterView;
  readonly ageSeconds: number;
}

/**
 * Drill clusters past their time to live that are not being deleted yet. Where ElastiCache does not return a creation time,
 * the drill in the id says when it was due; a cluster without either is left alone.
 */
export function leftoverClusters(clusters: readonly ClusterView[], now: Date): readonly LeftoverCluster[] {
  return clusters.flatMap((cluster) => {
    const createdAt = cluster.createdAt ?? dueAt(cluster.id);
    if (createdAt === undefined || GOING.has(cluster.status)) return [];
    const ageSeconds = (now.getTime() - createdAt.getTime()) / 1000;
    return ageSeconds > ttlOf(cluster) ? [{ cluster, ageSeconds }] : [];
  });
}

/** Whether what is named after a drill, and has no age of its own, is older than any drill. */
export function isLeftoverName(name: string, now: Date): boolean {
  const dueAtInstant = dueAt(name);
  return (
    dueAtInstant !== undefined && (now.getTime() - dueAtInstant.getTime()) / 1000 > DRILL_TIMEOUT_SECONDS
  );
}

/** A drill may make its cluster long after it was due: without a creation time it has as long as any drill. */
function ttlOf({ createdAt }: ClusterView): number {
  return createdAt === undefined ? DRILL_TIMEOUT_SECONDS : DRILL_TTL_SECONDS;
}

/** Statuses of a cluster that is deleted, or on its way there. */
const GOING: ReadonlySet<string> = new Set(['deleting', 'deleted']);

function dueAt(id: string): Date | undefined {
  const drill = slotInName(id);
  return drill === undefined ? undefined : instantOf(drill);
}

export function leftoverObjects(objects: readonly ObjectHead[], now: Date): readonly string[] {
  return objects
    .filter(({ modifiedAt }) => (now.getTime() - modifiedAt.getTime()) / 1000 > DRILL_TIMEOUT_SECONDS)
    .map(({ key }) => key);
}
