import { describe, expect, it } from 'vitest';
import { Catalogue } from '../../../adapters/catalogue.ts';
import {
  RECENT_POINTS,
  type RecoveryPoint,
  type RegistryEntry,
} from '../../../core/contracts/recovery-point.ts';
import { vaultKeys } from '../../../core/model/keys.ts';
import { snapshotNameOf } from '../../../core/model/names.ts';
import { parseSlot, type Slot, slotAt } from '../../../core/model/slot.ts';
import { RELEASE_TAG, type Tier, type Verdict } from '../../../core/model/tier.ts';
import { pointOf, SLOT, soundShard } from '../core/facts.ts';
import { MemoryStore } from './memory-store.ts';

function point(slot: string, tier: Tier, verdict: Verdict = 'verified', cache = 'sessions'): RecoveryPoint {
  const at: Slot = parseSlot(slot);
  return pointOf({ cache, slot: at, tier, verdict, snapshot: snapshotNameOf(cache, at) });
}

async function catalogueWith(...points: readonly RecoveryPoint[]) {
  const store = new MemoryStore();
  const catalogue = new Catalogue(store);
  for (const each of points) await catalogue.enter(each);
  return { store, catalogue };
}

const MONTHLY = point('20261101T000000Z', 'monthly');
const WEEKLY = point('20261116T000000Z', 'weekly');
const DAILY = point('20261121T000000Z', 'daily');
const HOURLY = point('20261121T060000Z', 'hourly');
const SUSPECT = point('20261121T120000Z', 'hourly', 'suspect');
const OTHERS = point('20261121T060000Z', 'hourly', 'verified', 'sessions-2');

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
    for (const survived of [0, 1, 2]) {
      const { store, catalogue } = await catalogueWith(DAILY);
      const dying = new Catalogue(diesAfter(store, survived));
      await expect(dying.enter(HOURLY)).rejects.toThrow('killed');
      await catalogue.enter(HOURLY);
      expect(await contentsOf(store)).toEqual(expected);
    }
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
    expect((await catalogue.registered()).map(({ cache }) => cache)).toEqual(['sessions-2', 'sessions']);
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

function entryOf(entry: RegistryEntry | undefined): RegistryEntry {
  if (entry === undefined) throw new Error('no entry');
  return entry;
}

async function contentsOf(store: MemoryStore) {
  const heads = await store.list('');
  return Promise.all(
    heads.map(async ({ key }) => ({ key, text: new TextDecoder().decode((await store.read(key))?.body) })),
  );
}

function diesAfter(store: MemoryStore, writes: number): MemoryStore {
  let left = writes;
  return wrapped(store, async (write) => {
    if (left-- === 0) throw new Error('killed');
    return write();
  });
}

/** Lets something else happen right before the first write of the registry. */
function racingStore(store: Catalogue['vault'], meanwhile: () => Promise<void>) {
  let raced = false;
  return wrapped(store, async (write, key) => {
    if (key.startsWith('registry/') && !raced) {
      raced = true;
      await meanwhile();
    }
    return write();
  });
}

