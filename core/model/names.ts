import { fnv1a } from './hash.ts';
import { instantOf, isSlot, type Slot } from './slot.ts';

/**
 * Every name derives from (cache, slot) or (cache, drill), so that a duplicate delivery or a lost reply finds its own
 * earlier work instead of starting it twice.
 */

/**
 * Longest name of a manual snapshot and of a replication group, characters.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-manual.html (checked 2026-11-21)
 */
export const NAME_MAX_CHARACTERS = 40;

/** What every drill cluster's id begins with; the drill roles are fenced to it. */
export const DRILL_CLUSTER_PREFIX = 'redrill-drill-';

/** What every snapshot that Redrill takes begins with. */
export const SNAPSHOT_PREFIX = 'redrill-';

declare const snapshotBrand: unique symbol;
export type SnapshotName = string & { readonly [snapshotBrand]: true };

/** `redrill-<cache>-202611210600`; a long cache id is cut and told apart by a hash of the whole. */
export function snapshotNameOf(cache: string, slot: Slot): SnapshotName {
  return fitted(SNAPSHOT_PREFIX, cache, `-${compact(slot)}`) as SnapshotName;
}

/** What the names of all snapshots of the same cache, or of all its drill clusters, begin with: `redrill-<cache>-`. */
export function cachePrefixOf(name: string): string {
  return name.slice(0, name.lastIndexOf('-') + 1);
}

/** `redrill-drill-<cache>-202611210600`, at most 40 characters, as replication group ids must be. */
export function drillClusterIdOf(cache: string, drill: Slot): string {
  return fitted(DRILL_CLUSTER_PREFIX, cache, `-${compact(drill)}`);
}

/** The slot or drill that the name of a snapshot or a drill cluster ends with, to the minute; undefined without one. */
export function slotInName(name: string): Slot | undefined {
  const [, date = '', time = ''] = /-(\d{8})(\d{4})$/.exec(name) ?? [];
  const slot = `${date}T${time}00Z`;
  return isSlot(slot) ? slot : undefined;
}

/**
 * Name of the execution for one (cache, slot); Step Functions keeps it unique for 90 days.
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html (checked 2026-11-21)
 */
export function executionNameOf(cache: string, slot: Slot, attempt = 1): string {
  return attempt === 1 ? `${cache}-${slot}` : `${cache}-${slot}-${attempt}`;
}

function compact(slot: Slot): string {
  return instantOf(slot).toISOString().slice(0, 16).replace(/[-:T]/g, '');
}

function fitted(prefix: string, cache: string, suffix: string): string {
  const room = NAME_MAX_CHARACTERS - prefix.length - suffix.length;
  if (cache.length <= room) return `${prefix}${cache}${suffix}`;
  const hash = shortHash(cache);
  return `${prefix}${cache.slice(0, room - hash.length)}${hash}${suffix}`;
}

/** Seven base-36 digits that tell long names apart. */
function shortHash(text: string): string {
  return fnv1a(text).toString(36).padStart(7, '0');
}
