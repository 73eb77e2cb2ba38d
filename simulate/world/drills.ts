import type { Readings } from '@redrill/local-aws/readings';
import type { MemoryBucket } from '../../adapters/memory/bucket.ts';
import type { Connection, RestoredCluster } from '../../adapters/redis/restored-cluster.ts';
import { AppError } from '../../core/model/errors.ts';
import type {
  ClusterView,
  DrillClusterOrder,
  DrillElastiCache,
  DrillServerlessOrder,
} from '../../core/ports.ts';
import type { VirtualClock } from '../clock.ts';
import { DRILL_NODE } from '../config.ts';
import { type Content, contentOf, isLoadable, keysIn, liesIn } from './contents.ts';
import { lastsMs } from './durations.ts';
import { serverOf } from './restored-server.ts';
import { HIDDEN_MS, instantShown } from './source-views.ts';

export interface LiveCluster {
  readonly id: string;
  readonly createdAt: number;
  readonly tags: Readonly<Record<string, string>>;
  /** Undefined for clusters that are not a drill's. */
  readonly order: DrillClusterOrder | DrillServerlessOrder | undefined;
  readonly contents: readonly Content[];
  /** Never comes up, and stays so when the fault that did it is over; but it can be deleted. */
  readonly isStuck: boolean;
  status: string;
  /** What its nodes say, where that is something else. */
  nodeStatus?: string;
  /** Since when it is `available`. */
  availableAt?: number;
}

/** A parameter group, of a drill or of somebody. */
export interface LiveParameterGroup {
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
}

export interface DrillWatcher {
  created(cluster: LiveCluster): void;
  parametersMade(group: LiveParameterGroup): void;
  deletingParameters(group: LiveParameterGroup): void;
  deleting(cluster: LiveCluster): void;
  /** Commands of a drill reach a cluster, which shows all of its keys, or lacks one. */
  connected(cluster: LiveCluster, isWhole: boolean): void;
}

/** How clusters of the vault region go wrong, as long as it lasts. */
export interface DrillTroubles {
  capacity: boolean;
  noFirstType: boolean;
  stuck: boolean;
  restoreFails: boolean;
  deleteRefused: boolean;
  unreachable: boolean;
  differs: boolean;
}

/** Not drills: a production cluster, and one of a person whose name looks like a drill's. */
export const DECOYS = ['orders-standby', 'redrill-drill-lookalike'] as const;
/** Named like one that an old drill has left behind, and somebody's. */
const DECOY_PARAMETERS = 'redrill-drill-orders-202601010230';

const parametersArnOf = (name: string) =>
  `arn:aws:elasticache:eu-central-1:111122223333:parametergroup:${name}`;
const arnOf = (id: string) => `arn:aws:elasticache:eu-central-1:111122223333:replicationgroup:${id}`;
export const hostOf = (id: string) => `${id}.example.amazonaws.com`;

function isOfNodes(order: LiveCluster['order']): order is DrillClusterOrder {
  return order !== undefined && 'nodeType' in order;
}

