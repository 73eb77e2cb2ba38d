import { describe, expect, it, vi } from 'vitest';
import { RECENT_POINTS } from '../../../core/contracts/recovery-point.ts';
import { vaultKeys } from '../../../core/model/keys.ts';
import { parseSlot, slotAt } from '../../../core/model/slot.ts';
import { isReleased } from '../../../core/retention/decide-releases.ts';
import { Catalogue } from '../../../vault/catalogue.ts';
import { SLOT, soundShard } from '../core/facts.ts';
import {
  catalogueWith,
  contentsOf,
  DAILY,
  diesAfter,
  entryOf,
  HOURLY,
  MONTHLY,
  OTHERS,
  point,
  racingStore,
  releasing,
  SUSPECT,
  WEEKLY,
} from './catalogue-fixture.ts';

describe('points', () => {
  it('of a cache are found in all tiers, and no other cache’s', async () => {
    const { catalogue } = await catalogueWith(MONTHLY, WEEKLY, DAILY, HOURLY, SUSPECT, OTHERS);
    expect(await catalogue.points('sessions')).toEqual([HOURLY, SUSPECT, DAILY, WEEKLY, MONTHLY]);
    expect(await catalogue.points('nobody')).toEqual([]);
  });

  it('are found from a slot on, that slot included', async () => {
    const { catalogue } = await catalogueWith(MONTHLY, WEEKLY, DAILY, HOURLY, SUSPECT);
    const slotsSince = async (slot: string) =>
      (await catalogue.points('sessions', parseSlot(slot))).map((each) => each.slot);
    expect(await slotsSince('20261121T000000Z')).toEqual([HOURLY.slot, SUSPECT.slot, DAILY.slot]);
    expect(await slotsSince('20261121T000100Z')).toEqual([HOURLY.slot, SUSPECT.slot]);
    expect(await slotsSince('20261122T000000Z')).toEqual([]);
  });

  it('without a record are addresses and no points', async () => {
    const { store, catalogue } = await catalogueWith();
    await store.write(vaultKeys.shard(DAILY, 1), 'REDIS');
    const address = { tier: 'daily', cache: 'sessions', slot: DAILY.slot };
    expect(await catalogue.addresses('sessions')).toEqual([address]);
    expect(await catalogue.points('sessions')).toEqual([]);
    expect(await catalogue.point(DAILY)).toBeUndefined();
  });

  it('that matter to a tier are the newest verified ones, as far back as they decide it', async () => {
    const october = point('20261030T000000Z', 'daily');
    const monday = point('20261026T000000Z', 'weekly');
    const { catalogue } = await catalogueWith(
      point('20261025T180000Z', 'hourly'),
      monday,
      october,
      SUSPECT,
      HOURLY,
    );
    expect(await catalogue.verifiedForTierOf('sessions', SUSPECT.slot)).toEqual([HOURLY.slot]);
    expect(await catalogue.verifiedForTierOf('sessions', parseSlot('20261101T000000Z'))).toEqual([
      HOURLY.slot,
      october.slot,
    ]);
    expect(await catalogue.verifiedForTierOf('sessions', parseSlot('20261030T180000Z'))).toEqual([
      HOURLY.slot,
      october.slot,
    ]);
    expect(await catalogue.verifiedForTierOf('sessions', parseSlot('20261026T060000Z'))).toEqual([
      HOURLY.slot,
      october.slot,
      monday.slot,
    ]);
  });
});

describe('points of a cache that was made anew', () => {
  const OLD = { arn: 'arn', createdAt: '2026-10-01T00:00:00.000Z' };
  const NEW = { arn: 'arn', createdAt: '2026-11-21T01:00:00.000Z' };

  it('do not decide each other’s tiers', async () => {
    const { catalogue } = await catalogueWith(
      { ...MONTHLY, lineage: OLD },
      { ...DAILY, lineage: OLD },
      { ...HOURLY, lineage: NEW },
    );
    const tierOf = (lineage?: string) => catalogue.verifiedForTierOf('sessions', SUSPECT.slot, lineage);
    expect(await tierOf('20261121T010000Z')).toEqual([HOURLY.slot]);
    expect(await tierOf('20261001T000000Z')).toEqual([DAILY.slot]);
    expect(await tierOf()).toEqual([HOURLY.slot]);
  });

  it('leave a note of the earlier cache, which a person can release', async () => {
    const { catalogue } = await catalogueWith({ ...DAILY, lineage: OLD }, { ...HOURLY, lineage: NEW });
    const lineage = '20261001T000000Z';
    const earlier = async () => (await catalogue.registryEntry('sessions'))?.earlier;
    expect(await earlier()).toEqual([{ lineage, last: DAILY.slot }]);
    const released = { by: 'ann', at: '2026-11-21T13:00:00.000Z', why: 'replaced' };
    await catalogue.releaseLineage('sessions', lineage, released);
    expect(await earlier()).toEqual([{ lineage, last: DAILY.slot, released }]);
    await expect(catalogue.releaseLineage('sessions', '20261121T010000Z', released)).rejects.toMatchObject({
      code: 'NotReleasable',
    });
  });
});

