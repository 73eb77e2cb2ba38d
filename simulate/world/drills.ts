import type { MemoryBucket } from '../../adapters/memory/bucket.ts';
import type { Connection, RestoredCluster, RestoredServer } from '../../adapters/redis/restored-cluster.ts';
import { AppError } from '../../core/model/errors.ts';
import type { ClusterView, DrillClusterOrder, DrillElastiCache } from '../../core/ports.ts';
import type { DumpedKey, NameHash } from '../../rdb/index.ts';
import type { VirtualClock } from '../clock.ts';
import { Random } from '../random.ts';
import { type Content, contentOf, isLoadable, keysIn } from './contents.ts';

export interface LiveCluster {
  readonly id: string;
  readonly createdAt: number;
  readonly tags: Readonly<Record<string, string>>;
  /** Undefined for clusters that are not a drill's. */
  readonly order: DrillClusterOrder | undefined;
  readonly contents: readonly Content[];
  /** Never comes up, and stays so when the fault that did it is over; but it can be deleted. */
  readonly isStuck: boolean;
  status: string;
}

export interface DrillWatcher {
  created(cluster: LiveCluster): void;
  deleting(cluster: LiveCluster): void;
  /** Commands of a drill reach a cluster, which shows all of its keys, or lacks one. */
  connected(cluster: LiveCluster, isWhole: boolean): void;
}

/** How clusters of the vault region go wrong, as long as it lasts. */
export interface DrillTroubles {
  capacity: boolean;
  stuck: boolean;
  restoreFails: boolean;
  deleteRefused: boolean;
  unreachable: boolean;
  differs: boolean;
}

/** Not drills: a production cluster, and one of a person whose name looks like a drill's. */
export const DECOYS = ['orders-standby', 'redrill-drill-lookalike'] as const;

const arnOf = (id: string) => `arn:aws:elasticache:eu-central-1:111122223333:replicationgroup:${id}`;
export const hostOf = (id: string) => `${id}.example.amazonaws.com`;

/** ElastiCache of the vault region. */
export class DrillRegion {
  readonly clusters = new Map<string, LiveCluster>();
  readonly troubles: DrillTroubles = {
    capacity: false,
    stuck: false,
    restoreFails: false,
    deleteRefused: false,
    unreachable: false,
    differs: false,
  };
  readonly port: DrillElastiCache;
  readonly #clock: VirtualClock;
  readonly #staging: MemoryBucket;
  readonly #seed: number;
  readonly #watcher: DrillWatcher;

  constructor(options: {
    readonly clock: VirtualClock;
    readonly staging: MemoryBucket;
    readonly seed: number;
    readonly watcher: DrillWatcher;
  }) {
    this.#clock = options.clock;
    this.#staging = options.staging;
    this.#seed = options.seed;
    this.#watcher = options.watcher;
    for (const id of DECOYS)
      this.clusters.set(id, {
        id,
        createdAt: this.#clock.now,
        tags: { owner: 'somebody' },
        order: undefined,
        contents: [],
        isStuck: false,
        status: 'available',
      });
    this.port = this.#asPort();
  }

  /** What verify-restore connects with. @throws AppError `RestoreUnreachable` */
  connect = async (target: Connection): Promise<RestoredCluster> => {
    const cluster = [...this.clusters.values()].find(({ id }) => hostOf(id) === target.endpoint.host);
    if (cluster === undefined || cluster.status !== 'available' || this.troubles.unreachable)
      throw new AppError('RestoreUnreachable', `${target.endpoint.host} does not answer`);
    this.#watcher.connected(cluster, !this.troubles.differs);
    if (cluster.order?.authToken !== target.password)
      throw new AppError('RestoreUnreachable', `${cluster.id} refuses the token`);
    return this.#restored(cluster);
  };

