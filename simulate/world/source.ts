import type { Readings } from '@redrill/local-aws/readings';
import type { MemoryBucket } from '../../adapters/memory/bucket.ts';
import { AppError } from '../../core/model/errors.ts';
import { landingKeys } from '../../core/model/keys.ts';
import { HASH_SLOTS } from '../../core/model/limits.ts';
import type { SnapshotName } from '../../core/model/names.ts';
import { equalShares } from '../../core/model/slot-ranges.ts';
import { PLAN_TAG } from '../../core/model/tags.ts';
import { DAY_MS, MINUTE_MS } from '../../core/model/time.ts';
import type { SourceElastiCache } from '../../core/ports.ts';
import type { VirtualClock } from '../clock.ts';
import type { CacheShape } from '../config.ts';
import { bytesOf, type Flaw } from './contents.ts';
import { lastsMs } from './durations.ts';
import type { ExportTrouble, LiveCache, LiveSnapshot, SourceWatcher } from './live-source.ts';
import { HIDDEN_MS, isClustered, sourceCacheOf, topologyOf, viewOf } from './source-views.ts';

export type {
  ExportTrouble,
  LiveCache,
  LiveSnapshot,
  SnapshotTrouble,
  SourceWatcher,
} from './live-source.ts';

const QUOTA = 20;
const SERVERLESS_QUOTA = 24;
/** How many files the export of a serverless cache has, where it has several. */
const SERVERLESS_FILES = 3;
/** The same bytes for 60 days: what varies is in the faults. */
const CREATION_STEP_MS = 60 * DAY_MS;

/** ElastiCache of the source region: states, delays, quota and exports as FACTS of AWS's documentation say. */
export class SourceRegion {
  readonly caches = new Map<string, LiveCache>();
  readonly snapshots = new Map<string, LiveSnapshot>();
  /** Every manual snapshot that was accepted, deleted or not: what AWS counts. */
  readonly ledger: { readonly node: string; readonly at: number; readonly byRedrill: boolean }[] = [];
  readonly port: SourceElastiCache;
  readonly #clock: VirtualClock;
  readonly #landing: MemoryBucket;
  readonly #seed: number;
  readonly #readings: Readings;
  readonly #watcher: SourceWatcher;

  constructor(options: {
    readonly clock: VirtualClock;
    readonly landing: MemoryBucket;
    readonly seed: number;
    readonly readings: Readings;
    readonly shapes: readonly CacheShape[];
    readonly watcher: SourceWatcher;
  }) {
    this.#clock = options.clock;
    this.#landing = options.landing;
    this.#seed = options.seed;
    this.#readings = options.readings;
    this.#watcher = options.watcher;
    const createdAt = this.#clock.now - DAY_MS + 637;
    for (const shape of options.shapes) this.caches.set(shape.cache, liveCache(shape, createdAt));
    this.port = this.#asPort();
  }

