import type { StoredVersion } from '../../adapters/memory/bucket.ts';
import { DAY_MS } from '../../core/model/time.ts';
import type { LiveSnapshot } from '../world/source.ts';

/** What the referee knows of one recovery point, from what it has seen and not from what the product says. */
export interface Point {
  readonly cache: string;
  readonly slot: string;
  readonly slotMs: number;
  readonly tier: string;
  readonly plan: string;
  readonly snapshot: LiveSnapshot;
  readonly verdict: string;
  readonly record: StoredVersion;
  released: boolean;
  /** Verified, every shard present, unchanged and readable at once. */
  good: boolean;
}

/** All points that a cache ever had, gone ones too; what is asked of them at every event is kept at hand. */
export class CachePoints {
  /** Oldest slot first. */
  readonly all: Point[] = [];
  readonly #bySlot = new Map<string, Point>();
  /** Months, weeks and days of a cache's lives that have a verified point. */
  readonly #earned = new Set<string>();

  add(point: Point): void {
    const after = this.all.findLastIndex(({ slotMs }) => slotMs <= point.slotMs);
    this.all.splice(after + 1, 0, point);
    this.#bySlot.set(point.slot, point);
    if (point.verdict !== 'verified') return;
    const { life } = point.snapshot;
    for (const period of periodsOf(point.slotMs)) this.#earned.add(`${life} ${period}`);
  }

  at(slot: string): Point | undefined {
    return this.#bySlot.get(slot);
  }

  newestGood(): Point | undefined {
    return this.all.findLast(({ good }) => good);
  }

  /** Good ones that may take the place of this one: newer, and of the same life of the cache. */
  newerGood({ slotMs: thanMs, snapshot }: Pick<Point, 'slotMs' | 'snapshot'>): number {
    let count = 0;
    for (let at = this.all.length - 1; at >= 0; at--) {
      const point = this.all[at];
      if (point === undefined || point.slotMs <= thanMs) break;
      if (point.good && point.snapshot.life === snapshot.life) count++;
    }
    return count;
  }

  /** Verified ones before an instant that are at most so much older than the newest of them; newest first. */
  latestVerified(beforeMs: number, spanMs: number): readonly Point[] {
    const found: Point[] = [];
    for (let at = this.all.length - 1; at >= 0; at--) {
      const point = this.all[at];
      if (point === undefined || point.slotMs < (found[0]?.slotMs ?? 0) - spanMs) break;
      if (point.verdict === 'verified' && point.slotMs < beforeMs) found.push(point);
    }
    return found;
  }

  /** The tier that the next verified point has earned by its slot. */
  earnedTier({ slotMs, snapshot }: Pick<Point, 'slotMs' | 'snapshot'>): string {
    const first = periodsOf(slotMs).findIndex((period) => !this.#earned.has(`${snapshot.life} ${period}`));
    return ['monthly', 'weekly', 'daily'][first] ?? 'hourly';
  }
}

/** Its month, its week and its day, UTC. */
function periodsOf(slotMs: number): readonly string[] {
  const month = new Date(slotMs).toISOString().slice(0, 7);
  // The first day of the epoch was a Thursday.
  const week = Math.floor((slotMs / DAY_MS + 3) / 7);
  return [month, `week ${week}`, `day ${Math.floor(slotMs / DAY_MS)}`];
}