  #restored({ id, contents }: LiveCluster): RestoredCluster {
    const differs = this.troubles.differs;
    return {
      servers: contents.map((content, at) => serverOf(`${id} ${at}`, keysIn(content).slice(differs ? 1 : 0))),
      serverTimeMs: async () => this.#clock.now,
      functions: async () => [],
      close: () => undefined,
    };
  }

  #asPort(): DrillElastiCache {
    return {
      createCluster: async (order) => this.#create(order),
      findCluster: async (id) => {
        const found = this.clusters.get(id);
        return found && viewOf(found);
      },
      listClusters: async (prefix) =>
        [...this.clusters.values()].filter(({ id }) => id.startsWith(prefix)).map(viewOf),
      tagsOf: async (arn) => [...this.clusters.values()].find(({ id }) => arnOf(id) === arn)?.tags ?? {},
      nodeStatuses: async (id) => [this.clusters.get(id)?.status ?? []].flat(),
      deleteCluster: async (id) => this.#delete(id),
      // No simulated cache needs parameters of its own.
      listParameterGroups: async () => [],
      deleteParameterGroup: async () => 'gone',
    };
  }

  #create(order: DrillClusterOrder): 'created' | 'exists' | 'no-capacity' {
    if (this.clusters.has(order.id)) return 'exists';
    if (this.troubles.capacity) return 'no-capacity';
    const contents = order.snapshotArns.map((arn) => this.#staged(arn));
    const cluster: LiveCluster = {
      id: order.id,
      createdAt: this.#clock.now,
      tags: order.tags,
      order,
      contents,
      isStuck: this.troubles.stuck,
      status: 'creating',
    };
    this.clusters.set(order.id, cluster);
    this.#watcher.created(cluster);
    if (cluster.isStuck) return 'created';
    const seconds = new Random(this.#seed, `cluster ${order.id}`).between(240, 700);
    const loads = !this.troubles.restoreFails && contents.every(isLoadable);
    this.#clock.at(this.#clock.now + seconds * 1000, () => {
      if (cluster.status === 'creating') cluster.status = loads ? 'available' : 'restore-failed';
    });
    return 'created';
  }

  /** Seeding reads SSE-S3 only: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-seeding-redis.html (checked 2026-11-21) */
  #staged(arn: string): Content {
    const key = arn.slice(`arn:aws:s3:::${this.#staging.name}/`.length);
    const staged = this.#staging.current(key);
    const content = staged && contentOf(staged.body);
    if (staged?.encryption !== 'sse-s3' || content === undefined)
      throw new AppError('RefusedByAws', `InvalidParameterValue: ${arn} cannot be read`);
    return content;
  }

  #delete(id: string): 'deleting' | 'gone' {
    const cluster = this.clusters.get(id);
    if (cluster === undefined) return 'gone';
    this.#watcher.deleting(cluster);
    // One that is being created cannot be deleted yet.
    if (cluster.status === 'creating' && !cluster.isStuck) return 'deleting';
    if (this.troubles.deleteRefused || cluster.status === 'deleting') return 'deleting';
    cluster.status = 'deleting';
    this.#clock.at(this.#clock.now + 240_000, () => this.clusters.delete(id));
    return 'deleting';
  }
}

/** Keys between two places from which a scan can go on. */
const SCANNED_AT_ONCE = 500;

/** One shard's server, which answers as the product's own reading of a database does; a cursor is a place in its list. */
function serverOf(runId: string, keys: readonly DumpedKey[]): RestoredServer {
  return {
    runId,
    databases: async () => (keys.length === 0 ? [] : [0]),
    read: async ({ cursor, database, digest, concerns, takes, isEnough }) => {
      const name: NameHash = new Uint32Array(4);
      for (let at = Number(cursor); at < keys.length; ) {
        for (const { key, expiresAtMs, payload } of keys.slice(at, at + SCANNED_AT_ONCE)) {
          digest.hashName(key, name);
          if (concerns(name) && takes(name, expiresAtMs))
            digest.add({ database, name, expiresAtMs }, payload);
        }
        at += SCANNED_AT_ONCE;
        if (at < keys.length && isEnough()) return { cursor: String(at), inPieces: 0 };
      }
      return { cursor: '0', inPieces: 0 };
    },
  };
}

function viewOf({ id, status, createdAt, order }: LiveCluster): ClusterView {
  const endpoint = status === 'available' ? { host: hostOf(id), port: 6379 } : undefined;
  return { id, arn: arnOf(id), status, createdAt: new Date(createdAt), nodeType: order?.nodeType, endpoint };
}
