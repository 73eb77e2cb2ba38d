import type { Fault } from '@redrill/local-aws';
import { beforeAll, describe, expect, test } from 'vitest';
import { vaultKeys } from '../../core/model/keys.ts';
import { snapshotNameOf } from '../../core/model/names.ts';
import { instantOf } from '../../core/model/slot.ts';
import { PLAN_TAG } from '../../core/model/tags.ts';
import { MIDNIGHT, MINUTE_MS, World } from '../e2e/world.ts';

/*
 * Every identity derives from (cache, slot), so a second delivery, a lost reply or a death after the deed finds its own
 * earlier work. Each of these caches meets another mishap in the same slot, whose schedule event comes three times.
 */

const MISHAPS = {
  untroubled: undefined,
  'killed-create': { kind: 'kill', service: 'elasticache', operation: 'CreateSnapshot' },
  'lost-create': { kind: 'lost-reply', service: 'elasticache', operation: 'CreateSnapshot' },
  'lost-export': { kind: 'lost-reply', service: 'elasticache', operation: 'CopySnapshot' },
  'lost-record': { kind: 'lost-reply', service: 's3', operation: 'PutObject' },
  'killed-record': { kind: 'kill', service: 's3', operation: 'PutObject' },
  'lost-cluster': { kind: 'lost-reply', service: 'elasticache', operation: 'CreateReplicationGroup' },
} as const satisfies Readonly<Record<string, Fault | undefined>>;
const CACHES = Object.keys(MISHAPS);

let world: World;

beforeAll(async () => {
  world = await World.start({ environmentsPerFunction: Number.POSITIVE_INFINITY });
  await world.create(CACHES.map((id) => ({ id, tags: { [PLAN_TAG]: 'rate-limits' } })));
  for (const id of CACHES) await world.fill(id, 50);
  for (const [cache, fault] of Object.entries(MISHAPS)) {
    if (fault !== undefined) world.aws.faults.arm({ ...fault, resource: resourceOf(cache, fault) });
  }
  world.aws.scheduler.start();
  await world.passUntil(instantOf(MIDNIGHT).getTime());
  const again = () =>
    world.aws.scheduler.deliverAgain('redrill-backup-rate-limits', instantOf(MIDNIGHT).getTime());
  await again();
  await world.pass(2 * MINUTE_MS);
  await again();
  await world.pass(28 * MINUTE_MS);
  for (const cache of CACHES) await world.startDrill(cache);
  await world.pass(20 * MINUTE_MS);
  return () => world.close();
});

/** What the call that is hit names: the recovery point's record, or anything of the cache's. */
function resourceOf(cache: string, { operation }: Fault): string {
  return operation === 'PutObject' ? `${cache}/${MIDNIGHT}/recovery-point.json` : cache;
}

describe('an event delivered three times, with', () => {
  test.each(CACHES)('%s: one snapshot, one recovery point, one verdict, one drill', async (cache) => {
    expect(await world.snapshotsOf(cache)).toEqual([snapshotNameOf(cache, MIDNIGHT)]);
    expect((await world.points(cache)).map(({ verdict, slot }) => [verdict, slot])).toEqual([
      ['verified', MIDNIGHT],
    ]);
    expect(world.ends.filter((end) => end.includes(` ${cache}-`))).toEqual([
      `backup ${cache}-${MIDNIGHT} SUCCEEDED`,
      expect.stringMatching(`^drill ${cache}-\\w+ SUCCEEDED$`),
      `ingest ${cache}-${MIDNIGHT} SUCCEEDED`,
    ]);
    const record = vaultKeys.record({ tier: 'monthly', cache, slot: MIDNIGHT });
    expect(await world.versionsOf(record)).toBe(1);
  });

  test('every mishap did happen', () => {
    const armed = Object.entries(MISHAPS).flatMap(([cache, fault]) =>
      fault === undefined ? [] : [{ ...fault, resource: resourceOf(cache, fault) }],
    );
    expect(world.struck).toHaveLength(armed.length);
    expect(world.struck).toEqual(expect.arrayContaining(armed));
  });

  test('nobody is alerted, and nothing is left', () => {
    expect(world.alerts).toEqual([]);
    expect(world.drillClusters).toEqual([]);
    expect(world.refusals).toEqual([]);
    expect(world.leaks).toEqual([]);
  });
});
