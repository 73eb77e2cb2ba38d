import type { SnapshotView, SourceCache } from '../ports.ts';

/** A primary and five replicas: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Replication.html */
const NODES_MAX = 6;

/**
 * The nodes of a cache with cluster mode disabled, those that were removed included: their snapshots outlive them. A cluster
 * outside a replication group, which a group of its id may have replaced, is a node of its own id.
 */
export function memberIds(cache: string, nodes: SourceCache['nodes']): readonly string[] {
  const numbered = Array.from(
    { length: NODES_MAX },
    (_, at) => `${cache}-${String(at + 1).padStart(3, '0')}`,
  );
  return [...new Set([...nodes.map(({ id }) => id), cache, ...numbered])];
}

/**
 * Whether a snapshot of Redrill's own name is of this cache. With cluster mode enabled it names its replication group, with
 * cluster mode disabled its node.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-manual.html (checked 2026-11-22)
 */
export function isSnapshotOf(
  { cache: group, node }: SnapshotView,
  { id, nodes }: Pick<SourceCache, 'id' | 'nodes'>,
): boolean {
  if (group !== undefined) return group === id;
  return node === undefined || memberIds(id, nodes).includes(node);
}