describe('findings', () => {
  it('are those that are there, in the order asked for', async () => {
    const { store, catalogue } = await catalogueWith();
    for (const shard of [1, 3])
      await store.write(vaultKeys.finding(DAILY, shard), JSON.stringify(soundShard(shard, 10)));
    const findings = await catalogue.findings(DAILY, [3, 2, 1]);
    expect(findings).toEqual([soundShard(3, 10), soundShard(1, 10)]);
  });
});

describe('enter', () => {
  it('writes record, registry and marker in this order', async () => {
    const { store, catalogue } = await catalogueWith(DAILY);
    expect(store.writes).toEqual([
      'written daily/sessions/20261121T000000Z/recovery-point.json',
      'written daily/sessions/20261121T000000Z/recovery-point.digest.json',
      'written registry/sessions.json',
      'written ingested/redrill-sessions-202611210000.json',
    ]);
    expect(await catalogue.point(DAILY)).toEqual(DAILY);
    expect(await catalogue.registryEntry('sessions')).toEqual({
      version: 1,
      cache: 'sessions',
      plan: 'sessions',
      registeredAt: DAILY.admittedAt,
      recent: [{ slot: DAILY.slot, tier: 'daily', verdict: 'verified', totals: DAILY.totals }],
      weekly: [],
      earned: { daily: DAILY.slot },
      holds: [],
    });
    expect(await catalogue.ingested(DAILY.snapshot)).toEqual({
      version: 1,
      cache: 'sessions',
      slot: DAILY.slot,
      tier: 'daily',
      verdict: 'verified',
      record: vaultKeys.record(DAILY),
    });
    expect(await catalogue.ingested(HOURLY.snapshot)).toBeUndefined();
  });

  it('again changes nothing: a lost reply is repeated', async () => {
    const { store, catalogue } = await catalogueWith(DAILY, HOURLY);
    const before = await catalogue.registryEntry('sessions');
    await catalogue.enter(HOURLY);
    expect(store.writes).toContain(`conflict ${vaultKeys.record(HOURLY)}`);
    expect(await catalogue.registryEntry('sessions')).toEqual(before);
  });

  it('after a crash at any write ends like an undisturbed run', async () => {
    const undisturbed = await catalogueWith(DAILY, HOURLY);
    const expected = await contentsOf(undisturbed.store);
    for (const survived of [0, 1, 2, 3]) {
      const { store, catalogue } = await catalogueWith(DAILY);
      const dying = new Catalogue(diesAfter(store, survived));
      await expect(dying.enter(HOURLY)).rejects.toThrow('killed');
      await catalogue.enter(HOURLY);
      expect(await contentsOf(store)).toEqual(expected);
    }
  });

  it('whose lock is refused is not marked as ingested, so that it is tried again', async () => {
    const { store, catalogue } = await catalogueWith();
    const lock = { mode: 'governance', days: 1, tiers: { daily: 7 } } as const;
    vi.spyOn(store, 'lock').mockRejectedValueOnce(new Error('denied'));
    await expect(catalogue.enter(DAILY, lock)).rejects.toThrow('denied');
    expect(await catalogue.ingested(DAILY.snapshot)).toBeUndefined();
    await catalogue.enter(DAILY, lock);
    expect(await catalogue.ingested(DAILY.snapshot)).toBeDefined();
  });

  it('of a slot that is older than what was released has every point looked at again, and no other is taken back', async () => {
    const { catalogue } = await catalogueWith(DAILY, SUSPECT);
    const known = async () => entryOf(await catalogue.registryEntry('sessions'));
    await catalogue.recordReleases(await known(), releasing(SUSPECT));
    const seen = await known();
    await catalogue.enter(HOURLY);
    const entry = await known();
    expect(entry).toMatchObject({ releasedThrough: SUSPECT.slot, passedOver: [HOURLY.slot] });
    expect([DAILY, HOURLY].map((point) => isReleased(entry, point))).toEqual([true, false]);
    await expect(catalogue.recordReleases(seen, releasing(SUSPECT))).rejects.toThrow('by another run');
    await catalogue.recordReleases(entry, releasing(HOURLY));
    expect(await known()).not.toHaveProperty('passedOver');
    expect(await known()).toMatchObject({ releasedThrough: SUSPECT.slot });
  });

  it('keeps the day of registration, follows the plan, and sorts late slots in', async () => {
    const later = { ...HOURLY, plan: 'jobs', admittedAt: '2026-11-22T00:00:00.000Z' };
    const { catalogue } = await catalogueWith(SUSPECT, later, DAILY);
    const entry = await catalogue.registryEntry('sessions');
    expect(entry).toMatchObject({ plan: DAILY.plan, registeredAt: SUSPECT.admittedAt });
    expect(entry?.recent.map(({ slot }) => slot)).toEqual([SUSPECT.slot, HOURLY.slot, DAILY.slot]);
  });

  it('leaves what the registry knows besides', async () => {
    const { catalogue } = await catalogueWith(DAILY);
    await catalogue.updateRegistry('sessions', (entry) => ({ ...entryOf(entry), releasedThrough: SLOT }));
    await catalogue.enter(HOURLY);
    expect((await catalogue.registryEntry('sessions'))?.releasedThrough).toBe(SLOT);
  });

  it('remembers the newest of each kind, so that suspect points never push out the last verified one', async () => {
    const start = Date.UTC(2026, 10, 1);
    const slots = Array.from({ length: RECENT_POINTS + 3 }, (_, at) =>
      slotAt(new Date(start + at * 3_600_000)),
    );
    const verified = slots.map((slot) => point(slot, 'hourly'));
    const { catalogue } = await catalogueWith(...verified);
    const recent = async () => (await catalogue.registryEntry('sessions'))?.recent ?? [];
    expect((await recent()).map(({ slot }) => slot)).toEqual([...slots].reverse().slice(0, RECENT_POINTS));
    for (const slot of slots) {
      const later = slotAt(new Date(Date.UTC(2026, 10, 10) + slots.indexOf(slot) * 3_600_000));
      await catalogue.enter(point(later, 'hourly', 'suspect'));
    }
    const after = await recent();
    expect(after).toHaveLength(2 * RECENT_POINTS);
    expect(after.find(({ verdict }) => verdict === 'verified')?.slot).toBe(slots.at(-1));
    expect(after.map(({ slot }) => slot)).toEqual(
      after
        .map(({ slot }) => slot)
        .sort()
        .reverse(),
    );
  });
});

