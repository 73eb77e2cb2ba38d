import type { BucketChange, MemoryBucket, StoredVersion } from '../../adapters/memory/bucket.ts';
import { readableAtOnce } from '../../adapters/memory/object-store.ts';
import type { Config } from '../../core/contracts/config.ts';
import { isProtected, type ProtectedPlan } from '../../core/contracts/plan.ts';
import { secondsOf } from '../../core/model/duration.ts';
import { DAY_MS } from '../../core/model/time.ts';
import { jsonOf } from '../remembered-document.ts';
import type { LiveSnapshot } from '../world/source.ts';
import { CachePoints, type Point } from './cache-points.ts';
import type { Verdicts } from './verdicts.ts';

/** What a record says of its point. */
interface Recorded {
  readonly verdict: string;
  readonly plan: string;
  readonly snapshot: string;
  readonly shards: readonly { readonly sound: boolean; readonly content?: { readonly digest?: string } }[];
}

/** `<tier>/<cache>/<slot>/<file>` */
const KEY = /^(hourly|daily|weekly|monthly)\/([^/]+)\/(\d{8}T\d{6}Z)\/(.+)$/;

/** Shares of the usual number of keys: below the first nobody may call it healthy, above the second nobody suspicious. */
const SURELY_SHRUNK = 0.4;
const SURELY_FINE = 0.75;
const USUAL_MS = 8 * DAY_MS;
/** A cache that was made again under its old name may look like anything; so may one with few keys. */
const FEW_KEYS = 100;

/** Which copies in the vault are good: it knows the bytes that were exported, and what the cache held. */
export class Points {
  readonly byCache = new Map<string, CachePoints>();
  readonly snapshots = new Map<string, LiveSnapshot>();
  readonly #byPrefix = new Map<string, Point>();
  readonly #verdicts: Verdicts;
  readonly #vault: MemoryBucket;
  readonly #config: Config;
  readonly #now: () => number;
  readonly #changed: (cache: string) => void;
  /** True while a person does what the product must not. */
  byPeople = false;

  constructor(options: {
    readonly verdicts: Verdicts;
    readonly vault: MemoryBucket;
    readonly config: Config;
    readonly now: () => number;
    /** The newest good point of a cache may be another now. */
    readonly changed: (cache: string) => void;
  }) {
    this.#verdicts = options.verdicts;
    this.#vault = options.vault;
    this.#config = options.config;
    this.#now = options.now;
    this.#changed = options.changed;
    this.#vault.watch((change, version) => this.#onChange(change, version));
  }

  /** The newest good one. */
  newest(cache: string): Point | undefined {
    return this.byCache.get(cache)?.newestGood();
  }

  planOf(cache: string): ProtectedPlan {
    const name = this.#config.caches[cache] ?? this.byCache.get(cache)?.all.at(-1)?.plan ?? 'ledger';
    const plan = this.#config.plans[name];
    if (plan === undefined || !isProtected(plan)) throw new Error(`${cache} is on no protected plan`);
    return plan;
  }

