import { beforeAll, describe, expect, test } from 'vitest';
import { pointsOutput } from '../../cli/points/contract.ts';
import { registryEntry } from '../../core/contracts/recovery-point.ts';
import { vaultKeys } from '../../core/model/keys.ts';
import { lineageIdOf } from '../../core/model/lineage.ts';
import { instantOf, type Slot, slotAt } from '../../core/model/slot.ts';
import { PLAN_TAG, RELEASE_TAG } from '../../core/model/tags.ts';
import { redrill } from '../e2e/redrill.ts';
import { HOUR_MS, MIDNIGHT, World } from '../e2e/world.ts';

/*
 * A cache is deleted and made anew under its name, and backed up for weeks. The copies of the first one, which nothing can
 * make again, outlast all of that until a person releases them.
 */

const PLAN = 'session-store';
const CACHE = 'jobs';
const DAY_MS = 24 * HOUR_MS;
const slotAfter = (ms: number): Slot => slotAt(new Date(instantOf(MIDNIGHT).getTime() + ms));
const BEFORE = [0, 6, 12, 18].map((hours) => slotAfter(hours * HOUR_MS));
const AFTER = [2, 9, 16, 23].map((days) => slotAfter(days * DAY_MS));

let world: World;

beforeAll(async () => {
  world = await World.start();
  const cache = { id: CACHE, tags: { [PLAN_TAG]: PLAN } };
  await world.create([cache]);
  await world.fill(CACHE, 2_000);
  for (const slot of BEFORE) await world.runSlot(PLAN, slot);
  await world.demo.call('elasticache', 'DeleteReplicationGroup', world.demo.source.region, {
    ReplicationGroupId: CACHE,
  });
  await world.until('the cache is gone', () => world.statusOf(CACHE) === undefined);
  await world.create([cache]);
  await world.fill(CACHE, 150);
  for (const slot of AFTER) {
    await world.runSlot(PLAN, slot);
    await world.deliver('watch-vault');
  }
  return () => world.close();
});

const entry = () => world.document(world.demo.vaultBucket, vaultKeys.registry(CACHE), registryEntry);
const slots = async () => (await world.points(CACHE)).map(({ slot }) => slot);

describe('a cache that was made anew under its name', () => {
  test('is another lineage, recorded with each point by when ElastiCache created it', async () => {
    const lineages = (await world.points(CACHE)).map(({ lineage }) => lineageIdOf(lineage?.createdAt ?? ''));
    const { lineage, earlier } = await entry();
    expect(new Set(lineages)).toEqual(new Set([earlier?.[0]?.lineage, lineage]));
    expect(earlier).toMatchObject([{ last: BEFORE.at(-1) }]);
  });

  test('does not push out what is left of the earlier one, in three weeks', async () => {
    // The first was superseded by its own cache, and is the month's; the second was superseded and is gone.
    expect(await slots()).toEqual([BEFORE[0], BEFORE[2], BEFORE[3], ...AFTER]);
  });

  test('has its own tiers, and is not judged by what the other one held', async () => {
    const [first] = (await world.points(CACHE)).filter(({ slot }) => slot === AFTER[0]);
    expect(first).toMatchObject({ tier: 'monthly', verdict: 'verified' });
    expect(first?.totals.keys).toBeLessThan(200);
  });

  test('is told once, as a ticket, with the command that releases the earlier copies', async () => {
    const told = world.aws.sns.messages.filter(({ attributes }) => attributes.code === 'CacheMadeAnew');
    expect(told.map(({ attributes }) => [attributes.severity, attributes.cache])).toEqual([
      ['ticket', CACHE],
    ]);
    const { earlier } = await entry();
    expect(told[0]?.message).toContain(`  npx redrill release ${CACHE} --lineage ${earlier?.[0]?.lineage}\n`);
  });
});

