import { AppError } from '../model/errors.ts';
import type { SnapshotView } from '../ports.ts';

/**
 * States that nothing follows but the end. Any other one that is not `available` is under way until it is overdue: ElastiCache
 * shows states that its API reference does not list, such as `exporting`.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_Snapshot.html (checked 2026-11-22)
 */
const FINAL: ReadonlySet<string> = new Set(['failed', 'deleting', 'deleted']);

/** @throws AppError `SnapshotFailed` if there is nothing to wait for */
export function requireAlive({ name, status }: SnapshotView, cache: string): void {
  if (FINAL.has(status)) throw new AppError('SnapshotFailed', `snapshot ${name} of ${cache} is '${status}'`);
}
