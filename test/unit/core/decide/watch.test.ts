import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../../core/contracts/config.ts';
import { presets } from '../../../../core/contracts/presets.ts';
import type { RegistryEntry } from '../../../../core/contracts/recovery-point.ts';
import { EMPTY_MEMORY, type WatchMemory, watchMemory } from '../../../../core/contracts/watch.ts';
import {
  assessFreshness,
  type Freshness,
  RPO_GRACE_SECONDS,
} from '../../../../core/decide/assess-freshness.ts';
import { type Look, planWatch, settleWatch } from '../../../../core/decide/plan-watch.ts';
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

  it('holds a cache whose plan is gone to the strictest one: it must go on alerting', () => {
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

const lookAt = (minutes: number, id = `look at ${minutes}`): Look => ({
  id,
  now: new Date(NOW.getTime() + minutes * 60_000),
});
/** A look whose messages were all taken, unless it died before it could say so. */
function look(minutes: number, fleet: readonly Freshness[], memory: WatchMemory) {
  const current = lookAt(minutes);
  const { tellings, memory: claimed } = planWatch(fleet, memory, current);
  const settled = settleWatch(claimed, { tellings, refused: new Set(), look: current });
  return { codes: tellings.map(({ alert }) => alert.code), tellings, claimed, memory: settled.memory };
}
const freshness = (changed: Partial<Freshness>): Freshness => ({
  cache: 'orders',
  plan: 'jobs',
  newest: summaryOf('20261121T060000Z', 5),
  ageSeconds: 6 * HOUR,
  rpoSeconds: 3 * HOUR,
  outsideRpo: true,
  ...changed,
});
const BAD = freshness({});
const GOOD = freshness({ outsideRpo: false, ageSeconds: HOUR });

describe('planWatch', () => {
  it('tells of a fault at once, then hourly, and once when it is over', () => {
    const looks: readonly [minutes: number, state: Freshness, code?: string][] = [
      [0, GOOD],
      [15, BAD, 'RpoMissed'],
      [30, BAD],
      [60, BAD],
      [74, BAD],
      [75, BAD, 'RpoMissed'],
      [90, BAD],
      [134, BAD],
      [150, BAD, 'RpoMissed'],
      [165, GOOD, 'RpoMissedResolved'],
      [180, GOOD],
      [195, BAD, 'RpoMissed'],
    ];
    let memory = EMPTY_MEMORY;
    for (const [minutes, state, code] of looks) {
      const decision = look(minutes, [state], memory);
      expect(decision.codes).toEqual(code === undefined ? [] : [code]);
      memory = watchMemory.parse(JSON.parse(JSON.stringify(decision.memory)));
    }
  });

  it('says of one that comes and goes, as while a backlog is worked off, once an hour that it is over', () => {
    const looks: readonly [minutes: number, state: Freshness, code?: string][] = [
      [0, BAD, 'RpoMissed'],
      [15, GOOD, 'RpoMissedResolved'],
      [30, BAD, 'RpoMissed'],
      [45, GOOD],
      [60, BAD],
      [70, GOOD],
      [74, GOOD],
      [75, GOOD, 'RpoMissedResolved'],
      [90, GOOD],
    ];
    let memory = EMPTY_MEMORY;
    for (const [minutes, state, code] of looks) {
      const decision = look(minutes, [state], memory);
      expect(decision.codes, `after ${minutes} minutes`).toEqual(code === undefined ? [] : [code]);
      memory = watchMemory.parse(JSON.parse(JSON.stringify(decision.memory)));
    }
    expect(memory).toMatchObject({ told: {}, claims: {} });
  });

  it('keeps the claim of a look that died until it may be said that the fault is over', () => {
    const over = look(15, [GOOD], look(0, [BAD], EMPTY_MEMORY).memory);
    const { memory: claimed } = planWatch([BAD], over.memory, lookAt(30));
    const waiting = look(45, [GOOD], claimed);
    expect(waiting).toMatchObject({ codes: [], memory: { claims: claimed.claims } });
    expect(look(75, [GOOD], waiting.memory).codes).toEqual(['RpoMissedResolved']);
  });

  it('tells of each cache by itself', () => {
    const other = freshness({ cache: 'audit' });
    const first = look(0, [BAD, GOOD], EMPTY_MEMORY);
    const second = look(15, [BAD, other], first.memory);
    expect(second.tellings.map(({ fault }) => fault)).toEqual(['audit']);
    expect(second.memory.told).toEqual({
      orders: '2026-11-21T12:00:00.000Z',
      audit: '2026-11-21T12:15:00.000Z',
    });
  });

  it('remembers since when a cache has had nothing, until it has something', () => {
    const none = freshness({ newest: undefined, outsideRpo: false });
    const first = look(0, [none], EMPTY_MEMORY);
    expect(first.memory.firstSeen).toEqual({ orders: '2026-11-21T12:00:00.000Z' });
    expect(look(15, [none], first.memory).memory).toEqual(first.memory);
    expect(look(15, [GOOD], first.memory).memory).toEqual(EMPTY_MEMORY);
  });

  it('forgets what was forgotten, without a word', () => {
    const told = look(0, [BAD], EMPTY_MEMORY).memory;
    expect(look(15, [], told)).toMatchObject({ tellings: [], memory: EMPTY_MEMORY });
  });
});

const codesOf = (minutes: number, state: Freshness, memory: WatchMemory, id?: string) =>
  planWatch([state], memory, lookAt(minutes, id)).tellings.map(({ alert }) => alert.code);

describe('a message that is claimed', () => {
  const { memory: claimed } = planWatch([BAD], EMPTY_MEMORY, lookAt(0));

  it('is sent by no other look as long as the claim holds, whatever that look sees', () => {
    expect(claimed).toMatchObject({ told: {}, claims: { orders: { by: 'look at 0' } } });
    expect(codesOf(0, BAD, claimed, 'another')).toEqual([]);
    expect(codesOf(0.99, BAD, claimed)).toEqual([]);
    expect(codesOf(0.99, GOOD, claimed)).toEqual([]);
    expect(planWatch([BAD], claimed, lookAt(0.99)).memory).toEqual(claimed);
  });

  it('is sent by the look that claimed it, though it has lost the answer to that', () => {
    expect(codesOf(0.5, BAD, claimed, 'look at 0')).toEqual(['RpoMissed']);
    expect(planWatch([BAD], claimed, lookAt(0.5, 'look at 0')).memory).toEqual(claimed);
  });

  it('is sent by the next look if the claim was never settled', () => {
    expect(codesOf(1, BAD, claimed)).toEqual(['RpoMissed']);
    expect(codesOf(15, GOOD, claimed)).toEqual(['RpoMissedResolved']);
  });

  it('may be sent by any look once it was refused', () => {
    const { tellings } = planWatch([BAD], EMPTY_MEMORY, lookAt(0));
    const settled = settleWatch(claimed, { tellings, refused: new Set(['orders']), look: lookAt(0) });
    expect(settled.memory).toEqual(EMPTY_MEMORY);
  });

  it('is not settled by a look that lost the claim', () => {
    const { tellings, memory } = planWatch([BAD], claimed, lookAt(2));
    const late = settleWatch(memory, { tellings, refused: new Set(), look: lookAt(0) });
    expect(late.memory).toEqual(memory);
  });
});
