import { memoryBytesOf } from '../../core/model/node-types.ts';

/** One price, and where it was read. */
export interface Price {
  readonly usd: number;
  readonly unit: string;
  readonly source: string;
  /** Not read on AWS's own price list for the region it is used for; check it before relying on it. */
  readonly uncertain: boolean;
}

const page = (path: string) => `aws.amazon.com/${path}/pricing`;

/**
 * List prices of us-east-1 in USD, looked up on 2026-11-21. Other regions differ by up to a fifth or so; prices change.
 * Uncertain ones come from third parties, or from memory.
 */
export const PRICES = {
  standard: { usd: 0.023, unit: 'GB-month in S3 Standard', source: page('s3'), uncertain: false },
  archive: {
    usd: 0.004,
    unit: 'GB-month in S3 Glacier Instant Retrieval',
    source: page('s3'),
    uncertain: true,
  },
  put: { usd: 0.005, unit: '1,000 PUT requests to S3 Standard', source: page('s3'), uncertain: false },
  transfer: { usd: 0.02, unit: 'GB from region to region', source: page('s3'), uncertain: true },
  snapshot: {
    usd: 0.085,
    unit: 'GB-month of ElastiCache backup storage',
    source: `${page('elasticache')}, rate of 2023; a free first snapshot per cache is not deducted`,
    uncertain: true,
  },
  drillNode: {
    usd: 0.1752,
    unit: 'hour of a cache.r7g.large with Valkey; AWS bills each started hour in full',
    source: 'AWS price list of 2026-10-02, by a third party',
    uncertain: true,
  },
  serverlessStorage: {
    usd: 0.125,
    unit: 'GB-hour in a serverless cache with Redis OSS; Valkey costs a third less',
    source: page('elasticache'),
    uncertain: true,
  },
  ecpu: {
    usd: 0.0034,
    unit: '1,000,000 ElastiCache Processing Units with Redis OSS; Valkey costs a third less',
    source: page('elasticache'),
    uncertain: true,
  },
  transitions: {
    usd: 0.025,
    unit: '1,000 state transitions, the same in Ireland and Frankfurt',
    source: page('step-functions'),
    uncertain: false,
  },
  lambda: {
    usd: 0.0000133334,
    unit: 'GB-second of Lambda on arm64',
    source: page('lambda'),
    uncertain: false,
  },
  key: {
    usd: 1,
    unit: 'KMS key and month; two yearly rotations add 1 each',
    source: page('kms'),
    uncertain: false,
  },
  alarm: { usd: 0.1, unit: 'alarm and month', source: page('cloudwatch'), uncertain: true },
  metric: { usd: 0.3, unit: 'custom metric and month', source: page('cloudwatch'), uncertain: true },
} as const satisfies Readonly<Record<string, Price>>;

/**
 * An hour of a drill's node. Of a type other than the one whose price was looked up, by its memory: nodes of one generation
 * cost about the same per GiB, burstable ones a little less.
 */
export function nodeHourUsd(nodeType: string): number {
  const [memory, known] = [memoryBytesOf(nodeType), memoryBytesOf('cache.r7g.large')];
  if (memory === undefined || known === undefined) return PRICES.drillNode.usd;
  return (PRICES.drillNode.usd * memory) / known;
}

/** A month, in what is paid by the month. */
export const DAYS_PER_MONTH = 30;

/** What nobody has measured on AWS; each figure below rests on them. */
export const ASSUMED = {
  /** verify-shard's speed: what one core of the development machine reaches, rounded down. */
  readMbPerSecond: 20,
  /** S3's speed when it copies while copy-shard waits. */
  copyMbPerSecond: 100,
  /** verify-restore's speed over the network: what one shard reached on a very busy development machine, rounded down. */
  compareMbPerSecond: 10,
  /** A Lambda that asks and decides. */
  quickSeconds: 0.5,
  drillClusterSeconds: 900,
  drillRemovalSeconds: 300,
} as const;