describe('the registry', () => {
  it('lists every cache that ever had a point', async () => {
    const { catalogue } = await catalogueWith(DAILY, HOURLY, OTHERS);
    expect((await catalogue.registered()).map(({ cache }) => cache)).toEqual(['sessions', 'sessions-2']);
  });

  it('refuses to write over what another run wrote in between', async () => {
    const { catalogue } = await catalogueWith(DAILY);
    const other = new Catalogue(catalogue.vault);
    const refusal = {
      code: 'StateChanged',
      kind: 'transient',
      message: 'registry/sessions.json was changed by another run while this one wrote it',
    };
    const racing = new Catalogue(racingStore(catalogue.vault, () => other.enter(HOURLY)));
    await expect(
      racing.updateRegistry('sessions', (entry) => ({ ...entryOf(entry), releasedThrough: SLOT })),
    ).rejects.toMatchObject(refusal);
    expect(await catalogue.registryEntry('sessions')).not.toHaveProperty('releasedThrough');
  });

  it('refuses to create what another run created in between', async () => {
    const { catalogue } = await catalogueWith();
    const racing = new Catalogue(
      racingStore(catalogue.vault, () => new Catalogue(catalogue.vault).enter(HOURLY)),
    );
    await expect(racing.enter(DAILY)).rejects.toMatchObject({ code: 'StateChanged' });
  });
});

describe('exports that are ingested', () => {
  it('are told from those that wait, with one request for each cache', async () => {
    const { store, catalogue } = await catalogueWith(MONTHLY, WEEKLY, HOURLY, OTHERS);
    const listed: unknown[] = [];
    const list = store.list.bind(store);
    store.list = (...asked) => {
      listed.push(asked);
      return list(...asked);
    };
    const sealed = [HOURLY, OTHERS, WEEKLY, DAILY].map(({ snapshot }) => snapshot);
    expect(await catalogue.ingestedAmong(sealed)).toEqual(
      new Set([HOURLY.snapshot, OTHERS.snapshot, WEEKLY.snapshot]),
    );
    expect(listed).toEqual([
      ['ingested/redrill-sessions-2-', { startAfter: `ingested/${OTHERS.snapshot}` }],
      ['ingested/redrill-sessions-', { startAfter: `ingested/${WEEKLY.snapshot}` }],
    ]);
  });

  it('are none where nothing is sealed', async () => {
    const { catalogue } = await catalogueWith(DAILY);
    expect(await catalogue.ingestedAmong([])).toEqual(new Set());
  });
});

describe('the weeks that a slow decline is measured against', () => {
  it('are the first verified points of weeks and months, newest first, eight at most', async () => {
    const weeks = Array.from({ length: 10 }, (_, week) =>
      point(slotAt(new Date(Date.UTC(2026, 8, 7 + 7 * week))), week === 4 ? 'monthly' : 'weekly'),
    );
    const { catalogue } = await catalogueWith(...weeks, DAILY, HOURLY, SUSPECT);
    expect((await catalogue.registryEntry('sessions'))?.weekly.map(({ slot }) => slot)).toEqual(
      weeks
        .slice(2)
        .reverse()
        .map(({ slot }) => slot),
    );
  });
});