  /** A snapshot that a person takes; it counts against the same quota. */
  takeByHand(cache: LiveCache): void {
    const node = cache.shape.nodes.at(-1)?.id ?? cache.shape.cache;
    const name = `by-hand-${cache.shape.cache}-${this.ledger.length}`;
    const snapshot = this.#snapshotOf(cache, { name, node, byRedrill: false });
    snapshot.status = 'available';
    snapshot.takenAt = this.#clock.now;
    this.snapshots.set(name, snapshot);
    this.ledger.push({ node: quotaNode(cache, node), at: this.#clock.now, byRedrill: false });
  }

  /** Snapshots of one node that AWS counts now. */
  counted(node: string): number {
    let count = 0;
    for (let at = this.ledger.length - 1; at >= 0; at--) {
      const each = this.ledger[at];
      if (each === undefined || this.#clock.now - each.at >= DAY_MS) break;
      if (each.node === node) count++;
    }
    return count;
  }

  /** What became of a cache that is made again under its name: without creation times nobody can tell. */
  makeAgain(cache: LiveCache): void {
    cache.exists = true;
    cache.status = 'available';
    cache.busyUntil = 0;
    cache.createdAt = this.#clock.now;
    if (this.#readings['absent-fields'] === 'present') cache.life++;
  }

  /** The exported file of a shard. */
  fileOf(snapshot: LiveSnapshot, shard: number): string {
    const { number = shard } = snapshot.shards[shard - 1] ?? {};
    if (snapshot.kind === 'serverless') return this.#serverlessFile(snapshot, number);
    return landingKeys.shard(snapshot.name as SnapshotName, number);
  }

  #serverlessFile({ name, shards }: LiveSnapshot, number: number): string {
    switch (this.#readings['serverless-export-names']) {
      case 'numbered':
        return landingKeys.shard(name as SnapshotName, number);
      case 'bare':
        return shards.length === 1 ? `${name}.rdb` : `${name}-${number}.rdb`;
      case 'folder':
        return `${name}/000${number}.rdb`;
    }
  }

  #asPort(): SourceElastiCache {
    const readings = this.#readings;
    return {
      listTagged: async (key) =>
        [...this.caches.values()]
          .filter((each) => each.exists && each.tagged && key === PLAN_TAG && this.#showsTags(each))
          .map(({ shape }) => ({ cache: shape.cache, plan: shape.plan })),
      findCache: async (cache) => {
        const found = this.caches.get(cache);
        return found?.exists ? sourceCacheOf(found, readings, this.#clock.now) : undefined;
      },
      describeTopology: async (cache) => topologyOf(this.#existing(cache), readings),
      listSnapshots: async ({ id }) =>
        [...this.snapshots.values()]
          .filter((each) => each.cache === id && this.#isShown(each))
          .map((each) => viewOf(each, readings)),
      findSnapshot: async ({ name }) => {
        const found = this.snapshots.get(name);
        return found && this.#isShown(found) ? viewOf(found, readings) : undefined;
      },
      createSnapshot: async ({ name, source, tags }) =>
        this.#create(name, 'node' in source ? source.node : undefined, source, tags),
      exportSnapshot: async ({ name }) => this.#export(name),
      deleteSnapshot: async ({ name }) => this.#delete(name),
    };
  }

  #showsTags({ createdAt }: LiveCache): boolean {
    return this.#readings['tags-visible'] === 'at-once' || this.#clock.now - createdAt >= HIDDEN_MS;
  }

  #isShown({ requestedAt }: LiveSnapshot): boolean {
    return this.#readings['created-visible'] === 'at-once' || this.#clock.now - requestedAt >= HIDDEN_MS;
  }

  #create(
    name: SnapshotName,
    node: string | undefined,
    source: object,
    tags: Readonly<Record<string, string>>,
  ): 'created' | 'exists' {
    if (this.snapshots.has(name)) return 'exists';
    const cache = [...this.caches.values()].find(({ shape }) =>
      node === undefined
        ? Object.values(source).includes(shape.cache)
        : shape.nodes.some(({ id }) => id === node),
    );
    if (cache === undefined || !cache.exists)
      throw new AppError('RefusedByAws', `ReplicationGroupNotFoundFault: ${JSON.stringify(source)}`);
    if (cache.status !== 'available')
      throw new AppError('SourceNotAvailable', `${cache.shape.cache} is ${cache.status}`);
    if (this.#clock.now < cache.busyUntil && this.#readings['second-snapshot'] === 'refused')
      throw new AppError('SourceNotAvailable', `a snapshot of ${cache.shape.cache} is being taken`);
    if (cache.dataTiering)
      throw new AppError('SnapshotUnsupported', `${cache.shape.cache} uses data tiering`);
    const counted = quotaNode(cache, node);
    const quota = cache.shape.kind === 'serverless' ? SERVERLESS_QUOTA : QUOTA;
    if (this.counted(counted) >= quota)
      throw new AppError('SnapshotBudgetSpent', `SnapshotQuotaExceededFault: ${counted}`);
    const snapshot = this.#snapshotOf(cache, { name, node, byRedrill: true });
    this.snapshots.set(name, snapshot);
    this.ledger.push({ node: counted, at: this.#clock.now, byRedrill: true });
    this.#watcher.snapshotTaken(snapshot, tags);
    cache.busyUntil = Math.max(this.#clock.now, cache.busyUntil) + this.#lastsMs('snapshot', name);
    this.#clock.at(cache.busyUntil, () => this.#finish(cache, snapshot));
    return 'created';
  }

  #lastsMs(step: 'snapshot' | 'export', name: string): number {
    return lastsMs(step, { seed: this.#seed, readings: this.#readings, name });
  }

  #finish(cache: LiveCache, snapshot: LiveSnapshot): void {
    const trouble = cache.snapshotTroubles.shift();
    if (trouble === 'vanishes') {
      this.snapshots.delete(snapshot.name);
      return;
    }
    if (trouble === 'stuck') return;
    snapshot.status = trouble === 'failed' ? 'failed' : 'available';
    snapshot.takenAt = snapshot.requestedAt;
  }

  #export(name: SnapshotName): 'started' | 'exists' {
    const snapshot = this.snapshots.get(name);
    if (snapshot === undefined) throw new AppError('RefusedByAws', `SnapshotNotFoundFault: ${name}`);
    if (
      snapshot.shards.some(({ shard }) => this.#landing.current(this.fileOf(snapshot, shard)) !== undefined)
    )
      return 'exists';
    if (snapshot.status !== 'available')
      throw new AppError('SourceNotAvailable', `snapshot ${name} is ${snapshot.status}`);
    snapshot.status = 'exporting';
    const trouble = this.caches.get(snapshot.cache)?.exportTroubles.shift();
    const { now } = this.#clock;
    const { shards } = snapshot;
    const ends = shards.map(({ shard }) => now + this.#lastsMs('export', `${name} ${shard}`));
    const last = Math.max(...ends);
    const together = this.#readings['export-files-appear'] === 'together';
    if (trouble?.kind === 'hung') return 'started';
    for (const [at, each] of shards.entries()) {
      // A file of a serverless cache that never comes shows by its slots, and here all keys of a file lie in one.
      const mayMiss = snapshot.kind === 'replication-group';
      if (mayMiss && trouble?.kind === 'missing' && trouble.shard % shards.length === each.shard - 1)
        continue;
      this.#clock.at(together ? last : (ends[at] ?? last), () => this.#write(snapshot, each, trouble));
    }
    this.#clock.at(last, () => {
      if (snapshot.status === 'exporting') snapshot.status = 'available';
    });
    return 'started';
  }

  #write(
    snapshot: LiveSnapshot,
    { shard, slots }: LiveSnapshot['shards'][number],
    trouble: ExportTrouble | undefined,
  ): void {
    const keys = keysOfShard(snapshot.keys, snapshot.shards.length, shard);
    const mine =
      trouble !== undefined &&
      trouble.kind !== 'hung' &&
      trouble.shard % snapshot.shards.length === shard - 1;
    const flawOfFile = mine && trouble.kind === 'flawed' ? trouble.flaw : undefined;
    // A file of a serverless cache may have keys of any slot.
    const isAnyones = snapshot.kind === 'serverless' && flawOfFile === 'foreign';
    const drawn = isAnyones ? undefined : flawOfFile;
    const flaw = this.#readings['rdb-version'] === 'newer' ? 'unsupported' : drawn;
    const { databases } = this.caches.get(snapshot.cache)?.shape ?? {};
    const content = {
      keys,
      slots,
      hasTimestamp: this.#readings['replication-timestamp'] === 'written',
      ...(databases === undefined ? {} : { databases }),
      createdAtMs: this.#creationOf(snapshot, mine ? trouble.kind : undefined),
      ...(flaw === undefined ? {} : { flaw }),
    };
    const bytes = bytesOf(content);
    snapshot.files.set(shard, bytes);
    if (mine && trouble.kind === 'stale') snapshot.sound = false;
    if (flaw !== undefined && isDamage(flaw, slots)) snapshot.sound = false;
    this.#landing.put(this.fileOf(snapshot, shard), bytes);
  }

  /** What the file says of when it was written. */
  #creationOf(snapshot: LiveSnapshot, kind: ExportTrouble['kind'] | undefined): number {
    if (kind === 'stale') return Math.floor((snapshot.requestedAt - 3 * DAY_MS) / DAY_MS) * DAY_MS;
    if (kind === 'skewed') return Math.floor((snapshot.requestedAt - 55 * MINUTE_MS) / MINUTE_MS) * MINUTE_MS;
    return (Math.floor(snapshot.requestedAt / CREATION_STEP_MS) + 1) * CREATION_STEP_MS;
  }

  #delete(name: SnapshotName): void {
    const snapshot = this.snapshots.get(name);
    if (snapshot === undefined || snapshot.status === 'deleted') return;
    const forget = () => void this.snapshots.delete(name);
    snapshot.status = 'deleted';
    if (this.#readings['deleted-visible'] === 'gone') forget();
    else this.#clock.at(this.#clock.now + HIDDEN_MS, forget);
    this.#watcher.snapshotDeleted(snapshot);
  }

  #snapshotOf(
    cache: LiveCache,
    { name, node, byRedrill }: Pick<LiveSnapshot, 'name' | 'node' | 'byRedrill'>,
  ): LiveSnapshot {
    return {
      name,
      cache: cache.shape.cache,
      life: cache.life,
      kind: cache.shape.kind ?? 'replication-group',
      node: isClustered(cache.shape) ? undefined : node,
      byRedrill,
      requestedAt: this.#clock.now,
      keys: cache.keys,
      shards: this.#slotsOf(cache.shape).map((slots, at) => ({
        shard: at + 1,
        slots,
        number: this.#numberOf(cache, at),
      })),
      status: 'creating',
      takenAt: undefined,
      files: new Map(),
      sound: true,
    };
  }

