import { SNAPSHOT_PREFIX, type SnapshotName } from '../model/names.ts';
import type { SnapshotView } from '../ports.ts';

/** Snapshots that always stay in ElastiCache: the quickest way back while the source region lives. */
const SNAPSHOTS_KEPT = 2;
/** Younger ones stay too: AWS counts them against the quota of 24 h, deleted or not, and so must Redrill's own count. */
const KEPT_FOR_MS = 25 * 3_600_000;

/** Redrill's own snapshots that may go, once they are known to be exported; anybody else's are never touched. */
export function decidePrunes(snapshots: readonly SnapshotView[], now: Date): readonly SnapshotName[] {
  const own = snapshots
    .filter(({ name, status }) => name.startsWith(SNAPSHOT_PREFIX) && status === 'available')
    .flatMap(({ name, takenAt }) => (takenAt === undefined ? [] : [{ name, takenAt }]))
    .sort((one, other) => other.takenAt.getTime() - one.takenAt.getTime());
  return own
    .slice(SNAPSHOTS_KEPT)
    .filter(({ takenAt }) => now.getTime() - takenAt.getTime() > KEPT_FOR_MS)
    .map(({ name }) => name as SnapshotName);
}
