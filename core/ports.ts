import type { PagerDutyEvent } from './alerts/compose-page.ts';
import type { RedrillEvent } from './contracts/events.ts';
import type { CacheKind } from './contracts/fields.ts';
import type { Lineage } from './contracts/lineage.ts';
import type { DrillLimits } from './contracts/plan.ts';
import type { RestoredClusterOrder } from './contracts/restore.ts';
import type { BucketSetting, ChannelPart, SettingDocument } from './contracts/settings.ts';
import type { Topology } from './contracts/topology.ts';
import type { SnapshotName } from './model/names.ts';

/**
 * What Redrill needs of the world. Adapters translate every refusal into an AppError once: `AwsThrottled` and
 * `AwsUnavailable` are worth another try, `AccessDenied`, `NotFound` and `RefusedByAws` are not. Every write is safe to
 * repeat: it says whether it found its own earlier work.
 */

/** The current instant; injected, so that decisions can be replayed. */
export type Now = () => Date;

/** Milliseconds until the running invocation is cut off: long work saves where it is, and goes on in the next one. */
export type TimeLeft = () => number;

export interface ProtectedCache {
  readonly cache: string;
  readonly plan: string;
}

/** One node that snapshots can be taken from. */
export interface CacheNode {
  readonly id: string;
  readonly role: 'primary' | 'replica' | 'unknown';
}

export interface SourceCache {
  /** Its name in Redrill: its id, or the alias for it. */
  readonly cache: string;
  /** ElastiCache's own. */
  readonly id: string;
  readonly kind: CacheKind;
  /** Why it cannot be backed up, if its id does not name one cache of a kind that can. */
  readonly refusal?: string;
  readonly available: boolean;
  readonly status: string;
  readonly clusterMode: boolean;
  readonly shards: number;
  readonly dataTiering: boolean;
  /** Id, ARN or alias of the customer managed key that it is encrypted at rest with. */
  readonly kmsKey?: string;
  readonly nodes: readonly CacheNode[];
  /** Undefined if ElastiCache does not tell. */
  readonly lineage?: Lineage;
}

/** Each kind of cache has snapshots of its own, and names for them. */
export interface SnapshotId {
  readonly name: SnapshotName;
  readonly kind: CacheKind;
}

export interface SnapshotView {
  readonly kind: CacheKind;
  readonly name: string;
  /** The replication group or the serverless cache it was taken of. */
  readonly cache: string | undefined;
  /** The node it was taken from; undefined with cluster mode on. */
  readonly node: string | undefined;
  readonly status: string;
  /** The earliest of its shards'; undefined while it is being created. */
  readonly takenAt: Date | undefined;
  /** None of a serverless cache: how many files it is exported to shows in the bucket alone. */
  readonly shards: readonly { readonly shard: number; readonly slots: string | undefined }[];
}

/** What a snapshot is taken of: one node, a whole replication group, or a serverless cache. */
export type SnapshotSource =
  | { readonly node: string }
  | { readonly cache: string }
  | { readonly serverless: string };

