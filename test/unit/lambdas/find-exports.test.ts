import { describe, expect, it } from 'vitest';
import { landingKeys, vaultKeys } from '../../../core/model/keys.ts';
import { snapshotNameOf } from '../../../core/model/names.ts';
import { instantOf, parseSlot } from '../../../core/model/slot.ts';
import { run } from '../../../lambdas/find-exports.ts';
import { Catalogue } from '../../../vault/catalogue.ts';
import { SealedExports } from '../../../vault/sealed-exports.ts';
import { MemoryStore } from '../adapters/memory-store.ts';
import { NO_SERVERS, pointOf, sealOf } from '../core/facts.ts';
import { MemoryMetrics, MemoryWorkflows } from './memory-world.ts';

const HOUR_MS = 3_600_000;
const [MIDNIGHT, SIX, NOON] = ['20261121T000000Z', '20261121T060000Z', '20261121T120000Z'];

/** A landing bucket, a vault, and find-exports, which looks at them at an instant. */
function world(lambdas: () => Promise<number> = async () => 1000) {
  const landing = new MemoryStore('landing');
  const staging = new MemoryStore('staging');
  const catalogue = new Catalogue(new MemoryStore());
  const workflows = new MemoryWorkflows();
  const metrics = new MemoryMetrics();
  return {
    landing,
    staging,
    catalogue,
    workflows,
    metrics,
    seal: async (slot: string | undefined, cache = 'sessions', shards = 1) => {
      const at = parseSlot(slot ?? '');
      const snapshot = snapshotNameOf(cache, at);
      const seal = { ...sealOf(Array(shards).fill({}), at), cache, snapshot };
      await landing.write(landingKeys.shard(snapshot, 1), 'REDIS');
      await landing.write(landingKeys.seal(snapshot), JSON.stringify(seal));
    },
    admit: (slot: string | undefined, cache = 'sessions') => {
      const at = parseSlot(slot ?? '');
      return catalogue.enter(pointOf({ cache, slot: at, snapshot: snapshotNameOf(cache, at) }));
    },
    look: (now: Date) =>
      run(
        {},
        {
          landing,
          exports: new SealedExports(landing, NO_SERVERS),
          servers: NO_SERVERS.servers,
          staging,
          catalogue,
          workflows,
          metrics,
          stateMachine: 'machine',
          now: () => now,
          shardsAtOnce: 4,
          lambdas,
        },
      ),
  };
}
const at = (slot: string | undefined, laterMs = 0) =>
  new Date(instantOf(parseSlot(slot ?? '')).getTime() + laterMs);

describe('find-exports', () => {
  it('starts an ingest of what is sealed, under a name of its own, with everything that it needs', async () => {
    const { seal, look, workflows, metrics } = world();
    await seal(SIX, 'sessions', 3);
    expect(await look(at(SIX))).toEqual({
      waiting: 1,
      started: [
        {
          cache: 'sessions',
          slot: SIX,
          tier: 'monthly',
          why: 'first verified of its month (2026-11)',
          attempt: 1,
          outcome: 'started',
        },
      ],
    });
    expect(workflows.started).toEqual([
      {
        name: `sessions-${SIX}`,
        input: {
          cache: 'sessions',
          slot: SIX,
          tier: 'monthly',
          snapshot: 'redrill-sessions-202611210600',
          shards: [1, 2, 3],
        },
      },
    ]);
    expect(metrics.measured).toEqual(['ExportsWaiting{} 1']);
  });

  it('finds nothing in files without a seal, and nothing that the vault has', async () => {
    const { landing, seal, admit, look, workflows } = world();
    await landing.write('redrill-sessions-202611211200-0001.rdb', 'REDIS');
    await seal(SIX);
    await admit(SIX);
    expect(await look(at(NOON))).toEqual({ waiting: 0, started: [] });
    expect(workflows.started).toEqual([]);
  });

  it('starts one per cache, the oldest, and the next once that is in the vault: a tier is earned in order', async () => {
    const { seal, admit, look, workflows } = world();
    for (const slot of [NOON, MIDNIGHT, SIX]) await seal(slot);
    await seal(NOON, 'audit');
    const names = async () => {
      const { started } = await look(at(NOON));
      return started.map(({ cache, slot, tier }) => `${cache} ${slot} ${tier}`).sort();
    };
    expect(await names()).toEqual([`audit ${NOON} monthly`, `sessions ${MIDNIGHT} monthly`]);
    expect(await names()).toEqual([]);
    workflows.fail(at(NOON));
    await admit(MIDNIGHT);
    expect(await names()).toEqual([`sessions ${SIX} hourly`]);
  });

  it('started twice at the same instant starts one ingest', async () => {
    const { seal, look, workflows } = world();
    await seal(SIX);
    await Promise.all([look(at(SIX)), look(at(SIX))]);
    expect(workflows.started).toHaveLength(1);
  });

  it('goes on in the tier in which an earlier try has recorded the point, although a later slot was admitted since', async () => {
    const { seal, admit, look, workflows, catalogue } = world();
    await seal(MIDNIGHT);
    expect((await look(at(MIDNIGHT))).started).toMatchObject([{ tier: 'monthly', attempt: 1 }]);
    const slot = parseSlot(MIDNIGHT ?? '');
    const recorded = pointOf({ cache: 'sessions', slot, tier: 'monthly' });
    await catalogue.vault.write(vaultKeys.record(recorded), JSON.stringify(recorded));
    workflows.fail(at(MIDNIGHT));
    await admit(SIX);
    const { started } = await look(at(NOON));
    expect(started).toMatchObject([
      { slot: MIDNIGHT, tier: 'monthly', attempt: 2, why: 'an earlier try has recorded it in this tier' },
    ]);
  });

  it('tries one that fails three times, an hour apart, and then lets newer ones go first', async () => {
    const { seal, admit, look, workflows } = world();
    await seal(MIDNIGHT);
    await seal(SIX);
    const tryAt = async (hours: number) => {
      const now = at(SIX, hours * HOUR_MS);
      const { started } = await look(now);
      workflows.fail(now);
      return started.map(({ slot, attempt }) => `${slot} ${attempt}`);
    };
    expect(await tryAt(0)).toEqual([`${MIDNIGHT} 1`]);
    expect(await tryAt(0.9)).toEqual([]);
    expect(await tryAt(1)).toEqual([`${MIDNIGHT} 2`]);
    expect(await tryAt(2)).toEqual([`${MIDNIGHT} 3`]);
    expect(await tryAt(2.1)).toEqual([`${SIX} 1`]);
    await admit(SIX);
    expect(await tryAt(2.5)).toEqual([]);
    expect(await tryAt(3.1)).toEqual([`${MIDNIGHT} 4`]);
    expect(workflows.started.at(-1)?.name).toBe(`sessions-${MIDNIGHT}-4`);
  });

  it('starts as many as half of the Lambdas of a new account allow, when the account does not say', async () => {
    const { seal, look } = world(() => Promise.reject(new Error('AccessDenied')));
    for (const cache of ['a', 'b', 'c', 'd', 'e', 'f']) await seal(SIX, cache);
    expect((await look(at(SIX))).started).toHaveLength(5);
  });
});
