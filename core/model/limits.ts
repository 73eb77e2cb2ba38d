/** AWS's limits that decide what Redrill can promise, all checked 2026-11-21. Periods that Redrill has chosen are in periods.ts. */

/** The longest name of a key in a serverless cache. https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/SupportedCommands.html (checked 2026-11-25) */
export const SERVERLESS_KEY_NAME_BYTES = 4_096;

/** Manual snapshots per node in any 24 hours. https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups.html */
export const SNAPSHOTS_PER_NODE_PER_DAY = 20;

/** Manual snapshots per serverless cache in any 24 hours. https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups.html */
export const SERVERLESS_SNAPSHOTS_PER_DAY = 24;

/** Left of each snapshot quota for people: Redrill stops this many short of it. */
export const SNAPSHOT_QUOTA_RESERVE = 2;

/** Manual snapshots that Redrill takes of a node in any 24 hours, at most. */
export const SNAPSHOT_BUDGET = SNAPSHOTS_PER_NODE_PER_DAY - SNAPSHOT_QUOTA_RESERVE;

/** Manual snapshots that Redrill takes of a serverless cache in any 24 hours, at most. */
export const SERVERLESS_SNAPSHOT_BUDGET = SERVERLESS_SNAPSHOTS_PER_DAY - SNAPSHOT_QUOTA_RESERVE;

/** Largest object that one CopyObject copies, bytes. https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
export const COPY_OBJECT_MAX_BYTES = 5 * 1024 ** 3;

/** Parts of a multipart upload. https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export const MULTIPART_MAX_PARTS = 10_000;

/** Shards of a cluster, once AWS has raised its limit. https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Shards.html */
export const SHARDS_MAX = 500;

/** Events in the history of an execution; one more ends it. https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
export const HISTORY_EVENTS_MAX = 25_000;

/** Hash slots of a cluster. https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.html */
export const HASH_SLOTS = 16_384;
