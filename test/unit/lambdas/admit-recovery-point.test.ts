import { describe, expect, it, vi } from 'vitest';
import type { Lock } from '../../../core/contracts/lock.ts';
import { type ShardFinding, verifiedMarker } from '../../../core/contracts/recovery-point.ts';
import { admission } from '../../../core/contracts/steps.ts';
import { UNSUPPORTED } from '../../../core/ingest/assess-content.ts';
import { AppError } from '../../../core/model/errors.ts';
import { landingKeys, vaultKeys } from '../../../core/model/keys.ts';
import { run } from '../../../lambdas/admit-recovery-point.ts';
import { Catalogue } from '../../../vault/catalogue.ts';
import { SealedExports } from '../../../vault/sealed-exports.ts';
import { MemoryStore } from '../adapters/memory-store.ts';
import { NO_SERVERS, SLOT, sealOf, soundShard } from '../core/facts.ts';
import { MemoryEvents, MemoryMetrics } from './memory-world.ts';

const SEAL = sealOf();
const INPUT = { cache: 'sessions', slot: SLOT, tier: 'daily', snapshot: SEAL.snapshot, shards: [1] } as const;
const RECORD = `daily/sessions/${SLOT}/recovery-point.json`;

const LOCK: Lock = { mode: 'governance', days: 1, tiers: { daily: 7 } };

async function world(finding: ShardFinding, lock = LOCK) {
  const landing = new MemoryStore('landing');
  await landing.write(landingKeys.seal(SEAL.snapshot), JSON.stringify(SEAL));
  const vault = new MemoryStore();
  await vault.write(vaultKeys.finding(INPUT, 1), JSON.stringify(finding));
  const catalogue = new Catalogue(vault);
  const metrics = new MemoryMetrics();
  const events = new MemoryEvents();
  const config = {
    plans: {},
    caches: {},
    vault: { region: 'eu-central-1', lock, seedGrant: 'policy', shardsAtOnce: 4 },
  } as const;
  const now = () => new Date('2026-11-21T06:10:00Z');
  const exports = new SealedExports(landing, NO_SERVERS);
  const admit = async () => {
    const result = await run(
      { ...INPUT, shards: [1] },
      { landing, exports, catalogue, config, events, metrics, now },
    );
    expect(admission.parse(JSON.parse(JSON.stringify(result)))).toEqual(result);
    return result;
  };
  return { landing, catalogue, events, metrics, vault, admit };
}
const unsound = (code: string): ShardFinding => ({
  sound: false,
  shard: 1,
  key: 'k',
  problem: { code, message: 'why' },
});

describe('admit-recovery-point', () => {
  it('of a verified point has no failure, so no alert is sent', async () => {
    const { admit, catalogue, metrics } = await world(soundShard(1, 10));
    expect(await admit()).toEqual({ verdict: 'verified', tier: 'daily', record: RECORD });
    expect((await catalogue.ingested(SEAL.snapshot))?.verdict).toBe('verified');
    expect(metrics.measured).toEqual(['RecoveryPoints{verdict=verified} 1']);
  });

  it.each([
    ['suspect', 'RecoveryPointSuspect', soundShard(1, 0)],
    ['suspect', 'RecoveryPointSuspect', unsound(UNSUPPORTED)],
    ['corrupt', 'RecoveryPointCorrupt', unsound('ChecksumWrong')],
  ] as const)('of a %s point has the failure %s, for the alert', async (verdict, code, finding) => {
    const { admit, catalogue, metrics } = await world(finding);
    expect(await admit()).toMatchObject({
      verdict,
      record: RECORD,
      failure: { Error: code, Cause: expect.stringContaining(`of 2026-11-21 06:00 UTC is ${verdict}: `) },
    });
    expect((await catalogue.point(INPUT))?.verdict).toBe(verdict);
    expect(metrics.measured).toEqual([`RecoveryPoints{verdict=${verdict}} 1`]);
  });

  it('puts the same event when the step runs again', async () => {
    const { admit, events } = await world(soundShard(1, 10));
    await admit();
    await admit();
    expect(events.events.map(({ name, detail }) => [name, detail.id])).toEqual(
      Array.from({ length: 2 }, () => ['Verdict', 'point/daily/sessions/20261121T060000Z/verified']),
    );
  });

  it('locks every object of a verified point for as long as its tier has it, from its writing', async () => {
    const { admit, vault } = await world(soundShard(1, 10));
    await admit();
    const folder = vaultKeys.point(INPUT);
    expect(vault.locks).toEqual([
      `${folder}recovery-point.digest.json governance 1970-01-08T00:00:02.000Z`,
      `${folder}recovery-point.json governance 1970-01-08T00:00:01.000Z`,
      `${folder}shard-0001.json governance 1970-01-08T00:00:00.000Z`,
    ]);
    await admit();
    expect(new Set(vault.locks).size).toBe(3);
  });

  it.each([
    ['a point that has not earned its tier', soundShard(1, 0), LOCK],
    ['a tier with no lock of its own', soundShard(1, 10), { ...LOCK, tiers: { weekly: 28 } }],
    ['a tier locked for as long as everything', soundShard(1, 10), { ...LOCK, tiers: { daily: 1 } }],
  ])('leaves %s to the bucket’s own lock', async (_what, finding, lock) => {
    const { admit, vault } = await world(finding, lock);
    await admit();
    expect(vault.locks).toEqual([]);
  });

  it.each<[string, ShardFinding, boolean]>([
    ['verified', soundShard(1, 10), true],
    ['suspect', soundShard(1, 0), false],
    ['corrupt', unsound('ChecksumWrong'), false],
  ])('of a %s point marks its snapshot in the landing bucket: %s', async (_verdict, finding, isMarked) => {
    const { admit, landing } = await world(finding);
    await admit();
    const mark = await landing.read(landingKeys.verified(SEAL.snapshot));
    expect(mark !== undefined).toBe(isMarked);
    if (mark === undefined) return;
    const written = verifiedMarker.parse(JSON.parse(new TextDecoder().decode(mark.body)));
    expect(written).toEqual({ version: 1, cache: 'sessions', slot: SLOT, at: '2026-11-21T06:10:00.000Z' });
  });

  it('is a success though the landing bucket takes no mark, and says why', async () => {
    const { admit, landing, catalogue } = await world(soundShard(1, 10));
    vi.spyOn(landing, 'write').mockRejectedValue(new AppError('AwsUnavailable', 'the region is down'));
    expect(await admit()).toEqual({
      verdict: 'verified',
      tier: 'daily',
      record: RECORD,
      markRefused: 'AwsUnavailable: the region is down',
    });
    expect((await catalogue.ingested(SEAL.snapshot))?.verdict).toBe('verified');
  });

  it('asked again says the same, though other findings have come meanwhile', async () => {
    const { admit, vault } = await world(soundShard(1, 0));
    const first = await admit();
    await vault.write(vaultKeys.finding(INPUT, 1), JSON.stringify(soundShard(1, 10)));
    expect(await admit()).toEqual(first);
  });

  it('admits nothing without its seal', async () => {
    const { admit, landing, catalogue } = await world(soundShard(1, 10));
    await landing.remove(landingKeys.seal(SEAL.snapshot));
    await expect(admit()).rejects.toMatchObject({
      code: 'NotFound',
      message: `the seal of ${SEAL.snapshot} is gone from landing`,
    });
    expect(await catalogue.points('sessions')).toEqual([]);
  });
});