/** ElastiCache of the vault region. */
export class DrillRegion {
  readonly clusters = new Map<string, LiveCluster>();
  readonly parameterGroups = new Map<string, LiveParameterGroup>();
  readonly troubles: DrillTroubles = {
    capacity: false,
    noFirstType: false,
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
  readonly #readings: Readings;
  readonly #watcher: DrillWatcher;

  constructor(options: {
    readonly clock: VirtualClock;
    readonly staging: MemoryBucket;
    readonly seed: number;
    readonly readings: Readings;
    readonly watcher: DrillWatcher;
  }) {
    this.#clock = options.clock;
    this.#staging = options.staging;
    this.#seed = options.seed;
    this.#readings = options.readings;
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
    this.parameterGroups.set(DECOY_PARAMETERS, { name: DECOY_PARAMETERS, tags: { owner: 'somebody' } });
    this.port = this.#asPort();
  }

  /** Whether something of a drill's is there. */
  get isBusy(): boolean {
    return this.clusters.size > DECOYS.length || this.parameterGroups.size > 1;
  }

  /** What verify-restore connects with. @throws AppError `RestoreUnreachable` */
  connect = async (target: Connection): Promise<RestoredCluster> => {
    const cluster = [...this.clusters.values()].find(({ id }) => hostOf(id) === target.endpoint.host);
    const answers = cluster !== undefined && this.#isOut(cluster, 'endpoint-answers');
    if (!answers || this.troubles.unreachable)
      throw new AppError('RestoreUnreachable', `${target.endpoint.host} does not answer`);
    this.#watcher.connected(cluster, !this.troubles.differs);
    if (isOfNodes(cluster.order) ? cluster.order.authToken !== target.password : this.#isClosed)
      throw new AppError(
        'RestoreUnreachable',
        `${cluster.id} cannot be read: NOAUTH Authentication required.`,
      );
    return this.#restored(cluster);
  };

  #restored({ id, contents }: LiveCluster): RestoredCluster {
    const differs = this.troubles.differs;
    return {
      servers: contents.map((content, at) =>
        serverOf(`${id} ${at}`, keysIn(content).slice(0, differs ? -1 : undefined)),
      ),
      serverTimeMs: async () => this.#clock.now,
      functions: async () => [],
      close: () => undefined,
    };
  }

  /** Whether what a cluster shows when it is `available` is there yet. */
  #isOut({ status, availableAt = 0 }: LiveCluster, what: 'endpoint-visible' | 'endpoint-answers'): boolean {
    const delayMs = this.#readings[what] === 'at-once' ? 0 : HIDDEN_MS;
    return status === 'available' && this.#clock.now - availableAt >= delayMs;
  }

