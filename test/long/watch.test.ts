import { beforeAll, expect, test } from 'vitest';
import { CANARY_CODE } from '../../core/contracts/resources.ts';
import { instantOf, slotAt } from '../../core/model/slot.ts';
import { PLAN_TAG } from '../../core/model/tags.ts';
import type { ReceivedPing } from '../../demo/heartbeat-receiver.ts';
import { HOUR_MS, MIDNIGHT, MINUTE_MS, World } from '../e2e/world.ts';

/*
 * What watch-vault tells the dead man's switch, and people. Two backups of both configured caches; then the switch is down
 * for a while, and then no more backups come. The schedules do not run by themselves.
 */

const MIDNIGHT_MS = instantOf(MIDNIGHT).getTime();
const SECOND_SLOT = slotAt(new Date(MIDNIGHT_MS + 2 * HOUR_MS));
/** A minute after the objective of orders, 3 h, and the grace are over. */
const OUTSIDE_MS = instantOf(SECOND_SLOT).getTime() + 3 * HOUR_MS + 16 * MINUTE_MS;

let world: World;

beforeAll(async () => {
  world = await World.start({ environmentsPerFunction: Number.POSITIVE_INFINITY });
  await world.create([
    { id: 'orders', tags: { [PLAN_TAG]: 'event-log' } },
    { id: 'sessions', tags: { [PLAN_TAG]: 'session-store' } },
  ]);
  for (const id of ['orders', 'sessions']) await world.fill(id, 50);
  await world.runSlot('event-log', MIDNIGHT);
  await world.runSlot('session-store', MIDNIGHT);
  return () => world.close();
});

/** What the switch was told during some work. */
async function pingsDuring(work: () => Promise<void>): Promise<readonly ReceivedPing[]> {
  const before = world.demo.heartbeats.pings.length;
  await work();
  return world.demo.heartbeats.pings.slice(before);
}

/** Without the alarms: they rightly say that nobody looks, because here the schedules do not run. */
const told = () => world.alerts.filter(({ severity }) => severity !== 'alarm');

const thriceAtOnce = async () => {
  const at = Math.floor(world.now / MINUTE_MS) * MINUTE_MS;
  await Promise.all([1, 2, 3].map(() => world.aws.scheduler.deliverAgain('redrill-watch-vault', at)));
  await world.pass(0);
};

test('a look begins with a start, and ends with a success that says how old the copies are', async () => {
  const pings = await pingsDuring(() => world.deliver('watch-vault'));
  expect(pings.map(({ kind }) => kind)).toEqual(['start', 'success']);
  expect(pings[0]?.runId).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
  expect(pings[1]?.runId).toBe(pings[0]?.runId);
  expect(pings[1]?.body).toMatch(
    /protected 2, outside 0, without a verified copy 0\noldest of the newest verified copies \d+ s: orders of 2026-11-04 00:00 UTC\norders age /,
  );
});

test('a dead switch harms no backup and no alert', async () => {
  world.demo.heartbeats.answer(503);
  const pings = await pingsDuring(async () => {
    await world.deliver('watch-vault');
    await world.runSlot('event-log', SECOND_SLOT);
    await world.deliver('watch-vault');
  });
  expect(pings).toHaveLength(4);
  expect((await world.points('orders')).map(({ verdict }) => verdict)).toEqual(['verified', 'verified']);
  expect(told()).toEqual([]);
  world.demo.heartbeats.answer(200);
});

test('delivered three times at once, a missed objective is one page, and every look a failure for the switch', async () => {
  await world.passUntil(OUTSIDE_MS);
  const pings = await pingsDuring(thriceAtOnce);
  expect(told()).toEqual([{ code: 'RpoMissed', cache: 'orders', severity: 'page' }]);
  expect(pings.map(({ kind }) => kind).sort()).toEqual(['fail', 'fail', 'fail', 'start', 'start', 'start']);
  expect(pings.find(({ kind }) => kind === 'fail')?.body).toContain('1 of 2 caches outside their RPO');
  await thriceAtOnce();
  expect(told()).toHaveLength(1);
});

test('an hour later it is one more', async () => {
  await world.pass(HOUR_MS);
  await thriceAtOnce();
  expect(told().map(({ code }) => code)).toEqual(['RpoMissed', 'RpoMissed']);
});

test('a watch that is killed between its claim and the page is followed by one that sends it', async () => {
  await world.pass(HOUR_MS);
  // The claim is written, and then it dies.
  world.aws.faults.arm({
    kind: 'kill',
    service: 's3',
    operation: 'PutObject',
    resource: 'watch/notices-rpo.json',
  });
  // Lambda tries again a minute later by itself.
  await world.deliver('watch-vault');
  expect(told()).toHaveLength(2);
  await world.pass(2 * MINUTE_MS);
  expect(world.struck).toHaveLength(1);
  expect(told().map(({ code }) => code)).toEqual(['RpoMissed', 'RpoMissed', 'RpoMissed']);
});

test('a test message goes the way of every alert in both regions', async () => {
  for (const of of ['source', 'vault']) await world.deliver(`canary-${of}`);
  const canaries = world.aws.sns.messages.filter(({ attributes }) => attributes.code === CANARY_CODE);
  expect(canaries.map(({ subject }) => subject)).toEqual([
    '[Redrill] test message: alerts of eu-west-1 arrive',
    '[Redrill] test message: alerts of eu-central-1 arrive',
  ]);
  for (const { deliveredTo } of canaries) expect(deliveredTo).toEqual(['on-call@example.com']);
});

test('nobody was told anything else, and nothing leaked', () => {
  expect(new Set(told().map(({ code }) => code))).toEqual(new Set(['RpoMissed']));
  expect(world.refusals).toEqual([]);
  expect(world.leaks).toEqual([]);
});
