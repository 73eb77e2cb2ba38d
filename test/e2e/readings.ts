import { administratorOf } from '@redrill/local-aws';
import { DEFAULT_ACCOUNT } from '@redrill/local-aws/cloudformation';
import { QUESTIONS } from '@redrill/local-aws/readings';
import { afterAll, expect } from 'vitest';
import { sourceElastiCache } from '../../adapters/aws/source-elasticache.ts';
import { ASSUMPTIONS, REFUSED_TOGETHER } from '../../core/contracts/assumptions.ts';
import type { Config } from '../../core/contracts/config.ts';
import { snapshotNameOf } from '../../core/model/names.ts';
import { instantOf, type Slot, slotAt } from '../../core/model/slot.ts';
import { PLAN_TAG } from '../../core/model/tags.ts';
import { run as createSnapshot } from '../../lambdas/create-snapshot.ts';
import demo from '../../redrill.config.ts';
import { Assemblies } from './deployments/assemblies.ts';
import { MINUTE_MS, World } from './world.ts';

export type Chosen = Readonly<Record<string, string>>;
export type Answer = readonly [question: string, reading: string];

const UNUSUAL: readonly Answer[] = Object.entries(QUESTIONS).flatMap(([id, { readings, usual }]) =>
  Object.keys(readings).flatMap((reading): Answer[] => (reading === usual ? [] : [[id, reading]])),
);

const codeOf = ([id, reading]: Answer): string | undefined => ASSUMPTIONS[id]?.refuses[reading];

/** Every answer but the usual ones under which everything works. */
export const OTHERS: readonly Answer[] = UNUSUAL.filter((answer) => codeOf(answer) === undefined);

/** The answers under which Redrill refuses, with the error code. */
export const REFUSED: readonly { readonly chosen: Chosen; readonly code: string }[] = [
  ...UNUSUAL.flatMap((answer) => {
    const code = codeOf(answer);
    return code === undefined ? [] : [{ chosen: Object.fromEntries([answer]), code }];
  }),
  ...REFUSED_TOGETHER.map(({ answers, code }) => ({ chosen: answers, code })),
];

/** Whether answers that are refused only together are among these. */
export function areRefused(chosen: Chosen): boolean {
  return REFUSED_TOGETHER.some(({ answers }) => isAmong(answers, chosen));
}

function isAmong(answers: Chosen, chosen: Chosen): boolean {
  return Object.entries(answers).every(([id, reading]) => chosen[id] === reading);
}

/** All other answers in few worlds, none of which has answers that are refused together. */
export function coveringSingles(): readonly Chosen[] {
  const worlds: Chosen[] = [];
  for (const [id, reading] of OTHERS.toReversed()) {
    const at = worlds.findIndex((chosen) => !(id in chosen) && !areRefused({ ...chosen, [id]: reading }));
    const place = at < 0 ? worlds.length : at;
    worlds[place] = { ...worlds[place], [id]: reading };
  }
  return worlds;
}

/** Every pair of answers to two questions, in few worlds: greedily, and the same each time. */
export function coveringPairs(): readonly Chosen[] {
  let open = OTHERS.flatMap((one, at) =>
    OTHERS.slice(at + 1).flatMap((other) =>
      one[0] === other[0] || areRefused(Object.fromEntries([one, other])) ? [] : [[one, other] as const],
    ),
  );
  const worlds: Chosen[] = [];
  while (open.length > 0) {
    const chosen = new Map<string, string>();
    const fits = ([id, reading]: Answer) => (chosen.get(id) ?? reading) === reading;
    for (const pair of open) {
      const together = { ...Object.fromEntries(chosen), ...Object.fromEntries(pair) };
      if (pair.every(fits) && !areRefused(together))
        for (const [id, reading] of pair) chosen.set(id, reading);
    }
    open = open.filter((pair) => !pair.every(([id, reading]) => chosen.get(id) === reading));
    worlds.push(Object.fromEntries(chosen));
  }
  return worlds;
}

