import type { Redis } from 'ioredis';
import { beforeAll, describe, expect, test } from 'vitest';
import { drillReport } from '../../core/contracts/drill.ts';
import { vaultKeys } from '../../core/model/keys.ts';
import { PLAN_TAG } from '../../core/model/tags.ts';
import { MIDNIGHT, type StartedDrill, UNWATCHED, World } from '../e2e/world.ts';

/*
 * What a drill is for: the restored cluster must hold every byte that was recorded. Each of these changes one thing on
 * the restored cluster's real server between its creation and its verification.
 */

const KEYS = 400;
const tags = { [PLAN_TAG]: 'rate-limits' };
/** Cluster mode off, behind a token; and on. */
const CACHES = [
  { id: 'plain', authToken: 'not-a-secret-of-anyone', tags },
  { id: 'sharded', clusterMode: 'on', shards: 2, tags },
] as const;

let world: World;

beforeAll(async () => {
  world = await World.start();
  await world.create(CACHES);
  for (const { id } of CACHES) await world.fill(id, KEYS);
  await world.runSlot('rate-limits', MIDNIGHT);
  expect((await world.points()).map(({ verdict }) => verdict)).toEqual(['verified', 'verified']);
  return () => world.close();
});

/** The first key of a type and prefix that the demo's data have on every shard. */
async function keyLike(redis: Redis, pattern: string): Promise<string> {
  const [, keys] = await redis.scan('0', 'MATCH', pattern, 'COUNT', 100_000);
  const [key] = keys.sort();
  if (key === undefined) throw new Error(`there is no key like ${pattern}`);
  return key;
}

const TAMPERINGS: Readonly<Record<string, (redis: Redis) => Promise<unknown>>> = {
  'one byte of one value': async (redis) => {
    const key = await keyLike(redis, 'session:*');
    const middle = Math.floor((await redis.strlen(key)) / 2);
    const byte = await redis.getrange(key, middle, middle);
    return redis.setrange(key, middle, byte === 'x' ? 'y' : 'x');
  },
  'one byte of one field of a hash': async (redis) => {
    const key = await keyLike(redis, 'profile:*');
    const value = (await redis.hget(key, 'field0')) ?? '';
    return redis.hset(key, 'field0', `${value.slice(0, -1)}${value.endsWith('x') ? 'y' : 'x'}`);
  },
  'one key deleted': async (redis) => redis.del(await keyLike(redis, 'ranking:*')),
  'one key added': addKey,
  'one expiry a second later': async (redis) => {
    const key = await keyLike(redis, 'canary-key-7f3a:string*');
    return redis.pexpire(key, (await redis.pttl(key)) + 1_000);
  },
};

/** A key whose slot the node serves, whichever that is. */
async function addKey(redis: Redis): Promise<void> {
  for (let at = 0; ; at++) {
    const written = await redis.set(`added:${at}`, '1').catch((error: unknown) => {
      if (!String(error).includes('MOVED')) throw error;
    });
    if (written === 'OK') return;
  }
}

/** Drills both caches, and changes something on each restored cluster when it is there and nothing has looked at it yet. */
async function drillBoth(change?: (redis: Redis) => Promise<unknown>): Promise<readonly StartedDrill[]> {
  const drills = await Promise.all(CACHES.map(({ id }) => world.startDrill(id)));
  const waiting = new Set(drills.map(({ clusterId }) => clusterId));
  const restored = () => [...waiting].find((id) => world.statusOf(id, world.demo.vault) === 'available');
  while (waiting.size > 0) {
    await world.until('a drill’s cluster is available', () => restored() !== undefined);
    const clusterId = restored() ?? '';
    waiting.delete(clusterId);
    const last = world.nodesOf(clusterId, world.demo.vault).at(-1);
    if (last === undefined) throw new Error(`${clusterId} has no nodes`);
    if (change !== undefined) await last.server.control(change);
  }
  await world.pass(0);
  return drills;
}

describe('a drill of a cache with cluster mode off and of one with it on', () => {
  test('passes when nobody has touched the restored cluster', async () => {
    const before = told().length;
    const drills = await drillBoth();
    for (const drill of drills) {
      expect(drill.execution.status).toBe('SUCCEEDED');
      expect(await reportOf(drill)).toMatchObject({ verdict: 'passed', comparison: { mismatches: 0 } });
    }
    expect(told().slice(before)).toEqual([]);
  });

  test.each(Object.entries(TAMPERINGS))('fails on %s', async (_what, change) => {
    const before = told().length;
    const drills = await drillBoth(change);
    for (const drill of drills) {
      expect(drill.execution.status).toBe('FAILED');
      const { verdict, comparison, reasons } = await reportOf(drill);
      expect({ verdict, codes: reasons.map(({ code }) => code) }).toEqual({
        verdict: 'failed',
        codes: ['RestoreDiffers'],
      });
      // Bucket or bin, not more: one thing was changed. A key that moves between bins changes two.
      expect([1, 2]).toContain(comparison?.mismatches);
    }
    const expected = CACHES.map(({ id: cache }) => ({ code: 'RestoreDiffers', cache, severity: 'page' }));
    expect([...told().slice(before)].sort((one, other) => (one.cache < other.cache ? -1 : 1))).toEqual(
      expected,
    );
    expect(world.drillClusters).toEqual([]);
    expect((await world.stagedKeys()).filter((key) => key.startsWith('drills/'))).toEqual([]);
    expect(world.leaks).toEqual([]);
  });
});

const told = () => world.alerts.filter(({ code }) => !UNWATCHED.includes(code));

function reportOf({ cache, drill }: StartedDrill) {
  return world.document(world.demo.vaultBucket, vaultKeys.report(cache, drill), drillReport);
}
