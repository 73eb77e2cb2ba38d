import type { MemoryBucket } from '../../adapters/memory/bucket.ts';
import type { Connection } from '../../adapters/redis/restored-cluster.ts';
import type { Config } from '../../core/contracts/config.ts';
import { secondsOf } from '../../core/model/duration.ts';
import { DRILL_TAG, SLOT_TAG } from '../../core/model/tags.ts';
import { DAY_MS, HOUR_MS } from '../../core/model/time.ts';
import type { PortCall } from '../active-faults.ts';
import type { VirtualClock } from '../clock.ts';
import type { Deployment } from '../deployment.ts';
import type { Effect } from '../faults/kind.ts';
import type { InvocationWatcher } from '../invocations.ts';
import type { Refusal } from '../readings.ts';
import { jsonOf } from '../remembered-document.ts';
import { type DrillRegion, type DrillWatcher, hostOf, type LiveCluster } from '../world/drills.ts';
import { quotaNode, type SourceRegion, type SourceWatcher } from '../world/source.ts';
import { DrillResults, type Reported } from './drills.ts';
import { Notices } from './notices.ts';
import { instantOf, Points } from './points.ts';
import { Resources } from './resources.ts';
import { Verdicts } from './verdicts.ts';

/** When which faults went on; the referee must know what it can ask for. */
export interface FaultHistory {
  /** Whether a fault with this effect went on at any time between two instants. */
  during(effect: Effect, fromMs: number, toMs: number): boolean;
  lastEnd(): number | undefined;
  /** The end of the last fault that this cache has felt. */
  lastEndOf(cache: string): number;
}

export interface Watched {
  readonly landing: MemoryBucket;
  readonly vault: MemoryBucket;
  readonly staging: MemoryBucket;
  readonly source: () => SourceRegion;
  readonly drills: () => DrillRegion;
}

/** Actions that no role of a Lambda may have, wherever: https://docs.aws.amazon.com/service-authorization/ (checked 2026-11-21) */
const FORBIDDEN_ACTIONS =
  /^(\*|s3:(\*|BypassGovernanceRetention|PutLifecycleConfiguration|PutBucketPolicy|DeleteObjectVersion|PutObjectRetention|PutBucketVersioning|DeleteBucket.*|PutBucketObjectLockConfiguration)|kms:(\*|ScheduleKeyDeletion|DisableKey|PutKeyPolicy)|iam:(?!PassRole|Get|List).*)$/;
const DRILL_LAMBDAS =
  /^(plan-drill|stage-shard|create-drill-cluster|check-drill-cluster|verify-restore|record-drill|tear-down-drill|start-drills|sweep-drills|watch-vault|publish-fleet)$/;
const READING = new Set(['read', 'list', 'head', 'listFolders', 'stream']);
/** A sweep takes nothing that is younger. */
const DRILL_TTL_MS = 4 * HOUR_MS;
const REPORT = /^reports\/[^/]+\/\d{8}T\d{6}Z\.json$/;

/** An independent model: it watches the world, never asks the product, and says what does not hold. */
export class Referee implements InvocationWatcher {
  readonly verdicts: Verdicts;
  readonly points: Points;
  readonly notices: Notices;
  readonly resources: Resources;
  readonly #drillResults: DrillResults;
  readonly #clock: VirtualClock;
  readonly #watched: Watched;
  readonly #faults: FaultHistory;

  constructor(options: {
    readonly clock: VirtualClock;
    readonly config: Config;
    readonly deployment: Deployment;
    readonly watched: Watched;
    readonly faults: FaultHistory;
    readonly caches: number;
    /** The answer of AWS that Redrill has to refuse, if the run has one. */
    readonly refusal: Refusal | undefined;
  }) {
    const { clock, config, watched, faults, deployment } = options;
    const now = () => clock.now;
    const check = (atMs: number, look: () => void) => clock.at(atMs, look);
    this.#clock = clock;
    this.#watched = watched;
    this.#faults = faults;
    this.verdicts = new Verdicts(now);
    this.points = new Points({
      verdicts: this.verdicts,
      vault: watched.vault,
      config,
      now,
      changed: (cache) => this.notices.newestChanged(cache),
    });
    this.#drillResults = new DrillResults(this.points, this.verdicts);
    this.notices = new Notices(this.points, this.verdicts, {
      now,
      check,
      watchHindered: (from, to) => faults.during('watch', from, to),
      answersLost: (since) => faults.during('answers', since, clock.now),
      lastFaultEnd: () => faults.lastEnd(),
    });
    this.resources = new Resources(this.points, this.notices, this.verdicts, {
      now,
      check,
      drillsHindered: (from, to) => faults.during('drills', from, to),
      rtoHindered: (from, to) => faults.during('rto', from, to),
      deletionsHindered: (from, to) =>
        faults.during('watch', from, to) || faults.during('deletions', from, to),
      alarms: deployment.alarms,
      remainsOf: (execution) => this.#remainsOf(execution),
      savedReadingOf: (cache, slot) => watched.staging.keys(`ingest/${cache}/${slot}/`).next().value,
      caches: options.caches,
    });
    for (const cache of Object.keys(config.caches)) this.notices.protect(cache);
    this.#watchBuckets();
    this.#checkPermissions(deployment);
    if (options.refusal !== undefined) this.#mustBeRefused(options.refusal);
  }

