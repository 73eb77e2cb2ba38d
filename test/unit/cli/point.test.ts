import { beforeEach, describe, expect, it } from 'vitest';
import { AwsClock } from '../../../adapters/aws/aws-clock.ts';
import { type PointWords, pointNamed, usablePointNamed } from '../../../cli/point.ts';
import type { Vault } from '../../../cli/vault.ts';
import { parseConfig } from '../../../core/contracts/parse-config.ts';
import { presets } from '../../../core/contracts/presets.ts';
import type { RecoveryPoint } from '../../../core/contracts/recovery-point.ts';
import { vaultKeys } from '../../../core/model/keys.ts';
import { snapshotNameOf } from '../../../core/model/names.ts';
import { parseSlot } from '../../../core/model/slot.ts';
import type { Tier } from '../../../core/model/tier.ts';
import type { Verdict } from '../../../core/model/verdict.ts';
import { Catalogue } from '../../../vault/catalogue.ts';
import { MemoryStore } from '../adapters/memory-store.ts';
import { pointOf } from '../core/facts.ts';

const CONFIG = parseConfig({
  source: { region: 'eu-west-1' },
  vault: { region: 'eu-central-1' },
  plans: { sessions: presets.sessionStore },
});

let store: MemoryStore;
let vault: Vault;

beforeEach(async () => {
  store = new MemoryStore('vault');
  const catalogue = new Catalogue(store);
  vault = {
    config: CONFIG,
    account: '111122223333',
    sourceAccount: '111122223333',
    catalogue,
    person: 'a test',
    now: () => new Date(0),
    clock: new AwsClock(),
  };
  await enter('20261121T000000Z', 'daily', 'verified');
  await enter('20261121T060000Z', 'hourly', 'verified');
  await enter('20261121T120000Z', 'hourly', 'suspect');
  await enter('20261121T180000Z', 'hourly', 'corrupt');
});

/** A point whose snapshot was taken half a minute after its slot. */
async function enter(
  raw: string,
  tier: Tier,
  verdict: Verdict,
  changed: Partial<RecoveryPoint> = {},
): Promise<RecoveryPoint> {
  const slot = parseSlot(raw);
  const reasons = verdict === 'verified' ? [] : [{ code: 'Empty', message: 'it holds no keys' }];
  const takenAt = `${raw.slice(0, 4)}-${raw.slice(4, 6)}-${raw.slice(6, 8)}T${raw.slice(9, 11)}:00:30.000Z`;
  const point = pointOf({
    slot,
    tier,
    verdict,
    reasons,
    takenAt,
    snapshot: snapshotNameOf('sessions', slot),
    ...changed,
  });
  await vault.catalogue.enter(point);
  return point;
}

const slotOf = async (...words: PointWords) => (await pointNamed(vault, ...words)).point.slot;

