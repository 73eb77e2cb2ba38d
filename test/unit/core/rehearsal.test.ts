import { describe, expect, test } from 'vitest';
import { plannedCaches } from '../../../core/backup/discover-caches.ts';
import { isWatched } from '../../../core/backup/protected-caches.ts';
import { parseConfig } from '../../../core/contracts/parse-config.ts';
import { isProtected } from '../../../core/contracts/plan.ts';
import { presets } from '../../../core/contracts/presets.ts';
import { drillClusterIdOf, NAME_MAX_CHARACTERS, snapshotNameOf } from '../../../core/model/names.ts';
import { REHEARSAL_CACHE, REHEARSAL_PLAN } from '../../../core/model/rehearsal.ts';
import { slotAt } from '../../../core/model/slot.ts';
import { planOrStrictest } from '../../../core/watch/assess-rpo.ts';

const INPUT = {
  source: { region: 'eu-west-1' },
  vault: { region: 'eu-central-1', lock: { mode: 'governance', days: 2, tiers: {} } },
  plans: { jobs: presets.jobQueue },
} as const;
const CONFIG = parseConfig(INPUT);

describe('the plan of rehearsals', () => {
  test('is in every configuration, and keeps copies exactly as long as the lock does', () => {
    const plan = CONFIG.plans[REHEARSAL_PLAN];
    expect(plan && isProtected(plan) && plan.keep.hourly).toBe('2d');
  });

  test('is the same when a parsed configuration is parsed again, as every Lambda does', () => {
    expect(parseConfig(JSON.parse(JSON.stringify(CONFIG)))).toEqual(CONFIG);
  });

  test('may not be defined, nor its cache be protected, by a person', () => {
    expect(() => parseConfig({ ...INPUT, plans: { ...INPUT.plans, rehearsal: presets.jobQueue } })).toThrow(
      'plans.rehearsal: the name is reserved',
    );
    expect(() => parseConfig({ ...CONFIG, caches: { orders: REHEARSAL_PLAN } })).toThrow(
      "caches.orders: 'rehearsal' cannot be used here",
    );
    expect(() => parseConfig({ ...INPUT, caches: { [REHEARSAL_CACHE]: 'jobs' } })).toThrow('are reserved');
  });

  test('protects nothing: a cache with its tag is discovered as not planned', () => {
    expect(plannedCaches(CONFIG, [{ cache: 'orders', plan: REHEARSAL_PLAN }])).toEqual(new Set());
  });

  test('is never the one that a cache falls back to whose own plan is gone', () => {
    expect(planOrStrictest(CONFIG, 'gone')).toEqual(CONFIG.plans.jobs);
  });
});

test('the cache of rehearsals is not watched, forgotten or not', () => {
  expect(isWatched({ cache: REHEARSAL_CACHE }, CONFIG)).toBe(false);
});

test('the names that derive from the cache of rehearsals are short enough to carry it whole', () => {
  const slot = slotAt(new Date('2026-11-23T06:00:00Z'));
  expect(snapshotNameOf(REHEARSAL_CACHE, slot)).toBe('redrill-redrill-rehearsal-202611230600');
  expect(drillClusterIdOf(REHEARSAL_CACHE, slot).length).toBe(NAME_MAX_CHARACTERS);
});
