import type { RedisNode } from '../../redis/node.ts';
import type { SlotRange } from '../../redis/slots.ts';
import type { EngineVersion } from './engine-versions.ts';
import type { Place } from './names.ts';
import type { ServerlessState } from './serverless/state.ts';

export type Tags = Map<string, string>;

/**
 * Of ReplicationGroup.Status. A group whose data do not fit is `create-failed`, and its clusters are
 * `restore-failed`, each by the values that the API documents for it. Of one that lacks capacity the clusters are
 * `create-failed`: https://runbooks.cloud-platform.service.justice.gov.uk/elasticache-insufficient-az-capacity.html
 */
export type GroupStatus =
  | 'creating'
  | 'available'
  | 'modifying'
  | 'snapshotting'
  | 'deleting'
  | 'deleted'
  | 'create-failed';

/** A node of a cache: a cluster, in the API's word. */
export interface Member {
  readonly cacheClusterId: string;
  readonly availabilityZone: string;
  /** When its manual snapshots were ordered, deleted ones included, for the quota. */
  readonly snapshotTimes: number[];
  node: RedisNode | undefined;
}

export interface Shard {
  /** `0001` and so on, or as the owner chose it. */
  readonly id: string;
  readonly slots: readonly SlotRange[];
  /** The primary first. */
  members: readonly Member[];
}

/** What a request settled for good. */
export interface GroupSettings extends Place {
  readonly id: string;
  /** Whether it is a cluster outside a replication group. */
  readonly isStandalone: boolean;
  readonly description: string;
  readonly clusterMode: 'on' | 'off';
  readonly nodeType: string;
  readonly engine: EngineVersion;
  readonly parameterGroupName: string;
  readonly subnetGroupName: string;
  readonly securityGroupIds: readonly string[];
  readonly tls: boolean;
  readonly authToken: string | undefined;
  readonly atRestEncryption: boolean;
  readonly kmsKeyId: string | undefined;
  readonly automaticFailover: boolean;
  readonly multiAz: boolean;
  readonly durability: 'default' | 'disabled' | 'async' | 'sync';
  readonly port: number;
  readonly maintenanceWindow: string;
  readonly snapshotWindow: string;
  readonly snapshotRetentionLimit: number;
  readonly autoMinorVersionUpgrade: boolean;
}

export interface Group extends GroupSettings {
  readonly arn: string;
  readonly createdAt: number;
  readonly tags: Tags;
  shards: readonly Shard[];
  description: string;
  maintenanceWindow: string;
  snapshotWindow: string;
  snapshotRetentionLimit: number;
  /** Whose automatic snapshots are kept; cluster mode off only. */
  snapshottingClusterId: string | undefined;
  /** Everything that the group's processes keep on disk. */
  readonly folder: string;
  status: GroupStatus;
  /** Whether its endpoints are shown, as far as its status lets them be. */
  showsEndpoints: boolean;
  /** Whether its name is resolved. */
  isReachable: boolean;
  /** Snapshots that were accepted while another one was being taken, in their order. */
  readonly queued: (() => void)[];
  /** What the group's clusters are while it is `create-failed`. */
  nodesFailed: 'restore-failed' | 'create-failed';
  /** Continues what a fault froze. */
  thaw: (() => void) | undefined;
}

/** `exporting` is shown as the readings say. */
export type SnapshotStatus = 'creating' | 'available' | 'exporting' | 'deleting' | 'deleted' | 'failed';

/** One shard's part of a snapshot. */
export interface NodeSnapshotRecord {
  readonly cacheClusterId: string;
  readonly shardId: string;
  readonly slots: readonly SlotRange[];
  readonly replicas: number;
  /** Known once saved. */
  saved: { readonly file: string; readonly at: number; readonly usedBytes: number } | undefined;
}

export interface SnapshotRecord extends Place {
  readonly name: string;
  readonly arn: string;
  readonly source: GroupSettings;
  readonly sourceCreatedAt: number;
  /** The node it was ordered of; cluster mode off only. */
  readonly cacheClusterId: string | undefined;
  readonly kind: 'manual' | 'automated';
  readonly orderedAt: number;
  readonly kmsKeyId: string | undefined;
  readonly tags: Tags;
  readonly folder: string;
  readonly nodes: readonly NodeSnapshotRecord[];
  status: SnapshotStatus;
  thaw: (() => void) | undefined;
}

/** Something that happened, as DescribeEvents tells it. */
export interface EventRecord {
  readonly at: number;
  readonly sourceType:
    | 'replication-group'
    | 'cache-cluster'
    | 'cache-parameter-group'
    | 'cache-subnet-group'
    | 'serverless-cache'
    | 'serverless-cache-snapshot';
  readonly sourceId: string;
  readonly message: string;
}

/** A named set of engine parameters. Default groups exist everywhere and cannot be changed. */
export interface ParameterGroup {
  readonly name: string;
  readonly family: string;
  readonly description: string;
  readonly tags: Tags;
  /** What differs from the defaults. */
  readonly values: ReadonlyMap<string, string>;
}

export interface SubnetGroup {
  readonly name: string;
  readonly description: string;
  readonly vpcId: string;
  readonly subnets: readonly { readonly id: string; readonly availabilityZone: string }[];
  readonly tags: Tags;
}

/** All that one account has in one region. */
export interface RegionState extends Place {
  readonly groups: Map<string, Group>;
  /** Clusters outside a replication group, each as a group of one node, which only the operations on clusters see. */
  readonly clusters: Map<string, Group>;
  readonly snapshots: Map<string, SnapshotRecord>;
  readonly subnetGroups: Map<string, SubnetGroup>;
  readonly parameterGroups: Map<string, ParameterGroup>;
  readonly serverless: ServerlessState;
  readonly events: EventRecord[];
  /** Versions that the region does not offer, as `engine version`. */
  readonly missingVersions: Set<string>;
}

/** Replication groups, and clusters outside them. */
export function everyGroup({ groups, clusters }: Pick<RegionState, 'groups' | 'clusters'>): readonly Group[] {
  return [...groups.values(), ...clusters.values()];
}
