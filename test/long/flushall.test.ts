import { Redis } from 'ioredis';
import { beforeAll, describe, expect, test } from 'vitest';
import { pointsOutput } from '../../cli/points/contract.ts';
import { instantOf, type Slot, slotAt } from '../../core/model/slot.ts';
import { PLAN_TAG } from '../../core/model/tags.ts';
import { redrill } from '../e2e/redrill.ts';
import { HOUR_MS, MIDNIGHT, World } from '../e2e/world.ts';

/* The plan session-store has a slot every six hours. Two are healthy; then somebody flushes both caches. */
const slotNumber = (number: number): Slot =>
  slotAt(new Date(instantOf(MIDNIGHT).getTime() + number * 6 * HOUR_MS));
const FLUSHED = slotNumber(4);
const CACHES = ['jobs', 'carts'] as const;

let world: World;

beforeAll(async () => {
  world = await World.start();
  await world.create(CACHES.map((id) => ({ id, tags: { [PLAN_TAG]: 'session-store' } })));
  for (const id of CACHES) await world.fill(id, 2_000);
  for (const number of [0, 1, 2, 3]) await world.runSlot('session-store', slotNumber(number));
  for (const id of CACHES) await flushAndWrite(id, 5);
  await world.runSlot('session-store', FLUSHED);
  return () => world.close();
});

/** FLUSHALL, and the application that goes on writing. */
async function flushAndWrite(id: string, keys: number): Promise<void> {
  const [node] = world.nodesOf(id, world.demo.source);
  if (node === undefined) throw new Error(`${id} has no node`);
  const { host, port, ca, password } = node.customer;
  const redis = new Redis({ host, port, password, ...(ca === undefined ? {} : { tls: { ca } }) });
  await redis.flushall();
  for (let key = 0; key < keys; key++) await redis.set(`new:${key}`, 'written after the flush');
  redis.disconnect();
}

async function pointsOf(cache: string) {
  const { out, err } = await redrill(world, 'points', cache, '--json');
  if (out === '') throw new Error(err);
  return pointsOutput.parse(JSON.parse(out)).points;
}

const suspects = () => world.alerts.filter(({ code }) => code === 'RecoveryPointSuspect');

describe('after FLUSHALL', () => {
  test('the next copy is suspect, and one alert a cache says so with its numbers and the two commands', () => {
    expect(
      suspects()
        .map(({ cache, severity }) => [cache, severity])
        .sort(),
    ).toEqual([
      ['carts', 'page'],
      ['jobs', 'page'],
    ]);
    const told = world.aws.sns.messages.find(({ attributes }) => attributes.cache === 'jobs')?.message;
    expect(told).toContain('it holds 5 keys, 99 % fewer than the median of ');
    expect(told).toContain(`\n  npx redrill accept jobs/${FLUSHED} --why '…'\n`);
    expect(told).toContain(`\n  npx redrill recover jobs/${slotNumber(3)} --into jobs\n`);
  });

  test('releases stop: nothing more is let go, and what was before is not said to be kept', async () => {
    const points = await pointsOf('jobs');
    expect(points.map(({ verdict, fate }) => `${verdict} ${fate}`)).toEqual([
      'suspect kept',
      'verified kept',
      'verified kept',
      'verified released',
      'verified released',
    ]);
    const stopped = `releases are stopped: ${FLUSHED} is suspect`;
    expect(points[1]?.fateBecause).toBe(stopped);
    expect(points[3]?.fateBecause).toBe(`released earlier, which only a hold reverses; now ${stopped}`);
  });

  test('redrill points shows it, and explains', async () => {
    const { out, status } = await redrill(world, 'points', 'jobs', '--explain');
    expect(status).toBe(0);
    expect(out).toContain('jobs, plan session-store: 5 recovery points');
    expect(out).toContain('first verified of its month (2026-11)');
    expect(out).toContain('suspect: it earns no tier');
    const { out: early } = await redrill(world, 'points', 'jobs', '--before', '2026-11-04T06:01Z');
    expect(early.match(/2026\d{4}T\d{6}Z/g)).toHaveLength(2);
  });

  test('accepting it resolves it: it is verified, and the measure from then on', async () => {
    const { out, status } = await redrill(
      world,
      'accept',
      'jobs',
      FLUSHED,
      '--why',
      'the old sessions were void',
    );
    expect(out).toMatch(/is verified \(it was suspect: it holds 5 keys, /);
    expect(status).toBe(0);
    const [accepted] = await pointsOf('jobs');
    expect(accepted).toMatchObject({ verdict: 'verified', accepted: { why: 'the old sessions were void' } });
    await world.runSlot('session-store', slotNumber(5));
    const [next] = await pointsOf('jobs');
    expect(next).toMatchObject({ slot: slotNumber(5), verdict: 'verified', keys: 5 });
  });

  test('without that it stays suspect, until a healthy slot resolves it', async () => {
    expect((await pointsOf('carts'))[0]).toMatchObject({ slot: slotNumber(5), verdict: 'suspect' });
    await world.fill('carts', 2_000);
    await world.runSlot('session-store', slotNumber(6));
    const points = await pointsOf('carts');
    expect(points[0]).toMatchObject({ verdict: 'verified', fate: 'kept' });
    expect(points.filter(({ fate }) => fate === 'released').length).toBeGreaterThan(0);
  });
});

describe('a point that is held', () => {
  test('is kept until it is let go', async () => {
    const oldest = MIDNIGHT;
    expect((await redrill(world, 'hold', 'carts', oldest, '--why', 'the auditors asked')).status).toBe(0);
    const held = (await pointsOf('carts')).at(-1);
    expect(held).toMatchObject({ slot: oldest, fate: 'kept' });
    expect(held?.fateBecause).toMatch(/^held by .*: the auditors asked$/);
    expect((await redrill(world, 'unhold', 'carts', oldest)).out).toContain('is no longer held');
    expect((await pointsOf('carts')).at(-1)?.fate).toBe('released');
  });
});

describe('typing mistakes get one line', () => {
  test.each([
    [['points', 'job'], "the vault knows no cache 'job'; did you mean 'jobs'?"],
    [
      ['points', 'jobs', '--before', 'yesterday'],
      "--before 'yesterday' is not a time; write it as 2026-11-21T06:00Z",
    ],
    [
      ['points', 'jobs', '--before', '2026-01-01'],
      'there is no recovery point of jobs before 2026-01-01T00:00Z in the vault; the oldest is of 2026-11-04T00:00Z',
    ],
    [
      ['accept', 'jobs', '2026', '--why', 'x'],
      "'2026' is not a recovery point of jobs; write latest, a slot such as 20261121T060000Z, or a time such as",
    ],
    [
      ['accept', 'jobs', '20260101T000000Z', '--why', 'x'],
      'there is no recovery point of jobs of 2026-01-01 00:00 UTC; the nearest: jobs/20261104T000000Z',
    ],
    [['accept', 'jobs', MIDNIGHT, '--why', 'x'], 'is verified; there is nothing to accept'],
    [['unhold', 'jobs', MIDNIGHT], `jobs/${MIDNIGHT} is not held; no recovery point of jobs is`],
    [
      ['drill', 'jobs', '--choose', 'newest'],
      "'newest' is not a recovery point of jobs; write latest, a slot such as",
    ],
    [['points', 'jobs', '--config', 'nowhere.ts'], 'there is no file '],
  ])('%j', async (command, line) => {
    const { out, err, status } = await redrill(world, ...command);
    expect(err.split('\n')[0]).toContain(line);
    expect(err).not.toContain('    at ');
    expect({ out, status }).toEqual({ out: '', status: 2 });
  });
});
