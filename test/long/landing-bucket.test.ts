import { beforeAll, describe, expect, test } from 'vitest';
import type { RecoveryPoint } from '../../core/contracts/recovery-point.ts';
import { landingKeys } from '../../core/model/keys.ts';
import { snapshotNameOf } from '../../core/model/names.ts';
import { instantOf, type Slot, slotAt } from '../../core/model/slot.ts';
import { PLAN_TAG } from '../../core/model/tags.ts';
import { HOUR_MS, MIDNIGHT, World } from '../e2e/world.ts';

/*
 * What lies between the two regions: somebody replaces an exported file after it was sealed, and the ingest of another cache
 * fails for two weeks. The plan has a slot every day.
 */

const PLAN = 'rate-limits';
const DAY_MS = 24 * HOUR_MS;
const slotOf = (day: number): Slot => slotAt(new Date(instantOf(MIDNIGHT).getTime() + day * DAY_MS));
const REPLACED = 1;
/** From this slot on, one cache's files are exported damaged. */
const FAILING = 2;
const LAST = 18;

let world: World;
/** Points of the cache whose file is replaced, as they were admitted; some expire later. */
const calm = new Map<number, RecoveryPoint>();
let copiesOfReplaced: readonly string[] = [];
const snapshotsAt = new Map<number, Readonly<Record<string, readonly number[]>>>();

beforeAll(async () => {
  world = await World.start();
  await world.create(['calm', 'failing'].map((id) => ({ id, tags: { [PLAN_TAG]: PLAN } })));
  for (const id of ['calm', 'failing']) await world.fill(id, 200);
  for (let day = 0; day <= LAST; day++) {
    if (day >= FAILING) damageExportOf('failing', day);
    await world.passUntil(instantOf(slotOf(day)).getTime());
    await world.deliver(`backup-${PLAN}`, instantOf(slotOf(day)).getTime());
    if (day === REPLACED) await replaceFile(landingKeys.shard(snapshotNameOf('calm', slotOf(day)), 1));
    await world.deliver('find-exports');
    if (day <= REPLACED + 1) {
      const point = (await world.points('calm')).find(({ slot }) => slot === slotOf(day));
      if (point !== undefined) calm.set(day, point);
    }
    if (day === REPLACED)
      copiesOfReplaced = (await world.vaultKeys()).filter((key) => key.includes(`/calm/${slotOf(day)}/`));
    snapshotsAt.set(day, { calm: await snapshotDays('calm'), failing: await snapshotDays('failing') });
  }
  return () => world.close();
});

function damageExportOf(cache: string, day: number): void {
  const resource = snapshotNameOf(cache, slotOf(day));
  world.aws.faults.arm({ kind: 'flip-byte', service: 'elasticache', operation: 'CopySnapshot', resource });
}

/** With the file of the day before: sound, and of the same cache. */
async function replaceFile(Key: string): Promise<void> {
  const { call, source, landingBucket: Bucket } = world.demo;
  const CopySource = `${Bucket}/${landingKeys.shard(snapshotNameOf('calm', slotOf(REPLACED - 1)), 1)}`;
  await call('s3', 'CopyObject', source.region, { Bucket, Key, CopySource });
}

/** Days of whose slots ElastiCache has snapshots. */
async function snapshotDays(cache: string): Promise<readonly number[]> {
  const names = await world.snapshotsOf(cache);
  return Array.from({ length: LAST + 1 }, (_, day) => day).filter((day) =>
    names.includes(snapshotNameOf(cache, slotOf(day))),
  );
}

describe('a file that is replaced after its export was sealed', () => {
  test('is not ingested: the point is corrupt, and names the file with both ETags', () => {
    const point = calm.get(REPLACED);
    expect(point).toMatchObject({ verdict: 'corrupt', reasons: [{ code: 'ExportChanged' }] });
    const file = landingKeys.shard(snapshotNameOf('calm', slotOf(REPLACED)), 1);
    expect(point?.reasons[0]?.message).toMatch(
      new RegExp(
        `^shard 1: the file was replaced after the export was sealed: .*${file} has the ETag "\\w+"; "\\w+" was sealed$`,
      ),
    );
    expect(copiesOfReplaced.map((key) => key.split('/').at(-1))).toEqual([
      'recovery-point.digest.json',
      'recovery-point.json',
      'shard-0001.json',
    ]);
  });

  test('pages at once', () => {
    const told = world.aws.sns.messages.filter(({ attributes }) => attributes.cache === 'calm');
    expect(told.map(({ attributes }) => [attributes.code, attributes.severity])).toContainEqual([
      'RecoveryPointCorrupt',
      'page',
    ]);
    expect(told[0]?.message).toContain('was replaced after the export was sealed');
  });

  test('costs one slot: the next day is verified', () =>
    expect(calm.get(REPLACED + 1)?.verdict).toBe('verified'));
});

describe('native snapshots', () => {
  test('of verified copies go after a day, but for the newest two', () => {
    expect(snapshotsAt.get(LAST)?.calm).toEqual([LAST - 1, LAST]);
    expect(snapshotsAt.get(REPLACED + 3)?.calm).toEqual([REPLACED, REPLACED + 2, REPLACED + 3]);
  });

  test('stay while the vault has verified nothing, and go after 14 days', () => {
    const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at);
    // The two of before the damage were verified.
    expect(snapshotsAt.get(15)?.failing).toEqual(range(FAILING, 15));
    expect(snapshotsAt.get(LAST)?.failing).toEqual(range(LAST - 13, LAST));
  });

  test('are marked in the landing bucket when their copy is verified, and only then', async () => {
    const keys = await world.keysIn(world.demo.landingBucket, world.demo.source.region);
    const marked = (cache: string) =>
      Array.from({ length: LAST + 1 }, (_, day) => day).filter((day) =>
        keys.includes(landingKeys.verified(snapshotNameOf(cache, slotOf(day)))),
      );
    // A mark lives for 15 days: longer than it is asked for.
    expect(marked('calm')).toEqual(Array.from({ length: 16 }, (_, at) => LAST - 15 + at));
    expect(marked('failing')).toEqual([]);
  });

  test('no role was refused anything', () => expect(world.refusals).toEqual([]));
});
