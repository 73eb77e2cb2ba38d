import type { LocalAws } from '@redrill/local-aws';
import { type CacheDescription, createCache } from '@redrill/local-aws';
import { Redis } from 'ioredis';
import { PLAN_TAG } from '../core/model/tags.ts';
import { HOUR_MS } from '../core/model/time.ts';
import type { Place } from './demo.ts';
import { populate } from './populate.ts';

type DemoCache = Omit<CacheDescription, 'account' | 'region'> & { readonly id: string };

/**
 * `sessions` is what many have: one primary, one replica, TLS and AUTH. `orders` is sharded, without either. `carts` is
 * serverless; the configuration does not name it, its tag does.
 */
export const DEMO_CACHES: readonly DemoCache[] = [
  {
    id: 'sessions',
    replicas: 1,
    engine: 'valkey',
    engineVersion: '8.0',
    authToken: 'not-a-secret-of-anyone',
  },
  { id: 'orders', clusterMode: 'on', shards: 3, engine: 'valkey', engineVersion: '8.0' },
  { id: 'carts', serverless: true, engine: 'valkey', tags: { [PLAN_TAG]: 'session-store' } },
];

/** Keys in each of the caches. */
export const DEMO_KEYS = 100_000;

/** How long ElastiCache may take to create a cache, virtual ms. */
const CREATION_LIMIT_MS = HOUR_MS;

/** Creates the demo's caches through the API and waits for them. */
export async function createCaches(aws: LocalAws, { account, region }: Place): Promise<void> {
  for (const cache of DEMO_CACHES) await createCache(aws.fabric, { ...cache, account, region });
  const up = () =>
    DEMO_CACHES.every(({ id }) => aws.elasticache.statusOf(account, region, id) === 'available');
  if (await aws.clock.run({ until: aws.clock.now() + CREATION_LIMIT_MS, done: up })) return;
  throw new Error('the demo’s caches did not become available');
}

/** Fills a cache over ordinary connections, as an application would. */
export async function fillCache(
  aws: LocalAws,
  { account, region }: Place,
  { id, keys }: { readonly id: string; readonly keys: number },
): Promise<void> {
  const primaries = aws.elasticache.nodesOf(account, region, id).filter(({ role }) => role === 'primary');
  const shards = primaries.map(({ customer: { ca, password, host, port }, slots }) => ({
    slots,
    redis: new Redis({
      host,
      port,
      ...(password === '' ? {} : { password }),
      ...(ca === undefined ? {} : { tls: { ca } }),
    }),
  }));
  try {
    await populate(
      shards,
      keys,
      [...id].reduce((sum, character) => sum + character.charCodeAt(0), 0),
    );
  } finally {
    for (const { redis } of shards) redis.disconnect();
  }
}