export interface DrillClusterOrder {
  readonly id: string;
  readonly description: string;
  readonly engine: string;
  readonly engineVersion: string;
  readonly nodeType: string;
  readonly clusterMode: boolean;
  readonly shards: readonly { readonly shard: number; readonly slots: string | undefined }[];
  /** S3 ARNs of the staged RDB files, in shard order. */
  readonly snapshotArns: readonly string[];
  readonly authToken: string;
  readonly subnetGroup: string;
  readonly securityGroupId: string;
  /** Without them its data cannot be loaded: they make a parameter group of the cluster's own. @default the engine's own */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

/** A serverless cache to be seeded from staged files, for a drill. */
export interface DrillServerlessOrder
  extends Pick<
    DrillClusterOrder,
    'id' | 'description' | 'engine' | 'engineVersion' | 'snapshotArns' | 'securityGroupId' | 'tags'
  > {
  readonly limits: DrillLimits;
  readonly subnets: readonly string[];
}

export interface ClusterView {
  readonly id: string;
  readonly arn: string;
  readonly status: string;
  readonly createdAt: Date | undefined;
  readonly nodeType: string | undefined;
  /** @default unknown */
  readonly description?: string;
  readonly isServerless?: true;
  /** Configuration endpoint with cluster mode on, else the primary's. */
  readonly endpoint: { readonly host: string; readonly port: number } | undefined;
}

/** ElastiCache in the source region. */
export interface SourceElastiCache {
  /** Every cache that carries the tag; all pages. */
  listTagged(tagKey: string): Promise<readonly ProtectedCache[]>;
  findCache(cache: string): Promise<SourceCache | undefined>;
  describeTopology(cache: string): Promise<Topology>;
  /** Manual snapshots of a cache and of each of its nodes; all pages. */
  listSnapshots(
    source: Pick<SourceCache, 'id' | 'kind' | 'clusterMode' | 'nodes'>,
  ): Promise<readonly SnapshotView[]>;
  findSnapshot(snapshot: SnapshotId): Promise<SnapshotView | undefined>;
  /**
   * @returns `exists` if a snapshot of this name is there already
   * @throws AppError `SourceNotAvailable` while the cache cannot be snapshotted, `SnapshotBudgetSpent` at AWS's quota
   */
  createSnapshot(order: {
    readonly name: SnapshotName;
    readonly source: SnapshotSource;
    readonly tags: Readonly<Record<string, string>>;
  }): Promise<'created' | 'exists'>;
  /** Starts the export to S3. @returns `started`, or `exists` if the bucket already holds a file of this name */
  exportSnapshot(snapshot: SnapshotId, bucket: string): Promise<'started' | 'exists'>;
  deleteSnapshot(snapshot: SnapshotId): Promise<void>;
}

/** ElastiCache in the vault region, for drills only. */
export interface DrillElastiCache {
  /** @returns `exists` if there is one of this id; `no-capacity` if AWS has no such node at the moment */
  createCluster(order: DrillClusterOrder): Promise<'created' | 'exists' | 'no-capacity'>;
  /**
   * @returns `exists` if there is one of this name
   * @throws AppError `RestoreSeedRefused` if ElastiCache makes no serverless cache of the files
   */
  createServerless(order: DrillServerlessOrder): Promise<'created' | 'exists'>;
  /** Of either kind. */
  findCluster(id: string): Promise<ClusterView | undefined>;
  /** Clusters whose id begins so; all pages. */
  listClusters(idPrefix: string): Promise<readonly ClusterView[]>;
  tagsOf(arn: string): Promise<Readonly<Record<string, string>>>;
  /** Of each node of the cluster, its own status; empty if there is no such cluster any more. */
  nodeStatuses(id: string): Promise<readonly string[]>;
  /** No final snapshot is taken. @returns `gone` if there is none of this id */
  deleteCluster(id: string): Promise<'deleting' | 'gone'>;
  /** Parameter groups whose name begins so; all pages. */
  listParameterGroups(prefix: string): Promise<readonly { readonly name: string; readonly arn: string }[]>;
  /** @returns `gone` also if there is none of this name; `in-use` as long as a cluster has it */
  deleteParameterGroup(name: string): Promise<'gone' | 'in-use'>;
}

/** A replication group or serverless cache to be seeded from staged files, for good. */
export interface RestoreOrder extends RestoredClusterOrder {
  readonly id: string;
  readonly description: string;
  /** S3 ARNs of the staged RDB files, in shard order. */
  readonly snapshotArns: readonly string[];
  readonly authToken?: string;
}

/** A version that can be ordered. */
export interface EngineOffer {
  readonly engine: string;
  readonly version: string;
  /** Of the parameter groups that fit. */
  readonly family: string;
}

export interface ParameterGroupView {
  readonly name: string;
  readonly family: string;
  readonly clusterMode: boolean;
  /** What somebody changed. */
  readonly parameters: Readonly<Record<string, string>>;
}

export interface SubnetGroupView {
  readonly name: string;
  readonly vpcId: string;
  /** Their ids. */
  readonly subnets?: readonly string[];
}

/** ElastiCache of the region to restore into, with a person's credentials. It deletes nothing. */
export interface RestoreElastiCache extends Pick<DrillElastiCache, 'findCluster' | 'tagsOf'> {
  /**
   * @returns `exists` if there is one of this id; `no-capacity` if AWS has no such node at the moment
   * @throws AppError `RestoreSeedRefused` if AWS does not take files in S3 for a serverless cache
   */
  createCluster(order: RestoreOrder): Promise<'created' | 'exists' | 'no-capacity'>;
  /** All pages. */
  engineOffers(): Promise<readonly EngineOffer[]>;
  /** @returns undefined if there is none of this name */
  parameterGroup(name: string): Promise<ParameterGroupView | undefined>;
  subnetGroups(): Promise<readonly SubnetGroupView[]>;
  /** Ids of the user groups that can be used. */
  userGroups(): Promise<readonly string[]>;
  /** What ElastiCache has said of a cluster lately, oldest first. */
  eventsOf(cluster: Pick<ClusterView, 'id' | 'isServerless'>): Promise<readonly string[]>;
}

/** Where something points, at one moment. */
export interface Pointing {
  readonly value: string;
  /** What it was before it led to where it does now; undefined if that is not known. */
  readonly former: string | undefined;
  /** Changes with every write. */
  readonly version: string;
}

/** What applications find a cache by: an SSM parameter, or a DNS record. */
export interface Pointer {
  /** For people: what it is, and where. */
  readonly title: string;
  /** Whether it names a host alone, as a CNAME does, or an endpoint in whatever form it has now. */
  readonly holds: 'host' | 'endpoint';
  /** How long clients may go on with what they have read, seconds, if that is known. */
  readonly staleSeconds?: number;
  /** @returns undefined if it does not exist */
  read(): Promise<Pointing | undefined>;
  /**
   * Points it elsewhere, and keeps the value of now as the former one.
   * @throws AppError `PointerMoved` if it is not as it was read any more
   */
  turn(from: Pointing, to: string): Promise<void>;
}

export interface ObjectHead {
  readonly key: string;
  readonly bytes: number;
  readonly etag: string;
  readonly modifiedAt: Date;
  /** Not in listings, nor in a bucket without versions. */
  readonly versionId?: string;
}

/** Which version of an object. @default the current one */
export interface VersionOptions {
  readonly versionId?: string;
}

/** One version of an object, or a delete marker, as S3 lists them. */
export interface ObjectVersion {
  readonly key: string;
  /** `null` in a bucket without versions. */
  readonly versionId: string;
  /** Empty for a delete marker. */
  readonly etag: string;
  readonly bytes: number;
  readonly isLatest: boolean;
  readonly isDeleteMarker: boolean;
  readonly modifiedAt: Date;
}

/** What S3 computed of an object's bytes when it stored them. */
export interface ObjectChecksum {
  readonly bytes: number;
  /** Of the whole object, as S3 writes it; undefined if it was stored with another checksum. */
  readonly crc64nvme: string | undefined;
}

export interface StreamOptions extends VersionOptions {
  /** @default 0 */
  readonly fromByte?: number;
  /** Not included. @default its end */
  readonly toByte?: number;
  /** @default that of the version that is there */
  readonly etag?: string;
}

export interface ReadObject {
  readonly body: Uint8Array;
  readonly etag: string;
  /** Undefined in a bucket without versions. */
  readonly versionId?: string;
}

/** One bucket. Strong read-after-write consistency, as S3 gives it. */
export interface ObjectStore {
  readonly bucket: string;
  /** @param options `atMost` ends the listing after about as many objects, for a prefix where others may have written any number. @default all pages */
  list(
    prefix: string,
    options?: { readonly startAfter?: string; readonly atMost?: number },
  ): Promise<readonly ObjectHead[]>;
  /** The names one level below the prefix, as a folder listing shows them. */
  listFolders(prefix: string, options?: { readonly startAfter?: string }): Promise<readonly string[]>;
  /** All versions and delete markers, in the order of the keys, each key's newest first; all pages. */
  versions(prefix: string): Promise<readonly ObjectVersion[]>;
  head(key: string, options?: VersionOptions): Promise<ObjectHead | undefined>;
  /** The checksum that S3 keeps of a version, without reading it. */
  checksum(key: string, options?: VersionOptions): Promise<ObjectChecksum | undefined>;
  read(key: string, options?: VersionOptions): Promise<ReadObject | undefined>;
  /**
   * The object's bytes in order, in pieces, in constant memory, all of one version of the object. A piece must not be
   * used any longer when the next one is asked for.
   * @throws AppError `StateChanged` if it is not, or no longer, the version of this etag, or of the reading's beginning
   */
  stream(key: string, options?: StreamOptions): AsyncIterable<Uint8Array>;
  /**
   * @param condition `absent`: only if no such object exists; an etag: only if it is still that version
   * @returns `conflict` if the condition does not hold, and nothing was written
   */
  write(
    key: string,
    body: string | Uint8Array,
    condition?: 'absent' | { readonly etag: string },
  ): Promise<'written' | 'conflict'>;
  /** Of the object's current version. */
  tags(key: string): Promise<Readonly<Record<string, string>>>;
  /** Sets tags of the object's current version; its other tags stay. */
  tag(key: string, tags: readonly { readonly key: string; readonly value: string }[]): Promise<void>;
  /**
   * Locks the object's current version: nobody deletes it before then. A lock is only ever lengthened.
   * @throws AppError `AccessDenied` if it is locked for longer already
   */
  lock(key: string, lock: ObjectLock): Promise<void>;
  remove(key: string): Promise<void>;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html (checked 2026-11-22) */
export interface ObjectLock {
  readonly mode: 'governance' | 'compliance';
  readonly until: Date;
}

/** Copies between buckets on S3's side, with its full-object CRC64NVME; larger objects in parts. */
export interface ShardCopier {
  /**
   * @returns `missing` if there is no source object
   * @throws AppError `ExportChanged` if the source no longer has the given ETag; nothing was copied then
   * @throws AppError `CopyDiffers` if sizes or checksums of the two do not agree afterwards
   */
  copy(order: {
    readonly from: {
      readonly bucket: string;
      readonly key: string;
      readonly region: string;
      /** @default the current version */
      readonly versionId?: string;
      /** Copy this version of the source only. @default the version that is there when the copy begins */
      readonly etag?: string;
      /** Copy nothing of another size, bytes. @default any size */
      readonly bytes?: number;
    };
    readonly to: { readonly bucket: string; readonly key: string };
    readonly encryption: { readonly kmsKeyArn: string } | 'sse-s3';
    /** Canonical user id that the copy's ACL allows to read it. @default no ACL */
    readonly readableBy?: string;
  }): Promise<'copied' | 'missing'>;
}

export interface Workflows {
  /** @returns `exists` if an execution of this name was started in the last 90 days */
  start(stateMachineArn: string, name: string, input: object): Promise<'started' | 'exists'>;
  /** The execution of this name; undefined if there was none. */
  find(
    stateMachineArn: string,
    name: string,
  ): Promise<{ readonly status: string; readonly stoppedAt: Date | undefined } | undefined>;
}

export type Severity = 'page' | 'ticket';

/** A message to people. Never contains a key name, a value or a secret. */
export interface Alert {
  readonly code: string;
  readonly severity: Severity;
  readonly cache: string;
  readonly subject: string;
  readonly text: string;
  /** What a chat shows in one thread: a fault, its reminders and its end. @default code and cache */
  readonly thread?: string;
  /** Tells this occurrence of the fault from its next one: since when it lasts, or the execution. @default not known */
  readonly occurrence?: string;
  /** Of the message that a fault is over: its code and severity. */
  readonly ended?: { readonly code: string; readonly severity: Severity };
  /** The command to run next. */
  readonly next?: string;
}

export interface Alerts {
  publish(alert: Alert): Promise<void>;
}

/** Programs hear by events what people hear by alerts, and more. */
export interface Events {
  /** What was put before is put again with the same id. */
  put(events: readonly RedrillEvent[]): Promise<void>;
}

export interface Parameters {
  read(name: string): Promise<string | undefined>;
}

/** One who hears of alerts, or will once they have confirmed it. */
export interface Subscription {
  readonly protocol: string;
  readonly endpoint: string;
  readonly confirmed: boolean;
  /** What its further settings are read by. @default it is not confirmed */
  readonly arn?: string;
}

/**
 * Settings as AWS has them at the moment, each in the form of its service's API, without what only AWS can set; undefined
 * where there is none. A setting that cannot be read throws: it is never taken for one that is not there.
 */
export interface Settings {
  ofBucket(bucket: string, setting: BucketSetting): Promise<SettingDocument | undefined>;
  ofKey(arn: string): Promise<SettingDocument | undefined>;
  ofKeyPolicy(arn: string): Promise<SettingDocument | undefined>;
  /**
   * `Trust`, `Policies` by name, ARNs of the `Attached` ones, and that of the `Boundary` if there is one, in four calls.
   * @param policies names of the inline policies that are read; of others the name alone is found
   */
  ofRole(name: string, policies: readonly string[]): Promise<SettingDocument | undefined>;
  ofSchedule(group: string, name: string): Promise<SettingDocument | undefined>;
  /** Those of them that there are, by name. */
  ofAlarms(names: readonly string[]): Promise<ReadonlyMap<string, SettingDocument>>;
  /** Those of these alarms that are in ALARM. */
  alarmsInAlarm(names: readonly string[]): Promise<readonly string[]>;
  /** Takes an alarm out of ALARM until its next evaluation, within a minute, which notifies again. */
  sendAlarmAgain(name: string): Promise<void>;
  /** All pages; undefined if there is no such topic. */
  subscriptionsOf(topicArn: string): Promise<readonly Subscription[] | undefined>;
  /** `FilterPolicy`, `FilterPolicyScope`, `RawMessageDelivery`. */
  ofSubscription(arn: string): Promise<SettingDocument | undefined>;
  /** @param name as the contract of the expected settings has it */
  ofChannel(part: ChannelPart, name: string): Promise<SettingDocument | undefined>;
}

/** Incidents of PagerDuty. */
export interface PagerDuty {
  /**
   * An event of the same `dedup_key` updates or resolves the same incident, so an event is safe to repeat.
   * @throws AppError `PagerDutyRefused` if the event or its key is wrong; `AwsUnavailable` after several attempts
   */
  send(event: PagerDutyEvent): Promise<void>;
}

/** A dead man's switch: it alarms when the pings stop. */
export interface Heartbeat {
  /** @throws AppError `HeartbeatRefused` for anything but a public https address; `AwsUnavailable` if it does not answer */
  ping(url: string, body: string): Promise<void>;
}

export interface Metrics {
  count(name: string, value: number, dimensions?: Readonly<Record<string, string>>): void;
  seconds(name: string, value: number, dimensions?: Readonly<Record<string, string>>): void;
}
