import { describe, expect, it } from 'vitest';
import { cachesOnPlan, isStale } from '../../../../core/backup/protected-caches.ts';
import { parseConfig } from '../../../../core/contracts/parse-config.ts';
import { presets } from '../../../../core/contracts/presets.ts';
import { SLOT } from '../facts.ts';

const CONFIG = parseConfig({
  source: { region: 'eu-west-1' },
  vault: { region: 'eu-central-1' },
  plans: { jobs: presets.jobQueue, logs: presets.eventLog, none: presets.pureCache },
  caches: { orders: 'jobs', audit: 'logs', thumbnails: 'none' },
});

describe('cachesOnPlan', () => {
  it('are those that are named and those that are tagged, once each, in order', () => {
    const tagged = [
      { cache: 'zeta', plan: 'jobs' },
      { cache: 'alpha', plan: 'jobs' },
      { cache: 'orders', plan: 'jobs' },
      { cache: 'other', plan: 'logs' },
    ];
    expect(cachesOnPlan(CONFIG, 'jobs', tagged)).toEqual(['alpha', 'orders', 'zeta']);
    expect(cachesOnPlan(CONFIG, 'logs', tagged)).toEqual(['audit', 'other']);
    expect(cachesOnPlan(CONFIG, 'jobs', [])).toEqual(['orders']);
  });

  it('a tag moves no cache that the configuration names, neither off its plan nor onto another', () => {
    const tagged = [{ cache: 'orders', plan: 'logs' }];
    expect(cachesOnPlan(CONFIG, 'jobs', tagged)).toEqual(['orders']);
    expect(cachesOnPlan(CONFIG, 'logs', tagged)).toEqual(['audit']);
  });

  it('a tag that names no plan protects nothing, and takes nothing from a plan', () => {
    const tagged = [
      { cache: 'lost', plan: 'job' },
      { cache: 'orders', plan: 'job' },
      { cache: 'fine', plan: 'jobs' },
    ];
    expect(cachesOnPlan(CONFIG, 'jobs', tagged)).toEqual(['fine', 'orders']);
  });

  it('an unprotected plan has none to back up', () =>
    expect(cachesOnPlan(CONFIG, 'none', [{ cache: 'x', plan: 'none' }])).toEqual([]));

  it('an unknown plan is refused, with those that are known', () => {
    const refusal = { code: 'UnknownPlan', message: "there is no plan 'job'; known are jobs, logs, none" };
    expect(() => cachesOnPlan(CONFIG, 'job', [])).toThrow(expect.objectContaining(refusal));
  });
});

describe('isStale', () => {
  it.each([
    ['2026-11-21T05:00:00.000Z', false],
    ['2026-11-21T06:00:00.000Z', false],
    ['2026-11-21T07:59:59.999Z', false],
    ['2026-11-21T08:00:00.000Z', true],
    ['2026-11-22T06:00:00.000Z', true],
  ])('at %s: %s', (now, stale) => expect(isStale(SLOT, '2h', new Date(now))).toBe(stale));
});
