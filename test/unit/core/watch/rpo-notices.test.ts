import { describe, expect, it } from 'vitest';
import { planNotices, settleNotices } from '../../../../core/alerts/plan-notices.ts';
import { NO_NOTICES, type NoticeMemory } from '../../../../core/contracts/notices.ts';
import type { Servers } from '../../../../core/contracts/servers.ts';
import type { Freshness } from '../../../../core/watch/assess-rpo.ts';
import { endOfMissedRpo, noticesOfRpo } from '../../../../core/watch/rpo-notices.ts';
import { summaryOf } from '../facts.ts';

const NOON = Date.UTC(2026, 10, 21, 12);
const HOUR = 3_600;

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

/** A look whose messages were all taken. */
function look(minutes: number, fleet: readonly Freshness[], before: NoticeMemory) {
  const at = { id: `look at ${minutes}`, now: new Date(NOON + minutes * 60_000) };
  const { tellings, memory } = planNotices(noticesOfRpo(fleet, {}), before, at, {
    endOf: endOfMissedRpo(fleet),
  });
  const taken = tellings.map((telling) => ({ ...telling, delivery: 'sent' as const }));
  return { alerts: tellings.map(({ alert }) => alert), memory: settleNotices(memory, at, taken) };
}

it('each cache outside its RPO gets its own alert and its own resolution, with the age of its newest copy', () => {
  const other = freshness({ cache: 'audit' });
  const first = look(0, [GOOD, other], NO_NOTICES);
  const second = look(15, [BAD, other], first.memory);
  const third = look(30, [GOOD, other], second.memory);
  const told = [first, second, third].map(({ alerts }) =>
    alerts.map(({ code, cache }) => `${code} ${cache}`),
  );
  expect(told).toEqual([['RpoMissed audit'], ['RpoMissed orders'], ['RpoMissedResolved orders']]);
  expect(third.alerts[0]?.text).toBe(
    'orders is within its recovery point objective again: the newest verified recovery point is of 2026-11-21 06:00 UTC, 1 h 00 min old.',
  );
});

it('a cache that was forgotten is so without a word', () => {
  const told = look(0, [BAD], NO_NOTICES).memory;
  expect(look(15, [], told)).toEqual({ alerts: [], memory: NO_NOTICES });
  const over = look(15, [GOOD], told).memory;
  expect(look(30, [], over)).toEqual({ alerts: [], memory: NO_NOTICES });
});

const FRESH: Freshness = {
  cache: 'sessions',
  plan: 'sessions',
  newest: { ...summaryOf('20261121T000000Z', 1_234), tier: 'daily' },
  ageSeconds: 33_300,
  rpoSeconds: 28_800,
  outsideRpo: true,
};

const alertOf = (freshness: Freshness, servers: Servers = {}) => noticesOfRpo([freshness], servers)[0]?.alert;
const endOf = (freshness: Freshness) =>
  endOfMissedRpo([freshness])('sessions', { code: 'RpoMissed', about: 'sessions', parts: [] });

describe('the alert of a missed RPO', () => {
  it('pages with age, last good point and causes', () => {
    expect(alertOf(FRESH)).toEqual({
      next: 'npx redrill backup sessions',
      code: 'RpoMissed',
      severity: 'page',
      cache: 'sessions',
      subject: '[Redrill] sessions: no recent recovery point',
      text: `sessions is outside its recovery point objective of 8 h 00 min.
Its newest verified recovery point is of 2026-11-21 00:00 UTC (daily, 1234 keys), 9 h 15 min old.
If the cache were lost now, everything written in the last 9 h 15 min would be lost with it.

Likely causes: the backup fails (it sends its own alert), its schedule is disabled, the cache was deleted or has lost its tag, or the ingest is late.
To see the state of the cache, and to back it up now:
  npx redrill status sessions
  npx redrill backup sessions
If the cache is lost, restore it from this recovery point, in the vault’s region or in another one with --region. This command shows what it would create; with --apply, it creates it:
  npx redrill restore sessions/latest --to sessions-restored
Runbook: docs/runbooks/no-recent-recovery-point.md`,
    });
  });

  it('says that there never was one, and that everything would be lost', () => {
    const { text } = { ...alertOf({ ...FRESH, newest: undefined }) };
    expect(text).toContain('It has no verified recovery point, and has been protected for 9 h 15 min.');
    expect(text).toContain('If the cache were lost now, everything in it would be lost.');
    expect(text).not.toContain('npx redrill restore');
  });

  it('of a server names the causes and the command of its host', () => {
    const servers = { sessions: { plan: 'jobs', shards: 1, shippers: [], largestFileGib: 1 } };
    const { text } = { ...alertOf(FRESH, servers) };
    expect(text).toContain('Likely causes: its host is down or cannot save');
    expect(text).not.toContain('its tag');
  });

  it('says that it is over', () => {
    const { text, ...alert } = { ...endOf({ ...FRESH, ageSeconds: 1_800 }) };
    expect(alert).toEqual({
      ended: { code: 'RpoMissed', severity: 'page' },
      code: 'RpoMissedResolved',
      severity: 'ticket',
      cache: 'sessions',
      subject: '[Redrill] sessions: resolved: recent recovery point',
    });
    expect(text).toBe(
      'sessions is within its recovery point objective again: the newest verified recovery point is of 2026-11-21 00:00 UTC, 30 min old.',
    );
    expect(endOf({ ...FRESH, newest: undefined, ageSeconds: 1_800 })?.text).toBe(
      'sessions is within its recovery point objective again: it has no verified recovery point yet, and has been protected for 30 min.',
    );
  });
});
