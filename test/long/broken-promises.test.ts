import { beforeAll, describe, expect, test } from 'vitest';
import { recoveryPoint } from '../../core/contracts/recovery-point.ts';
import { vaultKeys } from '../../core/model/keys.ts';
import { instantOf, slotAt } from '../../core/model/slot.ts';
import { PLAN_TAG } from '../../core/model/tags.ts';
import { BREAK_GLASS_ROLE } from '../../lib/storage/vault.ts';
import { HOUR_MS, MIDNIGHT, MINUTE_MS, World } from '../e2e/world.ts';

/*
 * What else watch-vault tells: copies that are not there any more, drills that do not come, tiers that are not earned. Two
 * backups of one cache, and one drill; the schedules do not run by themselves.
 */

const DAY_MS = 24 * HOUR_MS;
const SECOND = slotAt(new Date(instantOf(MIDNIGHT).getTime() + 6 * HOUR_MS));

let world: World;

beforeAll(async () => {
  world = await World.start();
  await world.create([{ id: 'carts', tags: { [PLAN_TAG]: 'session-store' } }]);
  await world.fill('carts', 50);
  for (const slot of [MIDNIGHT, SECOND]) await world.runSlot('session-store', slot);
  return () => world.close();
});

async function asBreakGlass(operation: string, input: object): Promise<void> {
  const { account, vault } = world.demo;
  const arn = `arn:aws:iam::${account}:role/${BREAK_GLASS_ROLE}`;
  const principal = { kind: 'administrator', arn, account } as const;
  await world.aws.fabric.call({ service: 's3', operation, region: vault.region, principal, input });
}

/** One look, a quarter of an hour later. @returns what people were told */
async function look(): Promise<readonly { readonly code: string; readonly text: string }[]> {
  const before = world.aws.sns.messages.length;
  await world.pass(15 * MINUTE_MS);
  await world.deliver('watch-vault');
  return world.aws.sns.messages
    .slice(before)
    .filter(({ attributes }) => attributes.code !== undefined && attributes.cache === 'carts')
    .map(({ attributes, message }) => ({ code: attributes.code ?? '', text: message }));
}
const codes = (told: Awaited<ReturnType<typeof look>>) => told.map(({ code }) => code).sort();

describe('the newest verified recovery point', () => {
  const record = () => vaultKeys.record({ cache: 'carts', slot: SECOND, tier: 'hourly' });
  let marker: string;

  test('is there: nobody is told', async () => expect(await look()).toEqual([]));

  test('deleted, it is a page within one look, with the copy before it and the commands', async () => {
    const { call, vault, vaultBucket: Bucket } = world.demo;
    const Key = (await world.document(Bucket, record(), recoveryPoint)).shards[0]?.key ?? '';
    const deleted = await call('s3', 'DeleteObject', vault.region, { Bucket, Key });
    marker = (deleted as { VersionId: string }).VersionId;
    const pings = world.demo.heartbeats.pings.length;
    const [told, ...others] = await look();
    expect(others).toEqual([]);
    expect(world.demo.heartbeats.pings.slice(pings).map(({ kind }) => kind)).toEqual(['start', 'fail']);
    expect(told?.code).toBe('RecoveryPointLost');
    expect(told?.text).toContain('shard-0001.rdb is missing, but S3 still has the verified version');
    expect(told?.text).toContain('The newest undamaged recovery point is of 2026-11-04 00:00 UTC');
    expect(told?.text).toContain(`  npx redrill verify carts/${SECOND}\n`);
    expect(await look()).toEqual([]);
    await asBreakGlass('DeleteObject', { Bucket, Key, VersionId: marker });
  });

  test('brought back from under the delete marker, that is told once', async () => {
    expect(codes(await look())).toEqual(['RecoveryPointLostResolved']);
    expect(await look()).toEqual([]);
  });
});

describe('nine days without a schedule', () => {
  test('the tiers that were not earned and the drill that did not come are tickets, beside the page', async () => {
    await world.pass(9 * DAY_MS);
    const told = await look();
    expect(codes(told)).toEqual(['DrillOverdue', 'RpoMissed', 'TierMissed']);
    const text = (code: string) => told.find((each) => each.code === code)?.text ?? '';
    expect(text('TierMissed')).toContain('There is none for the last day and week.');
    expect(text('TierMissed')).toContain('The last weekly recovery point is of 2026-11-04 00:00 UTC, 9 d ');
    expect(text('DrillOverdue')).toContain('There has been no drill yet; the plan requires a weekly drill.');
    expect(text('RpoMissed')).toContain('  npx redrill restore carts/latest --to carts-restored\n');
  });

  test('an hour later the page alone is repeated', async () => {
    await world.pass(HOUR_MS);
    expect(codes(await look())).toEqual(['RpoMissed']);
  });

  test('a backup and a drill end all three', async () => {
    const slot = slotAt(new Date(Math.ceil(world.now / (6 * HOUR_MS)) * 6 * HOUR_MS));
    await world.runSlot('session-store', slot);
    await world.startDrill('carts');
    await world.pass(0);
    expect(codes(await look())).toEqual(['DrillOverdueResolved', 'RpoMissedResolved', 'TierMissedResolved']);
    expect(await look()).toEqual([]);
  });

  test('nothing was refused', () => expect(world.refusals).toEqual([]));
});