const CACHES = ['whole', 'sharded', 'serverless'];
const OWN_SNAPSHOTS = {
  whole: { CacheClusterId: 'whole-002' },
  sharded: { ReplicationGroupId: 'sharded' },
};
/** `whole` is encrypted under a key of its owner. */
const KEY_ID = '0fedcba9-12ab-34cd-56ef-1234567890ab';
const KEY_ALIAS = 'alias/caches';
const KEY = `arn:aws:kms:${demo.source.region}:${DEFAULT_ACCOUNT}:key/${KEY_ID}`;

type SeedGrant = Config['vault']['seedGrant'];

const assemblies = new Assemblies();
afterAll(() => assemblies.remove());
const synthesised = new Map<SeedGrant, ReturnType<Assemblies['of']>>();

/** What is deployed into the worlds, with the file of its configuration. */
export function deployable(seedGrant: SeedGrant): ReturnType<Assemblies['of']> {
  const known = synthesised.get(seedGrant);
  if (known !== undefined) return known;
  const made = assemblies.of((config) => ({
    ...config,
    source: { ...config.source, kmsKeys: [KEY] },
    vault: { ...config.vault, seedGrant },
  }));
  synthesised.set(seedGrant, made);
  return made;
}

const SECOND_MS = 1_000;
const SOON_MS = 15 * MINUTE_MS;
const DAY_MS = 86_400_000;

/** Backup, ingest, drill and the watch, of a cache of each kind: all of it works, without an alert. */
export async function expectToWorkUnder(
  chosen: Chosen,
  andThen: (world: World, slot: Slot) => Promise<void> = async () => undefined,
  seedGrant: SeedGrant = 'policy',
): Promise<void> {
  await underReadings({ chosen, own: true, seedGrant }, async (world, slot) => {
    for (const cache of CACHES)
      expect(await world.points(cache)).toMatchObject([{ slot, verdict: 'verified' }]);
    for (const cache of CACHES) await expectToKnowItsSnapshot(world, cache, slot);
    for (const cache of CACHES) {
      await world.pass(MINUTE_MS);
      const { execution } = await world.startDrill(cache);
      await world.until('the drill is over', () => execution.status !== 'RUNNING');
      expect(execution.status, execution.ending?.cause).toBe('SUCCEEDED');
    }
    await expectToSayWhereItWasDrilled(world, chosen);
    await world.deliver('watch-vault');
    expect(world.alerts.filter(({ cache }) => cache !== undefined && CACHES.includes(cache))).toEqual([]);
    expect(world.drillClusters).toEqual([]);
    expect(world.refusals).toEqual([]);
    await expectToNameAnUnusableKey(world, slot);
    await andThen(world, slot);
  });
}

/** In a serverless cache if ElastiCache makes one of the files and lets the drill in; on nodes, and why, if not. */
async function expectToSayWhereItWasDrilled(world: World, chosen: Chosen): Promise<void> {
  const { cluster } = await world.lastReport('serverless');
  if (chosen['serverless-s3-seed'] === 'refused')
    expect(cluster).toMatchObject({
      nodeType: expect.stringMatching(/^cache/),
      insteadOfServerless: expect.stringContaining('SnapshotArnsToRestore'),
    });
  else if (chosen['serverless-without-group'] === 'closed')
    expect(cluster).toMatchObject({
      nodeType: expect.stringMatching(/^cache/),
      insteadOfServerless: expect.stringContaining('nobody can connect'),
    });
  else expect(cluster).toMatchObject({ nodeType: 'serverless', limits: { storageGb: 5 } });
}

/** The same under an answer with which Redrill cannot work: it says so with this code, and nothing is left behind. */
export async function expectToRefuseUnder(chosen: Chosen, code: string): Promise<void> {
  await underReadings({ chosen, own: false, seedGrant: 'policy' }, async (world) => {
    for (const { cache } of await world.points()) {
      const { execution } = await world.startDrill(cache);
      await world.until('the drill is over', () => execution.status !== 'RUNNING');
    }
    await world.deliver('watch-vault');
    expect(world.alerts.map((alert) => alert.code)).toContain(code);
    expect(world.drillClusters).toEqual([]);
    // Under every other code nothing is asked of IAM that the roles may not do.
    if (code !== 'AccessDenied') expect(world.refusals).toEqual([]);
  });
}