test('a release tag on a copy of the earlier cache, which Redrill did not set, is told', async () => {
  const point = (await world.points(CACHE)).find(({ slot }) => slot === BEFORE[2]);
  if (point === undefined) throw new Error('the earlier cache has a copy');
  const object = { Bucket: world.demo.vaultBucket, Key: vaultKeys.record(point) };
  const inVault = (operation: string, input: object) =>
    world.demo.call('s3', operation, world.demo.vault.region, { ...object, ...input });
  const before = world.alerts.length;
  await inVault('PutObjectTagging', {
    Tagging: { TagSet: [{ Key: RELEASE_TAG.key, Value: RELEASE_TAG.value }] },
  });
  await world.deliver('watch-vault');
  expect(world.alerts.slice(before).filter(({ code }) => code.startsWith('ReleaseTagged'))).toEqual([
    { code: 'ReleaseTagged', cache: CACHE, severity: 'page' },
  ]);
  expect(world.aws.sns.messages.at(-1)?.message).toContain(`npx redrill hold ${CACHE}/${BEFORE[2]} --why`);
  await inVault('DeleteObjectTagging', {});
  await world.deliver('watch-vault');
  expect(world.alerts.map(({ code }) => code)).toContain('ReleaseTaggedResolved');
});

describe('redrill', () => {
  test('points shows which copies are of which cache', async () => {
    const { lineage = '', earlier = [] } = await entry();
    const { out } = await redrill(world, 'points', CACHE);
    const headings = out.split('\n').filter((line) => line.startsWith('of the cache created '));
    expect(headings).toHaveLength(2);
    expect(headings[0]).toContain(`(lineage ${lineage})`);
    expect(headings[1]).toContain(`(lineage ${earlier[0]?.lineage})`);
    const { points } = pointsOutput.parse(JSON.parse((await redrill(world, 'points', CACHE, '--json')).out));
    expect(points.filter((point) => point.lineage === lineage).map(({ slot }) => slot)).toEqual(
      [...AFTER].reverse(),
    );
    expect(points.find(({ slot }) => slot === BEFORE[3])).toMatchObject({ fate: 'kept' });
  });

  test('release refuses the newest cache, an unknown one, and to apply without a reason', async () => {
    const { lineage = '', earlier = [] } = await entry();
    const known = earlier[0]?.lineage ?? '';
    for (const [args, message] of [
      [['--lineage', lineage], 'is the newest cache of that name'],
      [['--lineage', '20200101T000000Z'], `it has ${known}`],
      [['--lineage', known, '--apply'], "--apply needs --why '<reason>'"],
    ] as const) {
      const { err, status } = await redrill(world, 'release', CACHE, ...args);
      expect(err).toContain(message);
      expect(status).toBe(2);
    }
  });

  test('release says what it would let expire, and changes nothing', async () => {
    const before = await entry();
    const { out, status } = await redrill(
      world,
      'release',
      CACHE,
      '--lineage',
      before.earlier?.[0]?.lineage ?? '',
    );
    expect(out).toContain('This would release 2 recovery points of the jobs created 2026-11-');
    expect(out).toContain(`  ${CACHE}/${BEFORE[3]}  hourly, verified, `);
    expect(out).toContain(`  ${CACHE}/${BEFORE[2]}  hourly, verified, `);
    expect(out).toContain('Nothing was changed.');
    expect(status).toBe(0);
    expect(await entry()).toEqual(before);
  });

  test('release --apply lets S3 expire them after the next ingest', async () => {
    const lineage = (await entry()).earlier?.[0]?.lineage ?? '';
    const words = ['release', CACHE, '--lineage', lineage, '--why', 'replaced on purpose', '--apply'];
    const { out, status } = await redrill(world, ...words);
    expect(out).toContain('The next ingest of jobs releases 2 recovery points');
    expect(status).toBe(0);
    await world.runSlot(PLAN, slotAfter(24 * DAY_MS));
    expect((await entry()).earlier).toMatchObject([{ released: { why: 'replaced on purpose' } }]);
    await world.passUntil(instantOf(slotAfter(30 * DAY_MS)).getTime());
    expect(await slots()).not.toContain(BEFORE[2]);
    expect(await slots()).not.toContain(BEFORE[3]);
  });

  test('no role was refused anything', () => expect(world.refusals).toEqual([]));
});
