import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  drillOfReport,
  landingKeys,
  type PointAddress,
  stagingKeys,
  vaultKeys,
} from '../../../../core/model/keys.ts';
import { snapshotNameOf } from '../../../../core/model/names.ts';
import { parseSlot } from '../../../../core/model/slot.ts';
import { TIERS } from '../../../../core/model/tier.ts';
import { anyCacheId, anySlot } from '../arbitraries.ts';

const SLOT = parseSlot('20261121T060000Z');
const POINT = { tier: 'daily', cache: 'sessions', slot: SLOT } as const;
const SNAPSHOT = snapshotNameOf('sessions', SLOT);

describe('keys', () => {
  it.each([
    [landingKeys.shard(SNAPSHOT, 1), 'redrill-sessions-202611210600-0001.rdb'],
    [landingKeys.seal(SNAPSHOT), 'redrill-sessions-202611210600.export.json'],
    [vaultKeys.shard(POINT, 12), 'daily/sessions/20261121T060000Z/shard-0012.rdb'],
    [vaultKeys.finding(POINT, 1), 'daily/sessions/20261121T060000Z/shard-0001.json'],
    [vaultKeys.digest(POINT, 500), 'daily/sessions/20261121T060000Z/digest-0500.bin'],
    [vaultKeys.record(POINT), 'daily/sessions/20261121T060000Z/recovery-point.json'],
    [vaultKeys.pointsOf('daily', 'sessions'), 'daily/sessions/'],
    [vaultKeys.registry('sessions'), 'registry/sessions.json'],
    [vaultKeys.ingested(SNAPSHOT), 'ingested/redrill-sessions-202611210600.json'],
    [vaultKeys.report('sessions', SLOT), 'reports/sessions/20261121T060000Z.json'],
    [stagingKeys.shard('sessions', SLOT, 1), 'drills/sessions/20261121T060000Z/shard-0001.rdb'],
    [stagingKeys.checkpoint('sessions', SLOT, 7), 'ingest/sessions/20261121T060000Z/shard-0007.checkpoint'],
    [stagingKeys.authToken('sessions', SLOT), 'drills/sessions/20261121T060000Z/auth-token'],
  ])('%s', (key, expected) => expect(key).toBe(expected));

  const anyPoint = fc.record({ tier: fc.constantFrom(...TIERS), cache: anyCacheId, slot: anySlot });
  const keysOf = (point: PointAddress, shard: number) => [
    vaultKeys.record(point),
    vaultKeys.shard(point, shard),
    vaultKeys.finding(point, shard),
    vaultKeys.digest(point, shard),
  ];

  it('of a recovery point tell its tier, cache and slot, each in a folder of its own', () => {
    fc.assert(
      fc.property(anyPoint, fc.integer({ min: 1, max: 500 }), (point, shard) => {
        const keys = keysOf(point, shard);
        expect(new Set(keys).size).toBe(keys.length);
        for (const key of keys) {
          const [tier, cache, slot, file, ...more] = key.split('/');
          expect({ tier, cache, slot }).toEqual(point);
          expect(file).toMatch(/^[a-z0-9-]+\.(json|rdb|bin)$/);
          expect(more).toEqual([]);
          expect(key.startsWith(vaultKeys.point(point))).toBe(true);
          expect(key.startsWith(vaultKeys.pointsOf(point.tier, point.cache))).toBe(true);
        }
      }),
    );
  });

  it('of two recovery points are never the same, nor one within the other', () => {
    fc.assert(
      fc.property(anyPoint, anyPoint, (one, other) => {
        fc.pre(vaultKeys.point(one) !== vaultKeys.point(other));
        for (const key of keysOf(one, 1)) expect(key.startsWith(vaultKeys.point(other))).toBe(false);
      }),
    );
  });

  it.each([vaultKeys.registry('sessions'), vaultKeys.ingested(SNAPSHOT), vaultKeys.report('sessions', SLOT)])(
    '%s lies in no tier, so no lifecycle rule for recovery points applies to it',
    (key) => {
      for (const tier of TIERS) expect(key.startsWith(`${tier}/`)).toBe(false);
    },
  );

  it.each([
    [vaultKeys.registry('sessions'), vaultKeys.registryPrefix],
    [vaultKeys.ingested(SNAPSHOT), vaultKeys.ingestedPrefix],
    [vaultKeys.report('sessions', SLOT), vaultKeys.reportsPrefix],
    [stagingKeys.shard('sessions', SLOT, 1), stagingKeys.drillsPrefix],
    [stagingKeys.checkpoint('sessions', SLOT, 7), 'ingest/sessions/20261121T060000Z/shard-0007.checkpoint'],
    [stagingKeys.authToken('sessions', SLOT), stagingKeys.drill('sessions', SLOT)],
  ])('%s is found below %s', (key, prefix) => expect(key.startsWith(prefix)).toBe(true));

  it('the suffix distinguishes a seal from the files of its export', () => {
    expect(landingKeys.seal(SNAPSHOT)).toBe(`${SNAPSHOT}${landingKeys.sealSuffix}`);
    expect(landingKeys.shard(SNAPSHOT, 1).endsWith(landingKeys.sealSuffix)).toBe(false);
  });
});

describe('drillOfReport', () => {
  it.each([
    ['reports/sessions/20261121T060000Z.json', '20261121T060000Z'],
    ['reports/sessions/20261121T060000Z.html', undefined],
    ['reports/sessions/history.json', undefined],
    ['reports/index.json', undefined],
    ['daily/sessions/20261121T060000Z.json', undefined],
  ])('of %s is %s', (key, drill) => expect(drillOfReport(key)).toBe(drill));
});
