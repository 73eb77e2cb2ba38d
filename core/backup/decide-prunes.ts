import { SNAPSHOT_PREFIX, type SnapshotName } from '../model/names.ts';
import { UNVERIFIED_KEPT_DAYS } from '../model/periods.ts';
import { DAY_MS, HOUR_MS } from '../model/time.ts';
import type { SnapshotView } from '../ports.ts';

/** Snapshots that always stay in ElastiCache: the quickest way back while the source region lives. */
const SNAPSHOTS_KEPT = 2;
/** Younger ones stay too: AWS counts them against the quota of 24 h, deleted or not, and so must Redrill's own count. */
const KEPT_FOR_MS = 25 * HOUR_MS;
/**
 * Redrill's own snapshots that may go; anybody else's are never touched.
 * @param verified those whose copy in the vault was verified, as the vault has marked them
 */
export function decidePrunes(
  snapshots: readonly SnapshotView[],
  verified: ReadonlySet<string>,
  now: Date,
): readonly SnapshotName[] {
  const own = snapshots
    .filter(({ name, status }) => name.startsWith(SNAPSHOT_PREFIX) && status === 'available')
    .flatMap(({ name, takenAt }) => (takenAt === undefined ? [] : [{ name, takenAt }]))
    .sort((one, other) => other.takenAt.getTime() - one.takenAt.getTime());
  return own
    .slice(SNAPSHOTS_KEPT)
    .filter(({ name, takenAt }) => {
      const keptMs = verified.has(name) ? KEPT_FOR_MS : UNVERIFIED_KEPT_DAYS * DAY_MS;
      return now.getTime() - takenAt.getTime() > keptMs;
    })
    .map(({ name }) => name as SnapshotName);
}
