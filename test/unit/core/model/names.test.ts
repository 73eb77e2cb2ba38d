import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { snapshotName } from '../../../../core/contracts/fields.ts';
import {
  DRILL_CLUSTER_PREFIX,
  drillClusterIdOf,
  executionNameOf,
  NAME_MAX_CHARACTERS,
  SNAPSHOT_PREFIX,
  snapshotNameOf,
} from '../../../../core/model/names.ts';
import { parseSlot } from '../../../../core/model/slot.ts';
import { anyCacheId, anySlot } from '../arbitraries.ts';

const SLOT = parseSlot('20261121T060000Z');
/** Alphanumerics and hyphens, a letter first, no double hyphen, none at the end. */
const ELASTICACHE_NAME = /^[a-z](?!.*--)[a-z0-9-]*[a-z0-9]$/;
const MAKERS = [
  ['snapshotNameOf', snapshotNameOf, SNAPSHOT_PREFIX],
  ['drillClusterIdOf', drillClusterIdOf, DRILL_CLUSTER_PREFIX],
] as const;

describe.each(MAKERS)('%s', (_name, make, prefix) => {
  it('is a name that ElastiCache takes, for any cache', () => {
    fc.assert(
      fc.property(anyCacheId, anySlot, (cache, slot) => {
        const name = make(cache, slot);
        expect(name.length).toBeLessThanOrEqual(NAME_MAX_CHARACTERS);
        expect(name).toMatch(ELASTICACHE_NAME);
        expect(name.startsWith(prefix)).toBe(true);
      }),
    );
  });

  it('differs when the cache or the slot differs', () => {
    const pair = fc.tuple(anyCacheId, anySlot);
    fc.assert(
      fc.property(pair, pair, ([cache, slot], [otherCache, otherSlot]) => {
        const same = cache === otherCache && slot === otherSlot;
        expect(make(cache, slot) === make(otherCache, otherSlot)).toBe(same);
      }),
    );
  });

  it('tells caches apart that begin alike', () => {
    const caches = Array.from({ length: 2_000 }, (_, at) => `production-eu-west-1-sessions-${at}`);
    expect(new Set(caches.map((cache) => make(cache, SLOT))).size).toBe(caches.length);
  });
});

describe('names', () => {
  it('show the cache and the slot', () => {
    expect(snapshotNameOf('sessions', SLOT)).toBe('redrill-sessions-202611210600');
    expect(drillClusterIdOf('sessions', SLOT)).toBe('redrill-drill-sessions-202611210600');
  });

  it('cut a long cache id and add a hash of the whole', () => {
    expect(snapshotNameOf('a'.repeat(19), SLOT)).toBe(`redrill-${'a'.repeat(19)}-202611210600`);
    expect(snapshotNameOf('a'.repeat(20), SLOT)).toMatch(/^redrill-a{12}[a-z0-9]{7}-202611210600$/);
    expect(drillClusterIdOf('job-queue-orders', SLOT)).toMatch(
      /^redrill-drill-job-qu[a-z0-9]{7}-202611210600$/,
    );
  });

  it('of snapshots fit their contract', () => {
    fc.assert(
      fc.property(anyCacheId, anySlot, (cache, slot) => {
        const name = snapshotNameOf(cache, slot);
        expect(snapshotName.parse(name)).toBe(name);
      }),
    );
  });

  it('of executions differ by their attempt, within the 80 characters of Step Functions', () => {
    expect(executionNameOf('sessions', SLOT)).toBe('sessions-20261121T060000Z');
    expect(executionNameOf('sessions', SLOT, 2)).toBe('sessions-20261121T060000Z-2');
    expect(executionNameOf('a'.repeat(50), SLOT, 168).length).toBeLessThanOrEqual(80);
  });
});