/** One slot of three caches: one of each cluster mode, of which the cluster was resharded, and a serverless one. */
async function underReadings(
  {
    chosen,
    own,
    seedGrant,
  }: {
    readonly chosen: Chosen;
    /** With a snapshot of its owner under way. */
    readonly own: boolean;
    readonly seedGrant: SeedGrant;
  },
  work: (world: World, slot: Slot) => Promise<void>,
): Promise<void> {
  const world = await World.start({ deployed: deployable(seedGrant), readings: chosen });
  try {
    // The first node type of the plan: drills take its second one.
    const zone = `${world.demo.vault.region}a`;
    world.aws.elasticache.lackCapacityFor({ nodeType: 'cache.t4g.medium', zone });
    const tags = { [PLAN_TAG]: 'session-store' };
    world.aws.kms.addKey({ id: KEY_ID, alias: KEY_ALIAS, ...world.demo.source });
    const kmsKeyId = chosen['key-form'] === 'alias' ? KEY_ALIAS : KEY;
    await world.create([
      { id: 'whole', replicas: 1, tags, kmsKeyId },
      { id: 'sharded', nodeGroups: ['0007', '0002', '0031'].map((id) => ({ id })), clusterMode: 'on', tags },
      { id: 'serverless', serverless: true, tags },
    ]);
    for (const cache of CACHES) await world.fill(cache, 100);
    await reshard(world);
    const slot = slotAt(new Date(world.now + SOON_MS));
    const due = instantOf(slot).getTime();
    await world.passUntil(due - SECOND_MS);
    if (own) await takeOwnSnapshots(world);
    await world.runSlot('session-store', slot);
    await world.deliver('find-exports');
    await world.deliver('find-exports');
    await work(world, slot);
  } finally {
    await world.close();
  }
}

/** From three shards to two: their ids have gaps, and each has two ranges of slots. */
async function reshard(world: World): Promise<void> {
  const { call, source } = world.demo;
  await call('elasticache', 'ModifyReplicationGroupShardConfiguration', source.region, {
    ReplicationGroupId: 'sharded',
    NodeGroupCount: 2,
    ApplyImmediately: true,
    NodeGroupsToRemove: ['0031'],
  });
  await world.until('the cache is resharded', () => world.statusOf('sharded') === 'available');
}

async function takeOwnSnapshots({ demo: { call, source } }: World): Promise<void> {
  for (const [cache, of] of Object.entries(OWN_SNAPSHOTS))
    await call('elasticache', 'CreateSnapshot', source.region, { SnapshotName: `own-${cache}`, ...of });
  await call('elasticache', 'CreateServerlessCacheSnapshot', source.region, {
    ServerlessCacheSnapshotName: 'own-serverless',
    ServerlessCacheName: 'serverless',
  });
}

/** However ElastiCache words it. */
async function expectToNameAnUnusableKey(world: World, slot: Slot): Promise<void> {
  const { call, source, account } = world.demo;
  await call('kms', 'DisableKey', source.region, { KeyId: KEY });
  const later = slotAt(new Date(instantOf(slot).getTime() + DAY_MS));
  await world.actingAs(administratorOf(account), source.region, async () => {
    const ports = {
      elasticache: sourceElastiCache(source),
      kmsKeys: [KEY],
      now: () => instantOf(later),
    };
    const order = { cache: 'whole', plan: 'session-store', slot: later };
    await expect(createSnapshot(order, ports)).rejects.toMatchObject({ code: 'SourceKeyUnusable' });
  });
}

/** It is found among the cache’s, so that it counts and is deleted in time; and a repeated order adopts it. */
async function expectToKnowItsSnapshot(world: World, cache: string, slot: Slot): Promise<void> {
  const { source, account } = world.demo;
  const order = { cache, plan: 'session-store', slot };
  await world.actingAs(administratorOf(account), source.region, async () => {
    const elasticache = sourceElastiCache(source);
    const found = await elasticache.findCache(cache);
    const snapshots = found && (await elasticache.listSnapshots(found));
    const names = snapshots?.map(({ name }) => name).sort();
    expect(names).toEqual([`own-${cache}`, snapshotNameOf(cache, slot)]);
    const again = await createSnapshot(order, {
      elasticache,
      kmsKeys: [KEY],
      now: () => new Date(world.now),
    });
    expect(again.name).toBe(snapshotNameOf(cache, slot));
  });
}
