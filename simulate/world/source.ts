import type { MemoryBucket } from '../../adapters/memory/bucket.ts';
import type { Topology } from '../../core/contracts/topology.ts';
import { AppError } from '../../core/model/errors.ts';
import { landingKeys } from '../../core/model/keys.ts';
import type { SnapshotName } from '../../core/model/names.ts';
import { PLAN_TAG } from '../../core/model/tier.ts';
import type { SnapshotView, SourceCache, SourceElastiCache } from '../../core/ports.ts';
import type { VirtualClock } from '../clock.ts';
import type { CacheShape } from '../config.ts';
import { Random } from '../random.ts';
import { bytesOf, type Flaw } from './contents.ts';

/** One cache of the source region, as it really is. */
export interface LiveCache {
  readonly shape: CacheShape;
  exists: boolean;
  tagged: boolean;
  status: string;
  /** Over all shards. */
  keys: number;
  /** Of which life of the cache its data is: one that was deleted and made again has another. */
  life: number;
  /** When that life began. */
  createdAt: number;
  dataTiering: boolean;
  /** How the next snapshots and exports go wrong; taken from the front. */
  readonly snapshotTroubles: SnapshotTrouble[];
  readonly exportTroubles: ExportTrouble[];
}

export type SnapshotTrouble = 'failed' | 'stuck' | 'vanishes';
export type ExportTrouble =
  | { readonly kind: 'missing' | 'flawed' | 'stale' | 'skewed'; readonly shard: number; readonly flaw?: Flaw }
  | { readonly kind: 'hung' };

/** A snapshot, with what its author knows of it. */
export interface LiveSnapshot {
  readonly name: string;
  readonly cache: string;
  readonly life: number;
  readonly node: string | undefined;
  readonly byRedrill: boolean;
  readonly requestedAt: number;
  readonly keys: number;
  readonly shards: readonly { readonly shard: number; readonly slots: string | undefined }[];
  status: string;
  takenAt: number | undefined;
  /** The file of each shard as it was written, flaws included; by shard. */
  readonly files: Map<number, Uint8Array>;
  /** Whether every file is what the cache held. */
  sound: boolean;
}

export interface SourceWatcher {
  snapshotTaken(snapshot: LiveSnapshot, tags: Readonly<Record<string, string>>): void;
  snapshotDeleted(snapshot: LiveSnapshot): void;
}

