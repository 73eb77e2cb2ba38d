import { describe, expect, it } from 'vitest';
import type { Freshness } from '../../../../core/watch/assess-rpo.ts';
import { heartbeatBody, outcomeOf, pingUrl } from '../../../../core/watch/compose-heartbeat.ts';
import { summaryOf } from '../facts.ts';

const RUN = '0b5c2a1e-4e0e-4a0e-9d55-0f3f6d1a2b3c';
const LOOK = { id: RUN, now: new Date('2026-11-21T12:00:00Z') };
const fresh = (cache: string, changed: Partial<Freshness> = {}): Freshness => ({
  cache,
  plan: 'jobs',
  newest: summaryOf('20261121T100000Z', 5),
  ageSeconds: 7_200,
  rpoSeconds: 10_800,
  outsideRpo: false,
  ...changed,
});
const LATE = { outsideRpo: true, ageSeconds: 50_000 };

describe('pingUrl', () => {
  const hc = (kind: 'start' | 'success' | 'fail') =>
    pingUrl('https://hc-ping.com/uuid', { kind, convention: 'healthchecks', runId: RUN });

  it('follows healthchecks.io: an ending for start and fail, the run id always', () => {
    expect(hc('start')).toBe(`https://hc-ping.com/uuid/start?rid=${RUN}`);
    expect(hc('success')).toBe(`https://hc-ping.com/uuid?rid=${RUN}`);
    expect(hc('fail')).toBe(`https://hc-ping.com/uuid/fail?rid=${RUN}`);
  });

  it.each([
    ['success', 'https://example.com/ping?key=1'],
    ['start', undefined],
    ['fail', undefined],
  ] as const)('leaves the URL of a plain service alone, and tells it no %s but success', (kind, url) =>
    expect(pingUrl('https://example.com/ping?key=1', { kind, convention: 'plain', runId: RUN })).toBe(url),
  );

  it('follows what is configured, and keeps what the URL has of its own', () => {
    const convention = { fail: '/error', runId: 'run' };
    const url = (kind: 'start' | 'fail') =>
      pingUrl('https://example.com/ping/?key=1', { kind, convention, runId: RUN });
    expect(url('fail')).toBe(`https://example.com/ping/error?key=1&run=${RUN}`);
    expect(url('start')).toBeUndefined();
  });

  it('leaves what is no URL to who refuses it', () =>
    expect(pingUrl('hc-ping.com', { kind: 'fail', convention: 'healthchecks', runId: RUN })).toBe(
      'hc-ping.com',
    ));
});

const WELL = { lost: [], alerts: 'arrive' } as const;

describe('outcomeOf', () => {
  it.each<[string, readonly Freshness[], ReturnType<typeof outcomeOf>]>([
    ['every cache within its RPO', [fresh('a'), fresh('b')], 'success'],
    ['one outside', [fresh('a'), fresh('b', LATE)], 'fail'],
    ['one without any copy, and not late', [fresh('a'), fresh('b', { newest: undefined })], undefined],
    ['one without any copy, and late', [fresh('a', { newest: undefined, ...LATE })], 'fail'],
    ['nothing protected', [], undefined],
  ])('%s', (_what, fleet, outcome) => expect(outcomeOf(fleet, WELL)).toBe(outcome));

  it('is no success with a lost copy, nor if the copies could not be checked', () => {
    expect(outcomeOf([fresh('a'), fresh('b')], { ...WELL, lost: ['b'] })).toBe('fail');
    expect(outcomeOf([fresh('a'), fresh('b')], { ...WELL, lost: undefined })).toBeUndefined();
    expect(outcomeOf([fresh('a', LATE)], { ...WELL, lost: undefined })).toBe('fail');
    expect(heartbeatBody([fresh('a')], LOOK, { ...WELL, lost: ['a'] })).toContain(
      'a: its newest verified copy is no longer in the vault',
    );
  });
});

describe('while alerts have no recipient', () => {
  const alerts = { lost: 'the topic redrill-alerts does not exist' };

  it('the look has failed, and its body says why first', () => {
    expect(outcomeOf([fresh('a')], { ...WELL, alerts })).toBe('fail');
    expect(heartbeatBody([fresh('a')], LOOK, { ...WELL, alerts })).toMatch(
      /^Redrill: alerts have no recipient: the topic redrill-alerts does not exist\nRedrill: no cache/,
    );
  });

  it('claims nothing where that could not be seen', () => {
    expect(outcomeOf([fresh('a')], { ...WELL, alerts: 'unknown' })).toBeUndefined();
    expect(outcomeOf([fresh('a', LATE)], { ...WELL, alerts: 'unknown' })).toBe('fail');
  });
});

describe('heartbeatBody', () => {
  it('has the run, the counts, the age of the oldest copy, and each cache', () => {
    const fleet = [
      fresh('audit', { ageSeconds: 3_600 }),
      fresh('orders'),
      fresh('new', { newest: undefined }),
    ];
    expect(heartbeatBody(fleet, LOOK, WELL).split('\n')).toEqual([
      'Redrill: no cache is outside its RPO',
      `2026-11-21T12:00:00.000Z, run ${RUN}`,
      'protected 3, outside 0, without a verified copy 1',
      'oldest of the newest verified copies 7200 s: orders of 2026-11-21 10:00 UTC',
      'orders age 7200 s, RPO 10800 s',
      'new no verified copy for 7200 s, RPO 10800 s',
      'audit age 3600 s, RPO 10800 s',
    ]);
  });

  it('says first how many are outside', () => {
    const body = heartbeatBody([fresh('a'), fresh('b', { newest: undefined, ...LATE })], LOOK, WELL);
    expect(body).toMatch(/^Redrill: 1 of 2 caches outside their RPO\n/);
    expect(heartbeatBody([fresh('b', { newest: undefined })], LOOK, WELL)).toContain('\nno verified copy\n');
  });

  it('stays within what services keep, however many caches there are', () => {
    const fleet = Array.from({ length: 500 }, (_, at) => fresh(`${'x'.repeat(37)}${at}`));
    const body = heartbeatBody(fleet, LOOK, WELL);
    expect(body.length).toBeLessThan(10_000);
    expect(body).toMatch(/\nand 450 more$/);
  });
});