  #onChange(change: BucketChange, version: StoredVersion): void {
    const [, tier, cache, slot, file] = KEY.exec(version.key) ?? [];
    if (tier === undefined || cache === undefined || slot === undefined || file === undefined) return;
    const prefix = `${tier}/${cache}/${slot}/`;
    if (change === 'written' && file === 'recovery-point.json')
      this.#admitted({ tier, cache, slot }, version);
    const point = this.#byPrefix.get(prefix);
    if (point === undefined) return;
    if (change === 'tagged') this.#tagged(point, version);
    else if (change === 'marked' || change === 'removed') this.#gone(point, change, version);
    else if (change === 'transitioned') this.#moved(point, version);
    this.#reconsider(point);
  }

  #admitted(at: Readonly<Record<'tier' | 'cache' | 'slot', string>>, record: StoredVersion): void {
    const { verdict, plan, snapshot: name, shards } = jsonOf(record.body) as Recorded;
    const snapshot = this.snapshots.get(name);
    const points = this.#pointsOf(at.cache);
    this.#verdicts.must(
      points.at(at.slot) === undefined,
      'I6',
      () => `${at.cache} ${at.slot} was recorded twice`,
    );
    if (snapshot === undefined) {
      this.#verdicts.violated('I7', `${at.cache} ${at.slot} is recorded of ${name}, which was never taken`);
      return;
    }
    const point: Point = {
      ...at,
      slotMs: instantOf(at.slot),
      plan,
      snapshot,
      verdict,
      record,
      released: false,
      good: false,
    };
    this.#assess(point, shards);
    const earned = points.earnedTier(point);
    if (verdict === 'verified')
      this.#verdicts.must(
        point.tier === earned,
        'I19',
        () => `${at.cache} ${at.slot} is ${at.tier}, and has earned ${earned}`,
      );
    this.#byPrefix.set(`${at.tier}/${at.cache}/${at.slot}/`, point);
    points.add(point);
  }

  #pointsOf(cache: string): CachePoints {
    const points = this.byCache.get(cache) ?? new CachePoints();
    this.byCache.set(cache, points);
    return points;
  }

  /** Is the verdict what somebody who knows the truth would have said? */
  #assess(point: Point, shards: Recorded['shards']): void {
    const { cache, slot, verdict, snapshot } = point;
    const share = this.#shareOfUsual(point);
    if (verdict === 'verified') {
      const intact = this.#isIntact(point);
      this.#verdicts.must(
        intact && snapshot.sound && snapshot.cache === cache,
        'I7',
        () =>
          `${cache} ${slot} is verified, and ${intact ? 'its files were damaged' : 'not every shard is there'}`,
      );
      this.#verdicts.must(
        shards.length === snapshot.shards.length &&
          shards.every(({ content }) => (content?.digest ?? '') !== ''),
        'I7',
        () => `${cache} ${slot} is verified without a digest of every shard`,
      );
      this.#verdicts.must(snapshot.keys > 0, 'I8', () => `${cache} ${slot} is verified and empty`);
      this.#verdicts.must(
        share === undefined || share >= SURELY_SHRUNK,
        'I8',
        () =>
          `${cache} ${slot} is verified and has lost ${Math.round((1 - (share ?? 0)) * 100)} % of its keys`,
      );
    } else if (snapshot.sound && snapshot.keys > 0 && this.#isIntact(point)) {
      this.#verdicts.must(
        share !== undefined && share < SURELY_FINE,
        'I17',
        () => `${cache} ${slot} is ${verdict}, and nothing is wrong with it`,
      );
    }
  }

  /** Its keys against the least of the last week's; undefined where there is nothing to compare with. */
  #shareOfUsual({ cache, slotMs, snapshot }: Point): number | undefined {
    const usual = this.#pointsOf(cache)
      .latestVerified(slotMs, USUAL_MS)
      .filter((each) => each.snapshot.life === snapshot.life)
      .map((each) => each.snapshot.keys);
    if (usual.length === 0) return undefined;
    const least = Math.min(...usual);
    return least < FEW_KEYS ? undefined : snapshot.keys / least;
  }

  #isIntact({ tier, cache, slot, snapshot }: Point): boolean {
    return snapshot.shards.every(({ shard }) => {
      const key = `${tier}/${cache}/${slot}/shard-${String(shard).padStart(4, '0')}.rdb`;
      const copy = this.#vault.current(key);
      const digest = this.#vault.current(key.replace('/shard-', '/digest-').replace('.rdb', '.bin'));
      const file = snapshot.files.get(shard);
      return file !== undefined && copy?.body === file && readableAtOnce(copy) && digest !== undefined;
    });
  }

  #reconsider(point: Point): void {
    const record = this.#vault.current(point.record.key);
    const isGood = point.verdict === 'verified' && record !== undefined && this.#isIntact(point);
    if (isGood === point.good) return;
    point.good = isGood;
    this.#changed(point.cache);
  }

  #tagged(point: Point, { key, tags }: StoredVersion): void {
    if (!tags.has('redrill-released') || this.byPeople) return;
    point.released = true;
    const needed = this.planOf(point.cache).minimumRedundancy;
    const newer = this.#pointsOf(point.cache).newerGood(point);
    this.#verdicts.must(
      newer >= needed,
      'I1',
      () => `${key} is released, with ${newer} newer good copies instead of ${needed}`,
    );
    const points = this.#pointsOf(point.cache).all;
    const newestVerified = points.findLastIndex(({ verdict }) => verdict === 'verified');
    const held = points.slice(newestVerified + 1).find(({ verdict }) => verdict === 'suspect');
    this.#verdicts.must(held === undefined, 'I8', () => `${key} is released while ${held?.slot} is suspect`);
  }

  /** A file of it has been deleted, hidden or expired. */
  #gone(point: Point, change: BucketChange, { key, noncurrentSince, createdAt }: StoredVersion): void {
    if (this.byPeople || (change === 'removed' && noncurrentSince !== undefined)) return;
    if (change === 'removed' && this.#vault.current(key) !== undefined) return;
    const { minimumRedundancy, keep } = this.planOf(point.cache);
    const kept = keep[point.tier as keyof typeof keep];
    const newer = this.#pointsOf(point.cache).newerGood(point);
    this.#verdicts.must(
      point.verdict !== 'verified' || newer >= minimumRedundancy,
      'I1',
      () => `${key} is gone, with ${newer} newer good copies instead of ${minimumRedundancy}`,
    );
    if (change === 'removed') return;
    const ageMs = this.#now() - this.#createdAt(key, createdAt);
    this.#verdicts.must(
      kept !== 'forever' && ageMs >= secondsOf(kept) * 1000,
      'I1',
      () => `${key} is gone after ${(ageMs / DAY_MS).toFixed(1)} days; ${kept} were promised`,
    );
  }

  #createdAt(key: string, otherwise: number): number {
    return this.#vault.versions(key).findLast(({ body }) => body !== undefined)?.createdAt ?? otherwise;
  }

  #moved(point: Point, version: StoredVersion): void {
    if (readableAtOnce(version) || this.byPeople) return;
    this.#verdicts.violated(
      'I1',
      `${version.key} of ${point.cache} lies in ${version.storageClass}, out of reach`,
    );
  }
}

export function instantOf(slot: string): number {
  const [, year, month, day, hour, minute] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)00Z$/.exec(slot) ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:00Z`);
}