  #isShown({ createdAt }: LiveCluster): boolean {
    return this.#readings['created-visible'] === 'at-once' || this.#clock.now - createdAt >= HIDDEN_MS;
  }

  /** @throws AppError while the cluster is not `available`: then its tags cannot be read */
  #tagsOf(arn: string): Readonly<Record<string, string>> {
    for (const { name, tags } of this.parameterGroups.values())
      if (parametersArnOf(name) === arn) return tags;
    const cluster = [...this.clusters.values()].find(({ id }) => arnOf(id) === arn);
    if (cluster?.status !== 'available')
      throw new AppError(
        this.#readings['tags-of-busy'] === 'not-found' ? 'NotFound' : 'RefusedByAws',
        `the tags of ${arn} cannot be read while it is '${cluster?.status}'`,
      );
    const areVisible =
      this.#readings['tags-visible'] === 'at-once' || this.#clock.now - cluster.createdAt >= HIDDEN_MS;
    return areVisible ? cluster.tags : {};
  }

  #asPort(): DrillElastiCache {
    return {
      createCluster: async (order) => this.#create(order),
      createServerless: async (order) => this.#createServerless(order),
      findCluster: async (id) => {
        const found = this.clusters.get(id);
        return found && this.#isShown(found) ? this.#viewOf(found) : undefined;
      },
      listClusters: async (prefix) =>
        [...this.clusters.values()]
          .filter((each) => each.id.startsWith(prefix) && this.#isShown(each))
          .map((each) => this.#viewOf(each)),
      tagsOf: async (arn) => this.#tagsOf(arn),
      nodeStatuses: async (id) => {
        const { nodeStatus, status } = this.clusters.get(id) ?? {};
        return [nodeStatus ?? status ?? []].flat();
      },
      deleteCluster: async (id) => this.#delete(id),
      listParameterGroups: async (prefix) =>
        [...this.parameterGroups.keys()]
          .filter((name) => name.startsWith(prefix))
          .map((name) => ({ name, arn: parametersArnOf(name) })),
      deleteParameterGroup: async (name) => this.#deleteParameters(name),
    };
  }

  #create(order: DrillClusterOrder): 'created' | 'exists' | 'no-capacity' {
    if (order.parameters !== undefined && !this.parameterGroups.has(order.id)) this.#makeParameters(order);
    if (this.clusters.has(order.id)) return 'exists';
    const { capacity, noFirstType } = this.troubles;
    const lacksNode = capacity || (noFirstType && order.nodeType === DRILL_NODE);
    if (lacksNode && this.#readings['capacity-refusal'] === 'at-the-call') return 'no-capacity';
    const files = order.snapshotArns.map((arn) => this.#staged(arn));
    const contents = this.#dealt(files, order);
    const databases = Number(order.parameters?.databases ?? 16);
    const canLoad = files.every((file) => isLoadable(file) && (file.databases ?? 0) <= databases);
    const isLoaded = contents !== undefined && canLoad;
    this.#begin(order, contents ?? files, { lacksNode, isLoaded });
    return 'created';
  }

  /** Its statuses are those of a group, and it has no nodes that say more. */
  #createServerless(order: DrillServerlessOrder): 'created' | 'exists' {
    if (this.clusters.has(order.id)) return 'exists';
    const files = order.snapshotArns.map((arn) => this.#staged(arn));
    if (this.#readings['serverless-s3-seed'] === 'refused')
      throw new AppError('RestoreSeedRefused', 'InvalidParameterValue: the snapshot is not valid');
    this.#begin(order, files, { lacksNode: false, isLoaded: files.every(isLoadable) });
    return 'created';
  }

  #begin(
    order: NonNullable<LiveCluster['order']>,
    contents: readonly Content[],
    { lacksNode, isLoaded: isLoadable }: { readonly lacksNode: boolean; readonly isLoaded: boolean },
  ): void {
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
    if (cluster.isStuck) return;
    const isLoaded = isLoadable && !this.troubles.restoreFails;
    this.#clock.at(this.#clock.now + this.#lastsMs('create', order.id), () => {
      if (cluster.status !== 'creating') return;
      cluster.status = lacksNode || !isLoaded ? 'create-failed' : 'available';
      if (!lacksNode && !isLoaded && isOfNodes(order)) cluster.nodeStatus = 'restore-failed';
      cluster.availableAt = this.#clock.now;
    });
  }

  /** Whether a serverless cache lets nobody in who has no user. */
  get #isClosed(): boolean {
    return this.#readings['serverless-without-group'] === 'closed';
  }

  #lastsMs(step: 'create' | 'delete', name: string): number {
    return lastsMs(step, { seed: this.#seed, readings: this.#readings, name });
  }

  #makeParameters({ id, tags }: DrillClusterOrder): void {
    const group = { name: id, tags };
    this.parameterGroups.set(id, group);
    this.#watcher.parametersMade(group);
  }

  #deleteParameters(name: string): 'gone' | 'in-use' {
    const group = this.parameterGroups.get(name);
    if (group === undefined) return 'gone';
    this.#watcher.deletingParameters(group);
    const order = this.clusters.get(name)?.order;
    if (isOfNodes(order) && order.parameters !== undefined) return 'in-use';
    this.parameterGroups.delete(name);
    return 'gone';
  }

  /** The files in the order of the shards that serve their keys; undefined if they have to be in it and are not. */
  #dealt(
    files: readonly Content[],
    { clusterMode, shards }: DrillClusterOrder,
  ): readonly Content[] | undefined {
    if (!clusterMode) return files;
    const bySlot = shards.flatMap(({ slots = '' }) => files.find((file) => liesIn(file, slots)) ?? []);
    if (this.#readings['seed-placement'] === 'by-slot') return bySlot;
    return files.every((file, at) => file === bySlot[at]) ? files : undefined;
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
    if (this.troubles.deleteRefused || /^delet/.test(cluster.status)) return 'deleting';
    cluster.status = 'deleting';
    const forget = () => void this.clusters.delete(id);
    this.#clock.at(this.#clock.now + this.#lastsMs('delete', id), () => {
      if (this.#readings['deleted-visible'] === 'gone') return forget();
      cluster.status = 'deleted';
      this.#clock.at(this.#clock.now + HIDDEN_MS, forget);
    });
    return 'deleting';
  }

  #viewOf(cluster: LiveCluster): ClusterView {
    const { id, status, createdAt, order } = cluster;
    return {
      id,
      arn: arnOf(id),
      status,
      createdAt:
        this.#readings['absent-fields'] === 'present' ? instantShown(this.#readings, createdAt) : undefined,
      nodeType: isOfNodes(order) ? order.nodeType : undefined,
      ...(order && !isOfNodes(order) && { isServerless: true }),
      ...(order && { description: order.description }),
      endpoint: this.#isOut(cluster, 'endpoint-visible') ? { host: hostOf(id), port: 6379 } : undefined,
    };
  }
}