  /** No fault is drawn for the first day, so that nothing keeps the refusal from being told. */
  #mustBeRefused({ id, reading, code }: Refusal): void {
    this.#clock.at(this.#clock.now + DAY_MS - 1, () => {
      const isTold = this.notices.sent.some(({ alert }) => alert.code === code);
      this.verdicts.must(
        isTold,
        'I21',
        () => `${id}=${reading} was not refused with ${code} on the first day`,
      );
      const verified = [...this.points.byCache.values()]
        .flatMap(({ all }) => all)
        .find(({ verdict }) => verdict === 'verified');
      this.verdicts.must(
        verified === undefined,
        'I21',
        () => `${verified?.cache} ${verified?.slot} is verified under ${id}=${reading}`,
      );
    });
  }

  readonly source: SourceWatcher = {
    snapshotTaken: (snapshot, tags) => {
      const source = this.#watched.source();
      const cache = source.caches.get(snapshot.cache);
      const node = cache === undefined ? snapshot.cache : quotaNode(cache, snapshot.node);
      const slot = tags[SLOT_TAG] ?? snapshot.name;
      this.resources.snapshotTaken(source, snapshot, { slot, node });
      const lateMs = this.#clock.now - instantOf(slot);
      this.verdicts.must(
        lateMs < this.#everyMs(snapshot.cache) + 2 * HOUR_MS,
        'I4',
        () => `${snapshot.name} was taken ${Math.round(lateMs / HOUR_MS)} hours late`,
      );
    },
    snapshotDeleted: (snapshot) => this.resources.snapshotDeleted(snapshot),
  };

  readonly drills: DrillWatcher = {
    created: (cluster) => this.resources.clusterCreated(this.#watched.drills(), cluster),
    parametersMade: (group) => this.resources.parametersMade(this.#watched.drills(), group),
    deletingParameters: ({ name, tags }) =>
      this.verdicts.must(
        tags[DRILL_TAG] !== undefined,
        'I3',
        () => `the parameter group ${name} is no drill’s, and was deleted`,
      ),
    deleting: (cluster) => this.resources.touched(cluster, 'deleted'),
    connected: (cluster, isWhole) => {
      this.resources.touched(cluster, 'read');
      this.#drillResults.connected(cluster, isWhole);
    },
  };

  called(call: Omit<PortCall, 'when'>, args: readonly unknown[]): void {
    const { lambda, port, operation } = call;
    this.#mustBeOwn(call, args);
    if (port === 'elasticache' || (port === 'landing' && READING.has(operation)))
      this.verdicts.must(!DRILL_LAMBDAS.test(lambda), 'I11', () => `${lambda} called ${port}.${operation}`);
    if (operation !== 'remove') return;
    this.verdicts.must(port !== 'vault', 'I14', () => `${lambda} removed ${args[0]} from the vault`);
    this.verdicts.must(
      port !== 'staging' || String(args[0]).startsWith(lambda === 'verify-shard' ? 'ingest/' : 'drills/'),
      'I3',
      () => `${lambda} removed ${args[0]} from staging`,
    );
  }

  /** What a drill's steps read, write and delete is that drill's; what a sweep deletes has outlived its drill. */
  #mustBeOwn(
    { lambda, cache, drill, port, operation }: Omit<PortCall, 'when'>,
    args: readonly unknown[],
  ): void {
    const cluster = this.#clusterOf(port, operation, args[0]);
    const isSwept = cluster !== undefined && this.#clock.now - cluster.createdAt > DRILL_TTL_MS;
    const own = `${cache}/${drill}`;
    const by = drill === undefined ? lambda : `${lambda} of ${own}`;
    this.verdicts.must(
      cluster === undefined || (drill === undefined ? isSwept : cluster.tags[DRILL_TAG] === own),
      'I3',
      () => `${by} called ${port}.${operation} of ${cluster?.id}, which is ${cluster?.tags[DRILL_TAG]}’s`,
    );
    const isStaged = port === 'staging' && drill !== undefined && !READING.has(operation);
    this.verdicts.must(
      !isStaged || String(args[0]).startsWith(`drills/${own}/`),
      'I3',
      () => `${by} called staging.${operation} of ${args[0]}`,
    );
  }

  #clusterOf(port: string, operation: string, about: unknown): LiveCluster | undefined {
    const { clusters } = this.#watched.drills();
    if (port === 'drills' && operation === 'deleteCluster') return clusters.get(String(about));
    if (port !== 'redis') return undefined;
    const { host } = (about as Connection).endpoint;
    return [...clusters.values()].find(({ id }) => hostOf(id) === host);
  }

  returned(lambda: string, text: string): void {
    this.notices.mustNotTell(text, `the log of ${lambda}`);
  }

  threw(lambda: string, error: Error): void {
    this.notices.mustNotTell(error.message, `the log of ${lambda}`);
    // The alarm on it has a threshold of one.
    if (lambda === 'raise-alert') this.notices.alarm('redrill-raise-alert-errors');
  }

  /** Once a day. */
  look(): void {
    const quiet = [...this.notices.protectedSince.keys()].filter((cache) => this.#isQuiet(cache));
    this.notices.mustHaveRecovered(quiet, (cache) => this.#everyMs(cache));
    this.notices.mustBeOver((cache, sinceMs) => this.#isQuiet(cache, sinceMs));
    if (quiet.length === this.notices.protectedSince.size) this.notices.mustBeat();
    for (const cache of this.points.byCache.keys())
      this.verdicts.must(
        this.#watched.vault.current(`registry/${cache}.json`) !== undefined,
        'I10',
        () => `${cache} is not in the registry any more`,
      );
  }

  /** Two slots and some hours have passed since its last fault, or so much longer. */
  #isQuiet(cache: string, longerMs = 0): boolean {
    const since = Math.max(this.#faults.lastEndOf(cache), this.notices.protectedSince.get(cache) ?? 0);
    return this.#clock.now - since > 2 * this.#everyMs(cache) + 6 * HOUR_MS + longerMs;
  }

  /** `orders-20270124T023000Z` is the drill of orders of that instant. */
  #remainsOf(execution: string): string | undefined {
    const [, cache, drill] = /^(.+)-(\d{8}T\d{6}Z)$/.exec(execution) ?? [];
    for (const key of this.#watched.staging.keys(`drills/${cache}/${drill}/`)) return key;
    const tag = `${cache}/${drill}`;
    const { clusters, parameterGroups } = this.#watched.drills();
    const isOwn = ({ tags }: Pick<LiveCluster, 'tags'>) => tags[DRILL_TAG] === tag;
    return [...clusters.values()].find(isOwn)?.id ?? [...parameterGroups.values()].find(isOwn)?.name;
  }

  #everyMs(cache: string): number {
    return secondsOf(this.points.planOf(cache).every) * 1000;
  }

  #watchBuckets(): void {
    this.#watched.vault.watch((change, { key, body }) => {
      const [, cache] = /^registry\/(.+)\.json$/.exec(key) ?? [];
      if (change === 'written' && key.startsWith('ingested/')) this.#checkMarker(key, body);
      if (change === 'written' && REPORT.test(key)) this.#drillResults.reported(jsonOf(body) as Reported);
      if (cache === undefined) return;
      if (change === 'marked') this.verdicts.violated('I10', `${key} was deleted`);
      if (change !== 'written') return;
      this.notices.protect(cache);
      this.#checkEntry(cache, body);
    });
    this.#watched.staging.watch((change, { key }) => {
      if (change === 'written') this.resources.staged(this.#watched.staging, key);
    });
  }

  /** From the marker on nothing is ingested again, so all of it must be there. */
  #checkMarker(key: string, body: Uint8Array | undefined): void {
    const { record } = jsonOf(body) as { readonly record: string };
    this.verdicts.must(
      this.#watched.vault.current(record) !== undefined,
      'I6',
      () => `${key} says that ${record} is there, and it is not`,
    );
  }

  /** What the registry says of a point is what its record says. */
  #checkEntry(cache: string, body: Uint8Array | undefined): void {
    const { recent } = jsonOf(body) as {
      readonly recent: readonly { readonly slot: string; readonly verdict: string }[];
    };
    const newest = recent[0];
    const known = this.points.byCache.get(cache)?.at(newest?.slot ?? '');
    this.verdicts.must(
      newest === undefined || known?.verdict === newest.verdict,
      'I6',
      () => `${cache} ${newest?.slot} is ${newest?.verdict} in the registry, ${known?.verdict} in its record`,
    );
  }

  #checkPermissions({ permissions }: Deployment): void {
    for (const { role, effect, actions } of permissions) {
      const bad = effect === 'Allow' ? actions.find((action) => FORBIDDEN_ACTIONS.test(action)) : undefined;
      this.verdicts.must(bad === undefined, 'I14', () => `role ${role} may ${bad}`);
    }
  }
}
