import { Redis } from 'ioredis';
import { beforeAll, describe, expect, test } from 'vitest';
import { instantOf, type Slot, slotAt } from '../../core/model/slot.ts';
import { Runbook } from '../e2e/runbook.ts';
import { HOUR_MS, MIDNIGHT, MINUTE_MS, World } from '../e2e/world.ts';

/* What alerts lead to, each ended by the commands that its runbook shows. */
const hour = (of: number): Slot => slotAt(new Date(instantOf(MIDNIGHT).getTime() + of * HOUR_MS));

let world: World;

beforeAll(async () => {
  world = await World.start();
  await world.create([{ id: 'sessions' }]);
  await world.fill('sessions', 2_000);
  for (const of of [0, 6]) await world.runSlot('session-store', hour(of));
  return () => world.close();
});

async function flushAndWrite(): Promise<void> {
  const [node] = world.nodesOf('sessions', world.demo.source);
  if (node === undefined) throw new Error('sessions has no node');
  const redis = new Redis({ host: node.customer.host, port: node.customer.port });
  await redis.flushall();
  await redis.mset('new:1', 'written', 'new:2', 'after', 'new:3', 'the flush');
  redis.disconnect();
}

/** The watch, and the page of all caches. */
async function watch(): Promise<void> {
  await world.deliver('watch-vault');
  await world.deliver('publish-fleet');
}

const codes = () => world.alerts.map(({ code }) => code);

describe('a suspect recovery point', () => {
  test('is accepted', async () => {
    await flushAndWrite();
    await world.runSlot('session-store', hour(12));
    await watch();
    expect(codes()).toContain('RecoveryPointSuspect');
    const runbook = await Runbook.open(world, 'suspect-recovery-point');
    expect((await runbook.follow('npx redrill accept')).status).toBe(0);
    expect((await runbook.follow('npx redrill status')).status).toBe(0);
    expect((await runbook.follow('npx redrill hold')).status).toBe(0);
    await runbook.expectAsWritten();
  });
});

describe('no recent recovery point', () => {
  test('is over with a backup by hand', async () => {
    await world.passUntil(instantOf(hour(21)).getTime());
    await watch();
    expect(codes()).toContain('RpoMissed');
    const runbook = await Runbook.open(world, 'no-recent-recovery-point');
    expect((await runbook.follow('npx redrill status')).status).toBe(1);
    expect((await runbook.followToTheVault('npx redrill backup')).status).toBe(0);
    await watch();
    expect((await runbook.follow('npx redrill status')).status).toBe(0);
    await runbook.expectAsWritten();
    expect(codes()).toContain('RpoMissedResolved');
  });
});

describe('a drill that failed', () => {
  test('is drilled again, from the copy before', async () => {
    world.aws.faults.arm({
      kind: 'freeze',
      service: 'elasticache',
      operation: 'CreateReplicationGroup',
      resource: 'redrill-drill-sessions',
    });
    const { execution } = await world.startDrill('sessions');
    await world.until('the drill has ended', () => execution.status !== 'RUNNING');
    await world.pass(10 * MINUTE_MS);
    expect(codes()).toContain('DrillClusterOverdue');
    expect(execution.status).toBe('FAILED');
    expect(world.drillClusters).toEqual([]);
    expect((await world.stagedKeys()).filter((key) => key.startsWith('drills/'))).toEqual([]);
    expect(world.refusals).toEqual([]);
    const runbook = await Runbook.open(world, 'drill-failed');
    expect((await runbook.follow('npx redrill drill')).status).toBe(0);
    await watch();
    await runbook.follow('npx redrill status');
    await runbook.expectAsWritten();
  });
});
