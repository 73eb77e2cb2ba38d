import { REPLICATION_TIMESTAMP } from '@redrill/local-aws/redis';
import { Redis } from 'ioredis';
import { beforeAll, describe, expect, test } from 'vitest';
import { instantOf, type Slot, slotAt } from '../../core/model/slot.ts';
import { Runbook } from '../e2e/runbook.ts';
import { HOUR_MS, MIDNIGHT, MINUTE_MS, World } from '../e2e/world.ts';

/* What the runbooks are for, each ended by the commands that its runbook shows. In the order of one bad day. */
const hour = (of: number): Slot => slotAt(new Date(instantOf(MIDNIGHT).getTime() + of * HOUR_MS));
const KEYS = 2_000;
/** What expires before this may be gone by the time somebody looks. */
const SOON = Date.now() + 30 * MINUTE_MS;

let world: World;

beforeAll(async () => {
  world = await World.start();
  await world.create([{ id: 'sessions' }, { id: 'orders', clusterMode: 'on', shards: 2 }]);
  for (const id of ['sessions', 'orders']) await world.fill(id, KEYS);
  for (const plan of ['session-store', 'event-log']) await world.runSlot(plan, MIDNIGHT);
  return () => world.close();
});

/** The primaries of a cache, as its application reaches them. */
async function onEach<T>(id: string, work: (redis: Redis) => Promise<T>): Promise<readonly T[]> {
  const primaries = world.nodesOf(id, world.demo.source).filter(({ role }) => role === 'primary');
  return Promise.all(
    primaries.map(async ({ customer: { host, port, ca, password } }) => {
      const redis = new Redis({ host, port, password, ...(ca === undefined ? {} : { tls: { ca } }) });
      try {
        return await work(redis);
      } finally {
        redis.disconnect();
      }
    }),
  );
}

/** Every key that does not expire soon: its value, whatever the order of a set, and when it expires. */
async function contentOf(id: string): Promise<Readonly<Record<string, string>>> {
  const parts = await onEach(id, async (redis) => {
    const content: [string, string][] = [];
    for (const key of await redis.keys('*')) {
      // ElastiCache writes it, again and again: no recovery writes it back.
      if (key === REPLICATION_TIMESTAMP) continue;
      const expiresAt = await redis.pexpiretime(key);
      if (expiresAt === -1 || expiresAt > SOON)
        content.push([key, `${JSON.stringify(await canonical(redis, key))} ${expiresAt}`]);
    }
    return content;
  });
  return Object.fromEntries(parts.flat());
}

async function canonical(redis: Redis, key: string): Promise<unknown> {
  const type = await redis.type(key);
  if (type === 'string') return (await redis.getBuffer(key))?.toString('base64');
  if (type === 'list') return redis.lrange(key, 0, -1);
  if (type === 'set') return (await redis.smembers(key)).sort();
  if (type === 'hash') return Object.entries(await redis.hgetall(key)).sort();
  if (type === 'zset') return redis.zrange(key, 0, '-1', 'WITHSCORES');
  return redis.xrange(key, '-', '+');
}

/** What differs, and not the thousands of keys that do not. */
function expectSame(after: Readonly<Record<string, string>>, before: Readonly<Record<string, string>>): void {
  const names = new Set([...Object.keys(after), ...Object.keys(before)]);
  const differing = [...names].filter((key) => after[key] !== before[key]);
  expect(differing.map((key) => [key, before[key], after[key]])).toEqual([]);
}

function without(content: Readonly<Record<string, string>>, keys: readonly string[]) {
  return Object.fromEntries(Object.entries(content).filter(([key]) => !keys.includes(key)));
}

const flush = (id: string) => onEach(id, (redis) => redis.flushall());
const newKey = 'new:{1}';
/** The application writes a key: the shard whose hash slot it is takes it, and every other one refuses it. */
async function writeNew(id: string): Promise<void> {
  const answers = await onEach(id, (redis) =>
    redis.set(newKey, 'written since').catch((error: Error) => error.message.split(' ')[0]),
  );
  expect(answers.filter((answer) => answer !== 'MOVED')).toEqual(['OK']);
}

/** A slot of a plan, after which the page of all caches is written as well. */
async function slotOf(plan: string, slot: Slot): Promise<void> {
  await world.runSlot(plan, slot);
  await world.deliver('publish-fleet');
}

const codesOf = (cache: string) =>
  world.alerts.filter((alert) => alert.cache === cache).map(({ code }) => code);

