import { describe, expect, it } from 'vitest';
import { polled } from '../../../../core/contracts/steps.ts';
import {
  EXPORT_LIMIT_SECONDS,
  READY,
  SNAPSHOT_LIMIT_SECONDS,
  stillWaiting,
  waitSecondsAfter,
} from '../../../../core/model/poll.ts';

const REQUESTED_AT = '2026-11-21T06:00:00.000Z';
const after = (seconds: number) => new Date(Date.parse(REQUESTED_AT) + seconds * 1000);

describe('polling', () => {
  it.each([
    [0, 20],
    [599, 20],
    [600, 60],
    [3_599, 60],
    [3_600, 300],
    [86_400, 300],
  ])('after %d s waits %d s', (elapsed, wait) => expect(waitSecondsAfter(elapsed)).toBe(wait));

  it.each([
    [-3_600, { status: 'waiting', waitSeconds: 20 }],
    [0, { status: 'waiting', waitSeconds: 20 }],
    [3_599.9, { status: 'waiting', waitSeconds: 60 }],
    [3_600, { overdueSeconds: 3_600 }],
    [9_000, { overdueSeconds: 9_000 }],
  ])('%d s after the request, of 3,600 s', (elapsed, answer) =>
    expect(stillWaiting({ requestedAt: REQUESTED_AT, now: after(elapsed), limitSeconds: 3_600 })).toEqual(
      answer,
    ),
  );

  it('until the limit takes fewer than 1,000 of an execution’s 25,000 events', () => {
    const eventsPerPoll = 10;
    for (const limitSeconds of [SNAPSHOT_LIMIT_SECONDS, EXPORT_LIMIT_SECONDS]) {
      let polls = 0;
      for (let elapsed = 0; elapsed < limitSeconds; elapsed += waitSecondsAfter(elapsed)) polls++;
      expect(polls).toBe(30 + 50 + 12);
      expect(polls * eventsPerPoll).toBeLessThan(1_000);
    }
  });

  it('ends with an answer that fits the state’s type', () => expect(polled.parse(READY)).toEqual(READY));
});