function wrapped(
  store: Catalogue['vault'],
  around: (write: () => ReturnType<MemoryStore['write']>, key: string) => ReturnType<MemoryStore['write']>,
): MemoryStore {
  return new Proxy(store, {
    get: (target, name) => {
      if (name === 'write')
        return (...order: Parameters<MemoryStore['write']>) => around(() => target.write(...order), order[0]);
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  }) as MemoryStore;
}

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

describe('accepting', () => {
  const ACCEPTANCE = { by: 'ann', at: '2026-11-21T13:00:00.000Z', why: 'the sale is over' };

  it('makes a suspect point verified everywhere, and the measure of the next ones', async () => {
    const { catalogue } = await catalogueWith(DAILY, SUSPECT);
    const accepted = await catalogue.accept(SUSPECT, ACCEPTANCE);
    expect(accepted).toMatchObject({ verdict: 'verified', accepted: ACCEPTANCE });
    expect(await catalogue.point(SUSPECT)).toEqual(accepted);
    expect((await catalogue.ingested(SUSPECT.snapshot))?.verdict).toBe('verified');
    const entry = await catalogue.registryEntry('sessions');
    expect(entry?.acceptedSlot).toBe(SUSPECT.slot);
    expect(entry?.recent.map(({ slot, verdict }) => [slot, verdict])).toEqual([
      [SUSPECT.slot, 'verified'],
      [DAILY.slot, 'verified'],
    ]);
  });

  it('that died half-way is completed by the next try, which keeps who accepted first', async () => {
    const { store, catalogue } = await catalogueWith(SUSPECT);
    const dying = new Catalogue(racingStore(store, () => Promise.reject(new Error('killed'))));
    await expect(dying.accept(SUSPECT, ACCEPTANCE)).rejects.toThrow('killed');
    await catalogue.accept(SUSPECT, { ...ACCEPTANCE, by: 'bob' });
    expect((await catalogue.point(SUSPECT))?.accepted?.by).toBe('ann');
    expect((await catalogue.registryEntry('sessions'))?.acceptedSlot).toBe(SUSPECT.slot);
  });

  it.each([
    ['NoRecoveryPoint', HOURLY],
    ['NotAcceptable', DAILY],
  ])('refuses with %s', async (code, address) => {
    const { catalogue } = await catalogueWith(DAILY);
    await expect(catalogue.accept(address, ACCEPTANCE)).rejects.toMatchObject({ code });
  });
});

describe('holding', () => {
  const HOLD = {
    slot: DAILY.slot,
    tier: 'daily',
    by: 'ann',
    at: '2026-11-21T13:00:00.000Z',
    why: 'audit',
  } as const;

  it('writes down who and why, and takes a release back', async () => {
    const { store, catalogue } = await catalogueWith(DAILY, HOURLY);
    await catalogue.tagPoint(DAILY, [RELEASE_TAG]);
    await catalogue.hold(HOLD, 'sessions');
    expect((await catalogue.registryEntry('sessions'))?.holds).toEqual([HOLD]);
    expect(store.tagsOf(vaultKeys.record(DAILY))).toEqual({ 'redrill-released': 'held' });
    expect(store.tagsOf(vaultKeys.record(HOURLY))).toEqual({});
  });

  it('again changes the reason and does not count twice', async () => {
    const { catalogue } = await catalogueWith(DAILY);
    await catalogue.hold(HOLD, 'sessions');
    await catalogue.hold({ ...HOLD, why: 'court' }, 'sessions');
    expect((await catalogue.registryEntry('sessions'))?.holds).toEqual([{ ...HOLD, why: 'court' }]);
  });

  it('ends with a look at every point, because this one may have been passed over', async () => {
    const { catalogue } = await catalogueWith(DAILY);
    await catalogue.hold(HOLD, 'sessions');
    await catalogue.updateRegistry('sessions', (entry) => ({ ...entryOf(entry), releasedThrough: SLOT }));
    await catalogue.unhold('sessions', DAILY.slot);
    const entry = await catalogue.registryEntry('sessions');
    expect(entry).toMatchObject({ holds: [] });
    expect(entry).not.toHaveProperty('releasedThrough');
  });

  it('refuses what is not there, and letting go of what is not held', async () => {
    const { catalogue } = await catalogueWith(HOURLY);
    await expect(catalogue.hold(HOLD, 'sessions')).rejects.toMatchObject({ code: 'NoRecoveryPoint' });
    await expect(catalogue.unhold('sessions', DAILY.slot)).rejects.toMatchObject({
      code: 'NotHeld',
      message: 'the recovery point of sessions of 2026-11-21 00:00 UTC is not held',
    });
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

describe('forget', () => {
  const FORGOTTEN = { by: 'me', at: '2026-11-21T07:00:00.000Z', why: 'replaced' };

  it('is written into the registry, and can be taken back; the points stay', async () => {
    const { catalogue } = await catalogueWith(DAILY);
    const before = await catalogue.registryEntry('sessions');
    await catalogue.forget('sessions', FORGOTTEN);
    expect(await catalogue.registryEntry('sessions')).toEqual({ ...before, forgotten: FORGOTTEN });
    await catalogue.forget('sessions', undefined);
    expect(await catalogue.registryEntry('sessions')).toEqual(before);
    expect(await catalogue.points('sessions')).toEqual([DAILY]);
  });

  it('is over with the next slot that comes in, and not with one that was late', async () => {
    const { catalogue } = await catalogueWith(DAILY);
    await catalogue.forget('sessions', FORGOTTEN);
    await catalogue.enter(HOURLY);
    expect((await catalogue.registryEntry('sessions'))?.forgotten).toEqual(FORGOTTEN);
    await catalogue.enter(SUSPECT);
    expect((await catalogue.registryEntry('sessions'))?.forgotten).toBeUndefined();
  });

  it('refuses what the vault does not know', async () => {
    const { catalogue } = await catalogueWith(DAILY);
    await expect(catalogue.forget('nobody', FORGOTTEN)).rejects.toMatchObject({ code: 'UnknownCache' });
  });
});
