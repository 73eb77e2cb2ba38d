import { describe, expect, it } from 'vitest';
import { vaultKeys } from '../../../core/model/keys.ts';
import { RELEASE_TAG } from '../../../core/model/tags.ts';
import { Catalogue } from '../../../vault/catalogue.ts';
import { SLOT } from '../core/facts.ts';
import {
  catalogueWith,
  DAILY,
  entryOf,
  HOURLY,
  racingStore,
  releasing,
  SUSPECT,
} from './catalogue-fixture.ts';

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

  it('refuses what is released: S3 would expire its files all the same', async () => {
    const { store, catalogue } = await catalogueWith(DAILY, SUSPECT);
    const entry = entryOf(await catalogue.registryEntry('sessions'));
    await catalogue.recordReleases(entry, releasing(SUSPECT));
    await expect(catalogue.accept(SUSPECT, ACCEPTANCE)).rejects.toMatchObject({
      code: 'NotAcceptable',
      message: expect.stringMatching(
        /is released, because newer verified ones exist; hold it if it must stay$/,
      ),
    });
    expect((await new Catalogue(store).point(SUSPECT))?.verdict).toBe('suspect');
    await catalogue.hold({ ...ACCEPTANCE, slot: SUSPECT.slot, tier: SUSPECT.tier }, 'sessions');
    expect((await catalogue.accept(SUSPECT, ACCEPTANCE)).verdict).toBe('verified');
  });

  it.each([
    ['NoRecoveryPoint', HOURLY],
    ['NotAcceptable', DAILY],
  ])('refuses with %s', async (code, address) => {
    const { catalogue } = await catalogueWith(DAILY);
    await expect(catalogue.accept(address, ACCEPTANCE)).rejects.toMatchObject({ code });
  });
});

/** Whatever a person decides, an entry that is not there is brought back in the same way. */
const registryLost = (cache: string) => ({
  code: 'RegistryEntryMissing',
  message: `the registry entry of ${cache} cannot be used: it is missing; rebuild it with: npx redrill rebuild ${cache}`,
});

it('the refusal of every decision about a cache without a registry entry is the same', async () => {
  const { store, catalogue } = await catalogueWith(DAILY);
  await store.remove(vaultKeys.registry('sessions'));
  const { slot, tier } = DAILY;
  const why = { by: 'ann', at: '2026-11-21T13:00:00.000Z', why: 'audit' };
  for (const decision of [
    catalogue.hold({ slot, tier, ...why }, 'sessions'),
    catalogue.unhold('sessions', slot),
    catalogue.forget('sessions', why),
    catalogue.forget('sessions', undefined),
    catalogue.releaseLineage('sessions', '20261121T061502Z', why),
  ])
    await expect(decision).rejects.toMatchObject(registryLost('sessions'));
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
    expect(entry).toMatchObject({ holds: [], releasedThrough: SLOT, passedOver: [DAILY.slot] });
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
    await expect(catalogue.forget('nobody', FORGOTTEN)).rejects.toMatchObject(registryLost('nobody'));
  });
});