describe('pointNamed', () => {
  it.each([
    ['latest', '20261121T060000Z'],
    ['20261121T000000Z', '20261121T000000Z'],
    ['2026-11-21T06:01Z', '20261121T060000Z'],
    ['2026-11-21 23:00', '20261121T060000Z'],
    ['2026-11-21T06:00:30+00:00', '20261121T060000Z'],
    ['20261121T0601Z', '20261121T060000Z'],
  ])('finds %s', async (which, slot) => {
    expect(await slotOf('sessions', which)).toBe(slot);
    expect(await slotOf(`sessions/${which}`)).toBe(slot);
  });

  it('takes for the latest only what is of the cache that has the name now', async () => {
    const lineageOf = (createdAt: string) => ({ lineage: { arn: 'arn', createdAt } });
    await enter('20261122T000000Z', 'daily', 'verified', lineageOf('2026-11-01T00:00:00.000Z'));
    expect(await slotOf('sessions', 'latest')).toBe('20261122T000000Z');
    await enter('20261122T060000Z', 'monthly', 'suspect', lineageOf('2026-11-22T01:00:00.000Z'));
    await expect(slotOf('sessions', 'latest')).rejects.toMatchObject({
      code: 'NoRecoveryPoint',
      message:
        'there is no verified recovery point of the sessions that was created 2026-11-22 01:00:00 UTC; the newest one of an earlier sessions is sessions/20261122T000000Z',
    });
    expect(await slotOf('sessions', '2026-11-22T06:10Z')).toBe('20261122T000000Z');
    await enter('20261122T120000Z', 'monthly', 'verified', lineageOf('2026-11-22T01:00:00.000Z'));
    expect(await slotOf('sessions', 'latest')).toBe('20261122T120000Z');
  });

  it('recommends instead of a copy that has lost keys slowly the last one from before', async () => {
    const lastGood = parseSlot('20261121T000000Z');
    await enter('20261123T000000Z', 'daily', 'suspect', { loss: { noun: 'keys', lastGood, counts: [] } });
    const { warning } = await pointNamed(vault, 'sessions', '20261123T000000Z');
    expect(warning).toContain('; the last copy before the loss began is sessions/20261121T000000Z');
  });

  it('goes by when the snapshot was taken, not by its slot', async () => {
    expect(await slotOf('sessions', '2026-11-21T06:00:29Z')).toBe('20261121T000000Z');
  });

  it('takes a key or a URL of the vault that leads to a point', async () => {
    expect(await slotOf('hourly/sessions/20261121T060000Z/shard-0001.rdb')).toBe('20261121T060000Z');
    expect(await slotOf('s3://vault/daily/sessions/20261121T000000Z/')).toBe('20261121T000000Z');
  });

  it('gives what is not verified only by its slot, with a warning that names an older verified one', async () => {
    const { point, warning } = await pointNamed(vault, 'sessions/20261121T120000Z');
    expect(point.verdict).toBe('suspect');
    expect(warning).toBe(
      'sessions/20261121T120000Z is suspect (it holds no keys); the newest verified one before it is sessions/20261121T060000Z',
    );
    expect((await pointNamed(vault, 'sessions/latest')).warning).toBeUndefined();
  });

  it('says so where there is no older verified one', async () => {
    await enter('20261120T000000Z', 'hourly', 'suspect');
    const { warning } = await pointNamed(vault, 'sessions/20261120T000000Z');
    expect(warning).toContain('; there is no older verified one');
  });

  it('passes over a folder without a record that another try has left', async () => {
    await store.write(
      vaultKeys.finding({ tier: 'daily', cache: 'sessions', slot: parseSlot('20261121T060000Z') }, 1),
      '{}',
    );
    expect((await pointNamed(vault, 'sessions/20261121T060000Z')).point.tier).toBe('hourly');
  });

  it.each([
    ['sesions/latest', 'UnknownCache', "the vault knows no cache 'sesions'; did you mean 'sessions'?"],
    [
      'sessions',
      'BadPointName',
      "'sessions' names a cache and no recovery point of it; write sessions/latest, or sessions/<slot>",
    ],
    [
      'sessions/lastest',
      'BadPointName',
      "'lastest' is not a recovery point of sessions; write latest, a slot such as",
    ],
    ['sessions/2026-02-30', 'BadPointName', "'2026-02-30' is not a recovery point of sessions"],
    [
      'sessions/20261121T050000Z',
      'UnknownPoint',
      'there is no recovery point of sessions of 2026-11-21 05:00 UTC; the nearest: sessions/20261121T060000Z, sessions/20261121T000000Z',
    ],
    [
      'sessions/2026-11-20T23:59Z',
      'UnknownPoint',
      'no verified recovery point of sessions was taken at or before 2026-11-20 23:59 UTC; the oldest is sessions/20261121T000000Z',
    ],
  ])('refuses %s', async (words, code, message) => {
    await expect(pointNamed(vault, words)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  });

  it('refuses latest of a cache that has nothing verified', async () => {
    store = new MemoryStore('vault');
    vault = { ...vault, catalogue: new Catalogue(store) };
    await enter('20261121T000000Z', 'hourly', 'suspect');
    await expect(pointNamed(vault, 'sessions/latest')).rejects.toMatchObject({
      code: 'NoRecoveryPoint',
      message: 'there is no verified recovery point of sessions in the vault',
    });
    await expect(pointNamed(vault, 'sessions/2026-12-01')).rejects.toMatchObject({
      message: expect.stringContaining('; there is none'),
    });
  });
});

describe('usablePointNamed', () => {
  it('gives a suspect point with its warning, and refuses a corrupt one', async () => {
    expect((await usablePointNamed(vault, 'sessions/20261121T120000Z')).warning).toContain('is suspect');
    await expect(usablePointNamed(vault, 'sessions/20261121T180000Z')).rejects.toMatchObject({
      code: 'UnusablePoint',
      message: expect.stringContaining('the newest verified one before it is sessions/20261121T060000Z'),
    });
  });
});
