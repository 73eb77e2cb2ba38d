import type { MemoryBucket } from '../../adapters/memory/bucket.ts';
import { HOUR_MS, MINUTE_MS } from '../../core/model/time.ts';
import type { Execution } from '../executions.ts';
import type { DrillRegion, LiveCluster, LiveParameterGroup } from '../world/drills.ts';
import type { LiveSnapshot, SourceRegion } from '../world/source.ts';
import type { Notices } from './notices.ts';
import type { Points } from './points.ts';
import type { Verdicts } from './verdicts.ts';

/** A sweep every 15 minutes, and a deletion. */
const SWEPT_WITHIN_MS = 45 * MINUTE_MS;
const CLUSTER_GONE_AFTER_MS = 4 * HOUR_MS + SWEPT_WITHIN_MS;
/** What a drill has beside clusters may be needed as long as it lasts. */
const REST_GONE_AFTER_MS = 9 * HOUR_MS + SWEPT_WITHIN_MS;
const UNVERIFIED_KEPT_MS = 14 * 24 * HOUR_MS;
/** Of the 20 manual snapshots per node and day two are people's. */
const SNAPSHOTS_PER_DAY = 18;

export interface Circumstances {
  readonly now: () => number;
  readonly check: (atMs: number, look: () => void) => void;
  /** Whether a fault of the vault region went on between two instants. */
  readonly drillsHindered: (fromMs: number, toMs: number) => boolean;
  /** Whether a fault may have kept a drill, which proves the data, from doing so within the RTO. */
  readonly rtoHindered: (fromMs: number, toMs: number) => boolean;
  /** The same for what deletes a drill's remains. */
  readonly deletionsHindered: (fromMs: number, toMs: number) => boolean;
  readonly alarms: readonly string[];
  readonly caches: number;
  /** A file or a cluster of a drill's, by the name of its execution. */
  readonly remainsOf: (execution: string) => string | undefined;
  /** Where the reading of one of a recovery point's files was saved. */
  readonly savedReadingOf: (cache: string, slot: string) => string | undefined;
}

/** What the product makes and what it leaves behind. */
export class Resources {
  readonly #taken = new Map<string, string>();
  readonly #points: Points;
  readonly #notices: Notices;
  readonly #verdicts: Verdicts;
  readonly #around: Circumstances;
  failures = 0;

  constructor(points: Points, notices: Notices, verdicts: Verdicts, around: Circumstances) {
    this.#points = points;
    this.#notices = notices;
    this.#verdicts = verdicts;
    this.#around = around;
  }