  #slotsOf({ kind, slots }: CacheShape): readonly (string | undefined)[] {
    const isOne = kind !== 'serverless' || this.#readings['serverless-export-files'] === 'one';
    return isOne ? slots : equalShares(SERVERLESS_FILES, HASH_SLOTS);
  }

  #numberOf({ shape }: LiveCache, at: number): number {
    const isConsecutive = this.#readings['export-file-numbers'] === 'consecutive';
    return isConsecutive ? at + 1 : (shape.nodeGroups?.[at] ?? at + 1);
  }

  #existing(cache: string): LiveCache {
    const found = this.caches.get(cache);
    if (found?.exists) return found;
    throw new AppError('RefusedByAws', `ReplicationGroupNotFoundFault: ${cache}`);
  }
}

/** Without cluster mode there is no other shard whose keys it could be. */
function isDamage(flaw: Flaw, slots: string | undefined): boolean {
  return flaw !== 'unchecked' && (flaw !== 'foreign' || slots !== undefined);
}

/** Each shard has its share of the keys. */
export function keysOfShard(keys: number, shards: number, shard: number): number {
  return Math.floor(keys / shards) + (shard <= keys % shards ? 1 : 0);
}

export function quotaNode({ shape }: LiveCache, node: string | undefined): string {
  return isClustered(shape) ? shape.cache : (node ?? shape.cache);
}

function liveCache(shape: CacheShape, createdAt: number): LiveCache {
  return {
    shape,
    exists: true,
    tagged: shape.tagged,
    status: 'available',
    keys: shape.keys,
    life: 1,
    createdAt,
    busyUntil: 0,
    dataTiering: false,
    snapshotTroubles: [],
    exportTroubles: [],
  };
}
