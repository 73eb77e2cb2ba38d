import { Redis } from 'ioredis';
import { beforeAll, expect, test } from 'vitest';
import type { RecoveryPoint } from '../../core/contracts/recovery-point.ts';
import { instantOf, type Slot, slotAt } from '../../core/model/slot.ts';
import { PLAN_TAG } from '../../core/model/tags.ts';
import { redrill } from '../e2e/redrill.ts';
import { HOUR_MS, MIDNIGHT, World } from '../e2e/world.ts';

/*
 * What goes wrong in a cache while every copy reads well: keys are lost bit by bit, values become rubbish, expiries are
 * removed, keys are written twice. The plan has a slot every two hours; the first day is quiet.
 */

const PLAN = 'job-queue';
const slotOf = (number: number): Slot =>
  slotAt(new Date(instantOf(MIDNIGHT).getTime() + number * 2 * HOUR_MS));
const QUIET = 13;
const LOSING = 14;
const KEYS = 1_000;
const OTHERS = ['rubbish', 'kept', 'twice', 'halved', 'calm'] as const;

let world: World;
const points = new Map<string, readonly RecoveryPoint[]>();

beforeAll(async () => {
  world = await World.start();
  const add = async (ids: readonly string[]) => {
    await world.create(ids.map((id) => ({ id, tags: { [PLAN_TAG]: PLAN } })));
    for (const id of ids) await change(id, write);
  };
  await add(['slow']);
  for (let slot = 0; slot < QUIET; slot++) {
    if (slot === QUIET - 3) await add(OTHERS);
    await world.runSlot(PLAN, slotOf(slot));
  }
  for (let lost = 0; lost < LOSING; lost++) {
    await change('slow', (redis) => redis.del(...keysFrom(KEYS * 0.95 ** lost, KEYS * 0.95 ** (lost + 1))));
    if (lost === 0) await spoil();
    await world.runSlot(PLAN, slotOf(QUIET + lost));
    if (lost > 0) continue;
    for (let look = 0; look < 2; look++) await world.deliver('watch-vault');
    for (const id of OTHERS) await remove(id);
  }
  for (const id of ['slow', ...OTHERS]) points.set(id, await world.points(id));
  return () => world.close();
});

/** They have shown what they can. */
async function remove(ReplicationGroupId: string): Promise<void> {
  await world.demo.call('elasticache', 'DeleteReplicationGroup', world.demo.source.region, {
    ReplicationGroupId,
  });
}

async function spoil(): Promise<void> {
  await change('rubbish', (redis) => eachKey((key) => redis.set(key, rubbish(), 'KEEPTTL')));
  await change('kept', (redis) => eachKey((key) => redis.persist(key)));
  await change('twice', (redis) => eachKey((key) => redis.copy(key, `${key}:again`)));
  await change('halved', (redis) => redis.del(...keysFrom(KEYS, KEYS / 2)));
}

/** Values as an application has them: text that compresses. Every third key expires in a year. */
async function write(redis: Redis): Promise<void> {
  for (const [at, key] of keysFrom(KEYS, 0).entries()) {
    const value = JSON.stringify({
      user: at,
      agent: 'Mozilla/5.0 (X11; Linux x86_64)',
      roles: ['user', 'user', 'user'],
    });
    await (at % 3 === 0 ? redis.set(key, value, 'EX', 31_536_000) : redis.set(key, value));
  }
}

const keysFrom = (above: number, to: number) =>
  Array.from({ length: Math.round(above) - Math.round(to) }, (_, at) => `key:${Math.round(above) - at}`);
/** As long as a value, and not to be compressed. */
const rubbish = () =>
  Array.from({ length: 85 }, () => String.fromCharCode(33 + Math.floor(Math.random() * 94))).join('');

async function eachKey(act: (key: string) => Promise<unknown>): Promise<void> {
  for (const key of keysFrom(KEYS, 0)) await act(key);
}

async function change(id: string, act: (redis: Redis) => Promise<unknown>): Promise<void> {
  const [node] = world.nodesOf(id, world.demo.source);
  if (node === undefined) throw new Error(`${id} has no node`);
  const { host, port, ca, password } = node.customer;
  const redis = new Redis({ host, port, password, ...(ca === undefined ? {} : { tls: { ca } }) });
  await act(redis);
  redis.disconnect();
}

const told = (cache: string) =>
  world.aws.sns.messages.filter(
    ({ attributes }) => attributes.cache === cache && attributes.code !== undefined,
  );
const verdictsOf = (cache: string) => (points.get(cache) ?? []).map(({ verdict }) => verdict);
const after = (cache: string) => points.get(cache)?.find(({ slot }) => slot === slotOf(QUIET));

test('5 % lost with every copy is a page when half is gone, with the counts and the last whole copy', async () => {
  expect(verdictsOf('slow').filter((verdict) => verdict === 'suspect')).toHaveLength(1);
  const suspect = points.get('slow')?.at(-1);
  expect(suspect).toMatchObject({ verdict: 'suspect', loss: { noun: 'keys', lastGood: slotOf(QUIET - 1) } });
  const [message] = told('slow').map(({ message }) => message);
  expect(message).toContain(
    'The number of keys in the recovery points, oldest first:\n  2026-11-05 00:00 UTC  1000\n',
  );
  expect(message).toContain(`npx redrill recover slow/${slotOf(QUIET - 1)} --into slow\n`);
  const { out } = await redrill(world, 'show', `slow/${suspect?.slot}`);
  expect(out.replace(/\s+/g, ' ')).toContain(
    `if not npx redrill show slow/${slotOf(QUIET - 1)}, the last copy before the loss began`,
  );
  const restore = await redrill(world, 'restore', `slow/${suspect?.slot}`, '--to', 'slow-2');
  expect(restore.out + restore.err).toContain(
    `the last copy before the loss began is slow/${slotOf(QUIET - 1)}`,
  );
});

test('half of a thousand keys is a page', () => {
  expect(after('halved')).toMatchObject({ verdict: 'suspect' });
  expect(told('halved').map(({ attributes }) => attributes.code)).toContain('RecoveryPointSuspect');
});

test.each([
  ['rubbish', 'ValuesChanged', /bits of entropy per byte; in the last verified week it was/],
  ['kept', 'ExpiriesChanged', /0 % of its keys have an expiry; in the last verified week it was 33 %/],
  ['twice', 'Grown', /it holds 2000 keys/],
] as const)(
  '%s: the copy is verified, and a ticket says what is odd about it, once',
  (cache, code, message) => {
    expect(after(cache)).toMatchObject({
      verdict: 'verified',
      reasons: [{ code, message: expect.stringMatching(message) }],
    });
    expect(told(cache).map(({ attributes }) => [attributes.code, attributes.severity])).toEqual([
      ['ContentChanged', 'ticket'],
    ]);
    expect(told(cache)[0]?.message).toContain(`npx redrill hold ${cache}/${slotOf(QUIET - 1)} --why`);
  },
);

test('nothing is said of a cache that changes nothing', () => {
  expect(new Set(verdictsOf('calm'))).toEqual(new Set(['verified']));
  expect(told('calm')).toEqual([]);
});
