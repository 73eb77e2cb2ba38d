import { describe, expect, it, vi } from 'vitest';
import type { RedrillEvent } from '../../../core/contracts/events.ts';
import { parseConfig } from '../../../core/contracts/parse-config.ts';
import { presets } from '../../../core/contracts/presets.ts';
import type { RecoveryPoint } from '../../../core/contracts/recovery-point.ts';
import { vaultKeys } from '../../../core/model/keys.ts';
import { snapshotNameOf } from '../../../core/model/names.ts';
import { parseSlot } from '../../../core/model/slot.ts';
import { RELEASE_TAG } from '../../../core/model/tags.ts';
import type { Verdict } from '../../../core/model/verdict.ts';
import { run } from '../../../lambdas/release-superseded.ts';
import { Catalogue } from '../../../vault/catalogue.ts';
import { MemoryStore } from '../adapters/memory-store.ts';
import { pointOf } from '../core/facts.ts';
import { MemoryEvents } from './memory-world.ts';

const CONFIG = parseConfig({
  source: { region: 'eu-west-1' },
  vault: { region: 'eu-central-1' },
  plans: { two: presets.jobQueue, three: presets.eventLog, none: presets.pureCache },
});

function point(hour: number, plan = 'two', verdict: Verdict = 'verified'): RecoveryPoint {
  const slot = parseSlot(`20261121T${String(hour).padStart(2, '0')}0000Z`);
  return pointOf({ slot, plan, verdict, snapshot: snapshotNameOf('sessions', slot) });
}

async function vaultWith(...points: readonly RecoveryPoint[]) {
  const vault = new MemoryStore();
  const catalogue = new Catalogue(vault);
  for (const each of points) {
    await vault.write(vaultKeys.shard(each, 1), 'REDIS');
    await vault.write(vaultKeys.digest(each, 1), 'digest');
    await catalogue.enter(each);
  }
  return { vault, catalogue };
}

const release = (catalogue: Catalogue, events = new MemoryEvents()) =>
  run({ cache: 'sessions' }, { catalogue, config: CONFIG, events });

