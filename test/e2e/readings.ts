import { expect } from 'vitest';
import { sourceElastiCache } from '../../adapters/aws/source-elasticache.ts';
import { snapshotNameOf } from '../../core/model/names.ts';
import { PLAN_TAG } from '../../core/model/tier.ts';
import { run as createSnapshot } from '../../lambdas/create-snapshot.ts';
import { administratorOf } from '../../local/iam/roles.ts';
import { QUESTIONS } from '../../local/readings.ts';
import { MIDNIGHT, MINUTE_MS, World } from './world.ts';

export type Chosen = Readonly<Record<string, string>>;
export type Answer = readonly [question: string, reading: string];

/** Every answer but the usual one to every question. */
export const OTHERS: readonly Answer[] = Object.entries(QUESTIONS).flatMap(([id, { readings, usual }]) =>
  Object.keys(readings).flatMap((reading): Answer[] => (reading === usual ? [] : [[id, reading]])),
);

/** All other answers in as few worlds as they fit into: one of each question per world. */
export function coveringSingles(): readonly Chosen[] {
  const byQuestion = [...Map.groupBy(OTHERS, ([id]) => id).values()];
  const worlds = Math.max(...byQuestion.map((answers) => answers.length));
  return Array.from({ length: worlds }, (_, at) =>
    Object.fromEntries(byQuestion.flatMap((answers) => answers.slice(at, at + 1))),
  );
}

/** Every pair of answers to two questions, in few worlds: greedily, and the same each time. */
export function coveringPairs(): readonly Chosen[] {
  let open = OTHERS.flatMap((one, at) =>
    OTHERS.slice(at + 1).flatMap((other) => (one[0] === other[0] ? [] : [[one, other] as const])),
  );
  const worlds: Chosen[] = [];
  while (open.length > 0) {
    const chosen = new Map<string, string>();
    const fits = ([id, reading]: Answer) => (chosen.get(id) ?? reading) === reading;
    for (const pair of open) if (pair.every(fits)) for (const [id, reading] of pair) chosen.set(id, reading);
    open = open.filter((pair) => !pair.every(([id, reading]) => chosen.get(id) === reading));
    worlds.push(Object.fromEntries(chosen));
  }
  return worlds;
}

const CACHES = ['whole', 'sharded'];

/** Backup, ingest, drill and the watch, of one cache of each cluster mode: all of it works, without an alert. */
export async function expectToWorkUnder(chosen: Chosen): Promise<void> {
  const world = await World.start(undefined, undefined, chosen);
  try {
    const tags = { [PLAN_TAG]: 'session-store' };
    await world.create([
      { id: 'whole', replicas: 1, tags },
      { id: 'sharded', shards: 2, clusterMode: 'on', tags },
    ]);
    for (const cache of CACHES) await world.fill(cache, 100);
    await world.runSlot('session-store', MIDNIGHT);
    await world.deliver('find-exports');
    for (const cache of CACHES)
      expect(await world.points(cache)).toMatchObject([{ slot: MIDNIGHT, verdict: 'verified' }]);
    for (const cache of CACHES) await expectToKnowItsSnapshot(world, cache);
    for (const cache of CACHES) {
      await world.pass(MINUTE_MS);
      const { execution } = await world.startDrill(cache);
      await world.until('the drill is over', () => execution.status !== 'RUNNING');
      expect(execution.status).toBe('SUCCEEDED');
    }
    await world.deliver('watch-vault');
    expect(world.alerts.filter(({ cache }) => cache !== undefined && CACHES.includes(cache))).toEqual([]);
    expect(world.drillClusters).toEqual([]);
    expect(world.refusals).toEqual([]);
  } finally {
    await world.close();
  }
}

/** It is found among the cache’s, so that it counts and is deleted in time; and a repeated order adopts it. */
async function expectToKnowItsSnapshot(world: World, cache: string): Promise<void> {
  const { source, account } = world.demo;
  const order = { cache, plan: 'session-store', slot: MIDNIGHT };
  await world.actingAs(administratorOf(account), source.region, async () => {
    const elasticache = sourceElastiCache(source.region);
    const found = await elasticache.findCache(cache);
    const snapshots = found && (await elasticache.listSnapshots(found));
    expect(snapshots).toMatchObject([{ name: snapshotNameOf(cache, MIDNIGHT) }]);
    const again = await createSnapshot(order, { elasticache, now: () => new Date(world.now) });
    expect(again.name).toBe(snapshotNameOf(cache, MIDNIGHT));
  });
}
