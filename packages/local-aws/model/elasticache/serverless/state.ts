import type { RedisNode } from '../../../redis/node.ts';
import type { Engine } from '../engine-versions.ts';
import type { Place } from '../names.ts';

/** Of ServerlessCache.Status, in lower case: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ServerlessCache.html */
export type CacheStatus = 'creating' | 'available' | 'modifying' | 'deleting' | 'create-failed';

/** `exporting` is shown as the readings say. */
export type SnapshotStatus = 'creating' | 'available' | 'exporting' | 'deleting' | 'failed';

/** A version that can be ordered, and what is reported of a cache that runs it. */
export interface ServerlessEngine {
  readonly engine: Engine;
  readonly major: string;
  readonly full: string;
}

export interface Limit {
  readonly minimum: number | undefined;
  readonly maximum: number | undefined;
}

export interface UsageLimits {
  /** Gigabytes. */
  readonly dataStorage: Limit | undefined;
  readonly ecpuPerSecond: Limit | undefined;
}

/** What ModifyServerlessCache changes. */
export interface ServerlessSettings {
  readonly description: string;
  readonly limits: UsageLimits;
  readonly securityGroupIds: readonly string[];
  readonly snapshotRetentionLimit: number;
  readonly dailySnapshotTime: string | undefined;
  readonly engine: ServerlessEngine;
}

export interface ServerlessCache extends Place {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly subnetIds: readonly string[];
  readonly kmsKeyId: string | undefined;
  readonly tags: Map<string, string>;
  /** Everything that its server keeps on disk. */
  readonly folder: string;
  /** When its manual snapshots were ordered, deleted ones included, for the quota. */
  readonly snapshotTimes: number[];
  settings: ServerlessSettings;
  status: CacheStatus;
  node: RedisNode | undefined;
  /** Only the local AWS knows it: there is one where the readings let nobody in without a user group. */
  readonly password: string | undefined;
  /** Resolves once the server has started, or cannot. */
  starting: Promise<unknown>;
  /** The last save that was begun; a server does one at a time. */
  saving: Promise<unknown>;
  /** Continues what a fault froze. */
  thaw: (() => void) | undefined;
}

export interface ServerlessSnapshot extends Place {
  readonly name: string;
  readonly arn: string;
  /** The cache as it was when the snapshot was ordered. */
  readonly source: { readonly cacheName: string; readonly engine: ServerlessEngine };
  readonly kind: 'manual';
  readonly orderedAt: number;
  readonly kmsKeyId: string | undefined;
  readonly tags: Map<string, string>;
  readonly folder: string;
  status: SnapshotStatus;
  /** Known once saved. */
  saved: { readonly file: string; readonly usedBytes: number } | undefined;
  thaw: (() => void) | undefined;
}

/** The serverless caches of one account in one region. */
export interface ServerlessState {
  readonly caches: Map<string, ServerlessCache>;
  readonly snapshots: Map<string, ServerlessSnapshot>;
}
