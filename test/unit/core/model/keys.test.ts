import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { landingKeys, pointOfKey, stagingKeys, vaultKeys } from '../../../../core/model/keys.ts';
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
    [vaultKeys.reportsOf('sessions'), 'reports/sessions/'],
    [stagingKeys.shard('sessions', SLOT, 1), 'drills/sessions/20261121T060000Z/shard-0001.rdb'],
    [stagingKeys.authToken('sessions', SLOT), 'drills/sessions/20261121T060000Z/auth-token'],
  ])('%s', (key, expected) => expect(key).toBe(expected));

  it('lead back to their recovery point', () => {
    const address = fc.record({ tier: fc.constantFrom(...TIERS), cache: anyCacheId, slot: anySlot });
    fc.assert(
      fc.property(address, fc.integer({ min: 1, max: 500 }), (point, shard) => {
        const keys = [
          vaultKeys.point(point),
          vaultKeys.record(point),
          vaultKeys.shard(point, shard),
          vaultKeys.finding(point, shard),
          vaultKeys.digest(point, shard),
        ];
        for (const key of keys) expect(pointOfKey(key)).toEqual(point);
      }),
    );
  });

  it.each([
    '',
    'registry/sessions.json',
    'ingested/redrill-sessions-202611210600.json',
    'reports/sessions/20261121T060000Z.json',
    'yearly/sessions/20261121T060000Z/recovery-point.json',
    'daily',
    'daily/sessions',
    'daily/sessions/',
    'daily/sessions/notes.txt',
  ])('%j belongs to no recovery point', (key) => expect(pointOfKey(key)).toBeUndefined());
});