describe('release-superseded', () => {
  it('tags a superseded point, its record first, with the release and its own plan', async () => {
    const { vault, catalogue } = await vaultWith(point(0), point(2), point(4));
    expect(await release(catalogue)).toEqual({
      released: [{ tier: 'daily', slot: '20261121T000000Z', why: '2 newer verified ones exist' }],
    });
    const folder = 'daily/sessions/20261121T000000Z';
    expect(vault.taggings).toEqual([
      `${folder}/recovery-point.json`,
      `${folder}/digest-0001.bin`,
      `${folder}/recovery-point.digest.json`,
      `${folder}/shard-0001.rdb`,
    ]);
    for (const key of vault.taggings)
      expect(vault.tagsOf(key)).toEqual({ 'redrill-released': 'true', 'redrill-plan': 'two' });
  });

  it('puts an event for each released point, before the release is recorded', async () => {
    const { catalogue } = await vaultWith(point(0), point(2), point(4));
    const { events, put } = new MemoryEvents();
    let through: string | undefined = 'not asked';
    const asking = {
      events,
      put: async (all: readonly RedrillEvent[]) => {
        through = (await catalogue.registryEntry('sessions'))?.releasedThrough;
        await put.call(asking, all);
      },
    };
    await release(catalogue, asking);
    expect(through).toBeUndefined();
    expect(events).toMatchObject([
      {
        name: 'Released',
        detail: {
          id: 'release/daily/sessions/20261121T000000Z',
          plan: 'two',
          why: '2 newer verified ones exist',
        },
      },
    ]);
  });

  it('decides again if a hold was ended meanwhile', async () => {
    const { vault, catalogue } = await vaultWith(point(0), point(2), point(4));
    const { slot, tier } = point(0);
    const hold = { slot, tier, by: 'ann', at: '2026-11-21T05:00:00.000Z', why: 'audit' } as const;
    await catalogue.hold(hold, 'sessions');
    await catalogue.enter(point(6));
    vi.spyOn(vault, 'tag').mockImplementationOnce(async () => catalogue.unhold('sessions', slot));
    await expect(release(catalogue)).rejects.toMatchObject({ code: 'StateChanged' });
    expect((await release(catalogue)).released.map((each) => each.slot)).toEqual([point(2).slot, slot]);
  });

  it('leaves everything else untagged', async () => {
    const kept = [point(2), point(4)];
    const { vault, catalogue } = await vaultWith(point(0), ...kept);
    await release(catalogue);
    const others = [
      'registry/sessions.json',
      ...kept.flatMap((each) => [vaultKeys.record(each), vaultKeys.shard(each, 1)]),
    ];
    for (const key of others) expect(vault.tagsOf(key)).toEqual({});
  });

  it('keeps as many as the plan that the cache is on now asks for; a point expires by its own plan', async () => {
    const moved = await vaultWith(point(0), point(2), point(4), point(6, 'three'));
    expect((await release(moved.catalogue)).released.map(({ slot }) => slot)).toEqual(['20261121T000000Z']);
    expect(moved.vault.tagsOf(vaultKeys.record(point(0)))).toMatchObject({ 'redrill-plan': 'two' });
    const before = await vaultWith(point(0), point(2), point(4), point(6));
    expect((await release(before.catalogue)).released).toHaveLength(2);
  });

  it('follows the registry, not the last point that it happens to look at', async () => {
    const { catalogue } = await vaultWith(point(0), point(2), point(4, 'three'), point(6, 'two'));
    // An export that was late: its slot is older, and it was the last to come in.
    await catalogue.enter(point(5, 'three'));
    expect((await release(catalogue)).released.map(({ slot }) => slot)).toEqual([
      '20261121T020000Z',
      '20261121T000000Z',
    ]);
  });

  it.each([
    ['is not there any more', 'gone'],
    ['protects nothing', 'none'],
  ])('releases nothing of a cache whose plan %s', async (_why, plan) => {
    const { vault, catalogue } = await vaultWith(
      point(0, plan),
      point(2, plan),
      point(4, plan),
      point(6, plan),
    );
    expect(await release(catalogue)).toEqual({ released: [] });
    expect(vault.taggings).toEqual([]);
  });

  it('releases nothing of an unknown cache', async () => {
    const { catalogue } = await vaultWith();
    expect(await release(catalogue)).toEqual({ released: [] });
  });

  it('releases nothing while the newest point is suspect', async () => {
    const { vault, catalogue } = await vaultWith(point(0), point(2), point(4), point(6, 'two', 'suspect'));
    expect(await release(catalogue)).toEqual({ released: [] });
    expect(vault.taggings).toEqual([]);
  });

  it('moves the mark, so that the next run looks at no more than it must, and finishes what died', async () => {
    const { vault, catalogue } = await vaultWith(point(0), point(2), point(4));
    await release(catalogue);
    expect((await catalogue.registryEntry('sessions'))?.releasedThrough).toBe('20261121T000000Z');
    const tagged = vault.taggings.length;
    await catalogue.enter(point(6));
    await vault.write(vaultKeys.shard(point(6), 1), 'REDIS');
    const { released } = await release(catalogue);
    expect(released.map(({ slot }) => slot)).toEqual(['20261121T020000Z', '20261121T000000Z']);
    expect(vault.taggings.length).toBe(tagged + 8);
    expect((await catalogue.registryEntry('sessions'))?.releasedThrough).toBe('20261121T020000Z');
  });

  it('releases nothing that a person holds, and takes back what another run was about to release', async () => {
    const { vault, catalogue } = await vaultWith(point(0), point(2), point(4), point(6));
    const { slot, tier } = point(0);
    await catalogue.hold({ slot, tier, by: 'ann', at: '2026-11-21T13:00:00.000Z', why: 'audit' }, 'sessions');
    await catalogue.tagPoint(point(0), [RELEASE_TAG]);
    const { released } = await release(catalogue);
    expect(released.map((each) => each.slot)).toEqual(['20261121T020000Z']);
    expect(vault.tagsOf(vaultKeys.record(point(0)))).toEqual({ 'redrill-released': 'held' });
  });
});
