import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../../core/contracts/parse-config.ts';
import { presets } from '../../../../core/contracts/presets.ts';
import type { RegistryEntry } from '../../../../core/contracts/recovery-point.ts';
import { RPO_GRACE_SECONDS } from '../../../../core/model/periods.ts';
import { assessFreshness, firstSeenAfter } from '../../../../core/watch/assess-rpo.ts';
import { summaryOf } from '../facts.ts';

const NOW = new Date('2026-11-21T12:00:00Z');
const REGIONS = { source: { region: 'eu-west-1' }, vault: { region: 'eu-central-1' } };
const CONFIG = parseConfig({
  ...REGIONS,
  plans: { jobs: presets.jobQueue, daily: presets.rateLimits, none: presets.pureCache },
  caches: { orders: 'jobs', thumbnails: 'none' },
});

function entryOf(cache: string, changed: Partial<RegistryEntry> = {}): RegistryEntry {
  return {
    version: 1,
    cache,
    plan: 'jobs',
    registeredAt: '2026-11-01T00:00:00.000Z',
    recent: [summaryOf('20261121T100000Z', 5)],
    weekly: [],
    holds: [],
    ...changed,
  };
}

const assess = (registry: readonly RegistryEntry[], firstSeen = {}, now = NOW) =>
  assessFreshness(CONFIG, registry, firstSeen, now);
const HOUR = 3_600;

describe('assessFreshness', () => {
  it('counts from the slot of the newest verified point, whatever came after it', () => {
    const recent = [
      summaryOf('20261121T110000Z', 0, 'suspect'),
      summaryOf('20261121T100000Z', 5),
      summaryOf('20261121T080000Z', 5),
    ];
    expect(assess([entryOf('orders', { recent })])).toEqual([
      {
        cache: 'orders',
        plan: 'jobs',
        newest: recent[1],
        ageSeconds: 2 * HOUR,
        rpoSeconds: 3 * HOUR,
        outsideRpo: false,
      },
    ]);
  });

  it.each([
    [3 * HOUR + RPO_GRACE_SECONDS, false],
    [3 * HOUR + RPO_GRACE_SECONDS + 1, true],
  ])('%d s of an RPO of 3 h: outside: %s', (age, outsideRpo) => {
    const now = new Date(Date.UTC(2026, 10, 21, 10) + age * 1000);
    expect(assess([entryOf('orders')], {}, now)).toMatchObject([{ ageSeconds: age, outsideRpo }]);
  });

  it('counts from the registration if nothing is verified', () => {
    const recent = [summaryOf('20261121T100000Z', 0, 'suspect')];
    const entry = entryOf('orders', { recent, registeredAt: '2026-11-21T06:00:00.000Z' });
    expect(assess([entry])).toMatchObject([{ newest: undefined, ageSeconds: 6 * HOUR, outsideRpo: true }]);
  });

  it('counts from the first look, not from a registration by a suspect copy hours later', () => {
    const recent = [summaryOf('20261121T100000Z', 0, 'suspect')];
    const entry = entryOf('orders', { recent, registeredAt: '2026-11-21T10:05:00.000Z' });
    const seen = { orders: '2026-11-21T06:00:00.000Z' };
    expect(assess([entry], seen)).toMatchObject([{ ageSeconds: 6 * HOUR, outsideRpo: true }]);
  });

  it('counts from the first look if it is not registered yet, and from now if this is the first', () => {
    const seen = { orders: '2026-11-21T08:00:00.000Z' };
    expect(assess([], seen)).toMatchObject([{ cache: 'orders', ageSeconds: 4 * HOUR, outsideRpo: true }]);
    expect(assess([])).toMatchObject([{ cache: 'orders', ageSeconds: 0, outsideRpo: false }]);
  });

  it('never counts below zero', () =>
    expect(assess([entryOf('orders')], {}, new Date('2026-11-21T09:00:00Z'))).toMatchObject([
      { ageSeconds: 0 },
    ]));

  it('knows every cache that the vault knows or the configuration names, in order', () => {
    const fleet = assess([entryOf('zeta'), entryOf('alpha', { plan: 'daily' })]);
    expect(fleet.map(({ cache, rpoSeconds }) => [cache, rpoSeconds / HOUR])).toEqual([
      ['alpha', 26],
      ['orders', 3],
      ['zeta', 3],
    ]);
  });

  it('takes the plan of the configuration before that of the last point', () =>
    expect(assess([entryOf('orders', { plan: 'daily' })])).toMatchObject([
      { plan: 'jobs', rpoSeconds: 3 * HOUR },
    ]));

  it('applies the strictest plan to a cache whose plan no longer exists, so that it keeps alerting', () => {
    const lost = assess([entryOf('lost', { plan: 'gone' })]).find(({ cache }) => cache === 'lost');
    expect(lost).toMatchObject({ plan: 'gone', rpoSeconds: 3 * HOUR });
  });

  it('leaves out what is deliberately unprotected', () => {
    const fleet = assess([entryOf('thumbnails'), entryOf('tagged', { plan: 'none' })]);
    expect(fleet.map(({ cache }) => cache)).toEqual(['orders']);
  });

  it('has nothing to hold a cache to without any protected plan', () => {
    const config = parseConfig({ ...REGIONS, plans: { none: presets.pureCache } });
    expect(assessFreshness(config, [entryOf('lost', { plan: 'gone' })], {}, NOW)).toEqual([]);
  });
});

describe('firstSeenAfter', () => {
  it('remembers since when a cache has had nothing, until it has something', () => {
    const first = firstSeenAfter(assess([]), {}, NOW);
    expect(first).toEqual({ orders: NOW.toISOString() });
    const later = new Date(NOW.getTime() + 900_000);
    expect(firstSeenAfter(assess([], first, later), first, later)).toEqual(first);
    expect(firstSeenAfter(assess([entryOf('orders')], first, later), first, later)).toEqual({});
  });
});