  snapshotTaken(
    source: SourceRegion,
    snapshot: LiveSnapshot,
    { slot, node }: { readonly slot: string; readonly node: string },
  ): void {
    const id = `${snapshot.cache} ${slot}`;
    const before = this.#taken.get(id);
    this.#verdicts.must(
      before === undefined,
      'I4',
      () => `${id} has the snapshots ${before} and ${snapshot.name}`,
    );
    this.#taken.set(id, snapshot.name);
    const counted = source.counted(node);
    this.#verdicts.must(
      counted <= SNAPSHOTS_PER_DAY,
      'I12',
      () => `${snapshot.name} is number ${counted} of ${node} within 24 hours`,
    );
    this.#points.snapshots.set(snapshot.name, snapshot);
  }

  /** While the vault has no verified copy, the snapshot is what is left of its instant; for two weeks. */
  snapshotDeleted(snapshot: LiveSnapshot): void {
    const points = this.#points.byCache.get(snapshot.cache)?.all ?? [];
    const isVerified = points.some((point) => point.snapshot === snapshot && point.verdict === 'verified');
    const ageMs = this.#around.now() - snapshot.requestedAt;
    this.#verdicts.must(
      snapshot.byRedrill && (isVerified || ageMs > UNVERIFIED_KEPT_MS),
      'I1',
      () => `snapshot ${snapshot.name} was deleted, and the vault has verified no copy of it`,
    );
  }

  clusterCreated(drills: DrillRegion, cluster: LiveCluster): void {
    const live = [...drills.clusters.values()].filter(({ order }) => order !== undefined).length;
    this.#verdicts.must(
      live <= this.#around.caches,
      'I15',
      () => `${live} drill clusters live, of ${this.#around.caches} caches`,
    );
    this.#mustGo(cluster.id, CLUSTER_GONE_AFTER_MS, () => drills.clusters.get(cluster.id) === cluster);
  }

  parametersMade(drills: DrillRegion, group: LiveParameterGroup): void {
    const { name } = group;
    this.#mustGo(
      `the parameter group ${name}`,
      REST_GONE_AFTER_MS,
      () => drills.parameterGroups.get(name) === group,
    );
  }

  staged(staging: MemoryBucket, key: string): void {
    if (!key.startsWith('drills/')) return;
    const since = this.#around.now();
    this.#mustGo(key, REST_GONE_AFTER_MS, () => staging.current(key)?.createdAt === since);
  }

  /** Where faults hindered its deletion, it must be gone so long after them. */
  #mustGo(what: string, afterMs: number, isThere: () => boolean, since = this.#around.now()): void {
    this.#around.check(since + afterMs, () => {
      const now = this.#around.now();
      if (!isThere()) return;
      if (this.#around.deletionsHindered(since, now)) this.#mustGo(what, afterMs, isThere, now);
      else this.#verdicts.violated('I5', `${what} is still there after ${afterMs / HOUR_MS} hours`);
    });
  }

  /** Deleting and connecting are for drills' own clusters. */
  touched(cluster: LiveCluster, how: string): void {
    this.#verdicts.must(
      cluster.order !== undefined,
      'I3',
      () => `${cluster.id} is no drill’s, and was ${how}`,
    );
    this.#verdicts.must(
      cluster.tags['redrill:drill'] !== undefined,
      'I3',
      () => `${cluster.id} carries no drill’s tag, and was ${how}`,
    );
  }

  /** A drill that comes to its end by itself leaves nothing. */
  #mustBeTornDown({ name, status, startedAt }: Pick<Execution, 'name' | 'status' | 'startedAt'>): void {
    if (status !== 'SUCCEEDED' && status !== 'FAILED') return;
    if (this.#around.deletionsHindered(startedAt, this.#around.now())) return;
    const left = this.#around.remainsOf(name);
    this.#verdicts.must(left === undefined, 'I5', () => `drill ${name} is over, and ${left} is still there`);
  }

  /** What was saved of a reading holds keys and values: it goes when the reading is done. */
  #mustBeRead({ cache, slot = '' }: Execution['input']): void {
    const left = this.#around.savedReadingOf(cache, slot);
    this.#verdicts.must(
      left === undefined,
      'I5',
      () => `${cache} ${slot} is ingested, and ${left} is still there`,
    );
  }

  ended({ workflow, name, status, startedAt, error, input }: Execution): void {
    if (workflow === 'drill') this.#mustBeTornDown({ name, status, startedAt });
    if (workflow === 'ingest' && status === 'SUCCEEDED') this.#mustBeRead(input);
    if (status === 'SUCCEEDED') return;
    this.failures++;
    const now = this.#around.now();
    if (status === 'FAILED') {
      // People hear of it by its own alert, or by the alarm on raise-alert.
      const isTold = this.#notices.toldOf(`${workflow}:${name}`);
      const isAlarmed = this.#notices.alarms.some(
        ({ name: alarm, atMs }) =>
          this.#around.alarms.includes(alarm) &&
          alarm === 'redrill-raise-alert-errors' &&
          atMs >= now - HOUR_MS,
      );
      this.#verdicts.must(isTold || isAlarmed, 'I5', () => `${workflow} ${name} failed (${error}), untold`);
      const isLate =
        this.#around.rtoHindered(startedAt, now) && this.#notices.toldOf(`drill:${name}`, 'RtoMissed');
      if (workflow === 'drill' && !isLate && !this.#around.drillsHindered(startedAt, now))
        this.#verdicts.must(
          this.#points.newest(input.cache) === undefined,
          'I11',
          () => `drill ${name} failed (${error}), and the vault region has no fault`,
        );
      return;
    }
    const alarm = `redrill-${workflow}-${status === 'ABORTED' ? 'aborted' : 'timed-out'}`;
    this.#verdicts.must(
      this.#around.alarms.includes(alarm),
      'I5',
      () => `${workflow} ${name} is ${status}, and no alarm ${alarm} tells`,
    );
  }
}