const DAY_MS = 86_400_000;
const QUOTA = 20;
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
  readonly #watcher: SourceWatcher;

  constructor(options: {
    readonly clock: VirtualClock;
    readonly landing: MemoryBucket;
    readonly seed: number;
    readonly shapes: readonly CacheShape[];
    readonly watcher: SourceWatcher;
  }) {
    this.#clock = options.clock;
    this.#landing = options.landing;
    this.#seed = options.seed;
    this.#watcher = options.watcher;
    const createdAt = this.#clock.now - DAY_MS;
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

  #asPort(): SourceElastiCache {
    return {
      listTagged: async (key) =>
        [...this.caches.values()]
          .filter(({ exists, tagged }) => exists && tagged && key === PLAN_TAG)
          .map(({ shape }) => ({ cache: shape.cache, plan: shape.plan })),
      findCache: async (cache) => {
        const found = this.caches.get(cache);
        return found?.exists ? sourceCacheOf(found) : undefined;
      },
      describeTopology: async (cache) => topologyOf(this.#existing(cache)),
      listSnapshots: async ({ cache }) =>
        [...this.snapshots.values()].filter((each) => each.cache === cache).map(viewOf),
      findSnapshot: async (name) => {
        const found = this.snapshots.get(name);
        return found && viewOf(found);
      },
      createSnapshot: async ({ name, source, tags }) =>
        this.#create(name, 'node' in source ? source.node : undefined, source, tags),
      exportSnapshot: async (name) => this.#export(name),
      deleteSnapshot: async (name) => this.#delete(name),
    };
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
        ? 'cache' in source && shape.cache === source.cache
        : shape.nodes.some(({ id }) => id === node),
    );
    if (cache === undefined || !cache.exists)
      throw new AppError('RefusedByAws', `ReplicationGroupNotFoundFault: ${JSON.stringify(source)}`);
    if (cache.status !== 'available')
      throw new AppError('SourceNotAvailable', `${cache.shape.cache} is ${cache.status}`);
    const counted = quotaNode(cache, node);
    if (this.counted(counted) >= QUOTA)
      throw new AppError('SnapshotBudgetSpent', `SnapshotQuotaExceededFault: ${counted}`);
    const snapshot = this.#snapshotOf(cache, { name, node, byRedrill: true });
    this.snapshots.set(name, snapshot);
    this.ledger.push({ node: counted, at: this.#clock.now, byRedrill: true });
    cache.status = 'snapshotting';
    this.#watcher.snapshotTaken(snapshot, tags);
    const seconds = new Random(this.#seed, `snapshot ${name}`).between(30, 90);
    this.#clock.at(this.#clock.now + seconds * 1000, () => this.#finish(cache, snapshot));
    return 'created';
  }

  #finish(cache: LiveCache, snapshot: LiveSnapshot): void {
    if (cache.status === 'snapshotting') cache.status = 'available';
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
      snapshot.shards.some(({ shard }) => this.#landing.current(landingKeys.shard(name, shard)) !== undefined)
    )
      return 'exists';
    if (snapshot.status !== 'available')
      throw new AppError('SourceNotAvailable', `snapshot ${name} is ${snapshot.status}`);
    snapshot.status = 'exporting';
    const trouble = this.caches.get(snapshot.cache)?.exportTroubles.shift();
    const random = new Random(this.#seed, `export ${name}`);
    let last = this.#clock.now;
    for (const each of snapshot.shards) {
      const at = this.#clock.now + random.between(30, 100) * 1000;
      if (trouble?.kind === 'missing' && trouble.shard % snapshot.shards.length === each.shard - 1) continue;
      if (trouble?.kind !== 'hung') this.#clock.at(at, () => this.#write(snapshot, each, trouble));
      last = Math.max(last, at);
    }
    if (trouble?.kind !== 'hung')
      this.#clock.at(last, () => {
        snapshot.status = 'available';
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
    const flaw = mine && trouble.kind === 'flawed' ? trouble.flaw : undefined;
    const content = {
      keys,
      slots,
      createdAtMs: this.#creationOf(snapshot, mine ? trouble.kind : undefined),
      ...(flaw === undefined ? {} : { flaw }),
    };
    const bytes = bytesOf(content);
    snapshot.files.set(shard, bytes);
    if (mine && trouble.kind === 'stale') snapshot.sound = false;
    if (flaw !== undefined && isDamage(flaw, slots)) snapshot.sound = false;
    this.#landing.put(landingKeys.shard(snapshot.name as SnapshotName, shard), bytes);
  }

  /** What the file says of when it was written. */
  #creationOf(snapshot: LiveSnapshot, kind: ExportTrouble['kind'] | undefined): number {
    if (kind === 'stale') return Math.floor((snapshot.requestedAt - 3 * DAY_MS) / DAY_MS) * DAY_MS;
    if (kind === 'skewed') return Math.floor((snapshot.requestedAt - 55 * 60_000) / 60_000) * 60_000;
    return (Math.floor(snapshot.requestedAt / CREATION_STEP_MS) + 1) * CREATION_STEP_MS;
  }

  #delete(name: SnapshotName): void {
    const snapshot = this.snapshots.get(name);
    if (snapshot === undefined) return;
    this.snapshots.delete(name);
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
      node: cache.shape.slots.length > 1 ? undefined : node,
      byRedrill,
      requestedAt: this.#clock.now,
      keys: cache.keys,
      shards: cache.shape.slots.map((slots, at) => ({ shard: at + 1, slots })),
      status: 'creating',
      takenAt: undefined,
      files: new Map(),
      sound: true,
    };
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

/** With cluster mode on AWS counts the whole group as one. */
export function quotaNode({ shape }: LiveCache, node: string | undefined): string {
  return shape.slots.length > 1 ? shape.cache : (node ?? shape.cache);
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
    dataTiering: false,
    snapshotTroubles: [],
    exportTroubles: [],
  };
}

function sourceCacheOf({ shape, status, dataTiering, createdAt }: LiveCache): SourceCache {
  return {
    cache: shape.cache,
    available: status === 'available',
    status,
    clusterMode: shape.slots.length > 1,
    shards: shape.slots.length,
    dataTiering,
    nodes: shape.nodes,
    lineage: {
      arn: `arn:aws:elasticache:eu-west-1:111122223333:replicationgroup:${shape.cache}`,
      createdAt: new Date(createdAt).toISOString(),
    },
  };
}

function viewOf({ name, cache, node, status, takenAt, shards }: LiveSnapshot): SnapshotView {
  return {
    name,
    cache: node === undefined ? cache : undefined,
    node,
    status,
    takenAt: takenAt === undefined ? undefined : new Date(takenAt),
    shards,
  };
}

function topologyOf({ shape }: LiveCache): Topology {
  return {
    engine: 'valkey',
    engineVersion: '8.0.1',
    nodeType: 'cache.r7g.large',
    clusterMode: shape.slots.length > 1,
    replicas: shape.nodes.length > shape.slots.length ? 1 : 0,
    shards: shape.slots.map((slots, at) =>
      slots === undefined ? { shard: at + 1 } : { shard: at + 1, slots },
    ),
    parameterGroup: 'default.valkey8',
    parameters: {},
    userGroups: [],
    securityGroups: [],
    tls: true,
    auth: 'token',
    automaticFailover: shape.slots.length > 1,
    multiAz: false,
    dataTiering: false,
    tags: {},
  };
}
