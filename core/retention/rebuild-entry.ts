import type { Hold, RecoveryPoint, RegistryEntry } from '../contracts/recovery-point.ts';
import { summaryOf } from './lineages.ts';
import { entryFromPoints, withPoint } from './registry-entry.ts';

/** What is left of a cache's registry entry, and of what it spoke of. */
export interface EntryRemains {
  /** The last version of the entry that can be read, from under a delete marker or what overwrote it. */
  readonly version: { readonly entry: RegistryEntry; readonly at: Date } | undefined;
  /** Admitted points whose records can be used. */
  readonly points: readonly RecoveryPoint[];
  /** Points whose records carry the tag of a hold. */
  readonly tagged: readonly Pick<RecoveryPoint, 'slot' | 'tier'>[];
  readonly now: Date;
}

export interface RebuiltEntry {
  readonly entry: RegistryEntry;
  readonly from: { readonly kind: 'version'; readonly at: Date } | { readonly kind: 'points' };
  /** What could not be brought back, in words. */
  readonly lost: readonly string[];
}

/**
 * A registry entry from what is left of it: its last readable version and the points that came in later, else the points and
 * the tags of holds. @returns undefined if nothing is left
 */
export function rebuildEntry({ version, points, tagged, now }: EntryRemains): RebuiltEntry | undefined {
  if (version !== undefined) {
    const entry = points.reduce((sofar, point) => withPoint(sofar, summaryOf(point)), version.entry);
    return { entry, from: { kind: 'version', at: version.at }, lost: [] };
  }
  const holds = tagged.map(
    ({ slot, tier }): Hold => ({
      slot,
      tier,
      by: 'unknown',
      at: now.toISOString(),
      why: 'its tag said so when the registry entry was rebuilt',
    }),
  );
  const entry = entryFromPoints(points, holds);
  if (entry === undefined) return undefined;
  return { entry, from: { kind: 'points' }, lost: lostWithout(holds) };
}

function lostWithout(holds: readonly Hold[]): readonly string[] {
  return [
    holds.length === 0
      ? 'holds: no recovery point carries the tag of one; one whose tag was not written, or was overwritten, is lost'
      : `holds: by whom and why the ${holds.length} that the tags show were made; and any whose tag was not written, or was overwritten`,
    'whether a person had forgotten the cache: it is watched again',
    'since when the cache has been registered: it is the admission of its oldest recovery point',
    'up to which recovery point releases had come: the next ingest decides about all of them again',
  ];
}
