import { expect, it } from 'vitest';
import { planNotices, settleNotices } from '../../../../core/alerts/plan-notices.ts';
import { NO_NOTICES, type NoticeMemory } from '../../../../core/contracts/notices.ts';
import type { Freshness } from '../../../../core/watch/assess-freshness.ts';
import { endOfMissedRpo, noticesOfRpo } from '../../../../core/watch/missed-rpo.ts';
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
  const { tellings, memory } = planNotices(noticesOfRpo(fleet), before, at, { endOf: endOfMissedRpo(fleet) });
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
    'orders is within its recovery point objective again: the newest verified one is of 2026-11-21 06:00 UTC, 1 h 00 min old.',
  );
});

it('a cache that was forgotten is so without a word', () => {
  const told = look(0, [BAD], NO_NOTICES).memory;
  expect(look(15, [], told)).toEqual({ alerts: [], memory: NO_NOTICES });
  const over = look(15, [GOOD], told).memory;
  expect(look(30, [], over)).toEqual({ alerts: [], memory: NO_NOTICES });
});