describe('a data file is damaged, and the cache has lost its data', () => {
  test('the newest verified copy, which is older, is written back', async () => {
    const before = await contentOf('orders');
    world.aws.faults.arm({
      kind: 'flip-byte',
      service: 'elasticache',
      operation: 'CopySnapshot',
      resource: 'orders',
    });
    await slotOf('event-log', hour(2));
    expect(codesOf('orders')).toEqual(['RecoveryPointCorrupt']);
    await flush('orders');
    await writeNew('orders');
    const runbook = await Runbook.open(world, 'data-file-damaged');
    const { out, status } = await runbook.follow('npx redrill recover orders/latest --into orders --apply');
    expect(out).toContain(`orders/${MIDNIGHT}`);
    expect(status).toBe(0);
    await runbook.follow('npx redrill compare');
    await runbook.expectAsWritten();
    expectSame(without(await contentOf('orders'), [newKey]), before);
  });
});

describe('a node crashes', () => {
  test('and comes back empty: the newest copy is written into it, and what was written since stays', async () => {
    await slotOf('session-store', hour(6));
    const before = await contentOf('sessions');
    await world.aws.elasticache.failNode({ ...world.demo.source, name: 'sessions' });
    await world.pass(10 * MINUTE_MS);
    await writeNew('sessions');
    const runbook = await Runbook.open(world, 'node-crashed');
    expect((await runbook.follow('npx redrill recover sessions/latest --into sessions --apply')).status).toBe(
      0,
    );
    await runbook.follow('npx redrill compare');
    await runbook.expectAsWritten();
    const after = await contentOf('sessions');
    expect(after[newKey]).toMatch(/ -1$/);
    expectSame(without(after, [newKey]), before);
  });
});

describe('FLUSHALL on a cache whose application goes on writing', () => {
  test('what is missing comes back with its TTLs, and new keys are untouched', async () => {
    await onEach('sessions', (redis) => redis.del(newKey));
    await slotOf('session-store', hour(12));
    const before = await contentOf('sessions');
    await world.passUntil(instantOf(hour(12)).getTime() + 30 * MINUTE_MS);
    await flush('sessions');
    await onEach('sessions', (redis) => redis.set('user:1', 'signed in again', 'EX', 3_600));
    let written = 0;
    const writing = setInterval(
      () => void onEach('sessions', (redis) => redis.set(`new:${++written}`, 'of the application')),
      100,
    );
    const runbook = await Runbook.open(world, 'keys-lost');
    const { status } = await runbook.follow(
      'npx redrill recover sessions/2026-11-04T12:30Z --into sessions --apply',
    );
    clearInterval(writing);
    expect(status).toBe(0);
    const after = await contentOf('sessions');
    const [signedIn] = await onEach('sessions', (redis) => redis.get('user:1'));
    expect(signedIn).toBe('signed in again');
    const fresh = Object.keys(after).filter((key) => key.startsWith('new:'));
    expect(fresh.length).toBeGreaterThan(0);
    expectSame(without(after, [...fresh, 'user:1']), before);
    await onEach('sessions', (redis) => redis.del(...fresh));
    await runbook.follow('npx redrill compare');
    await runbook.followToTheVault('npx redrill backup');
    await runbook.expectAsWritten();
  });
});

describe('the source region is lost', () => {
  test('both caches are restored beside the vault, and the application is sent there and back', async () => {
    const { vault, source } = world.demo;
    const [node] = world.nodesOf('sessions', source);
    await world.demo.call('ssm', 'PutParameter', vault.region, {
      Name: '/shop/sessions-endpoint',
      Type: 'String',
      Value: `${node?.customer.host}:${node?.customer.port}`,
    });
    world.aws.fabric.setRegionDown(source.region, true);
    const runbook = await Runbook.open(world, 'region-lost');
    for (const id of ['sessions', 'orders'])
      expect((await runbook.follow(`npx redrill restore ${id} --to ${id}-dr --apply`)).status).toBe(0);
    const cutOver = async (way: string) =>
      expect(
        (await runbook.follow(`npx redrill cutover /shop/sessions-endpoint ${way} --apply`)).status,
      ).toBe(0);
    await cutOver('--to sessions-dr');
    expect((await runbook.follow('npx redrill compare')).status).toBe(0);
    await cutOver('--back');
    await runbook.expectAsWritten();
  });
});
