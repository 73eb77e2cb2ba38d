import { parseExpression } from '@redrill/local-aws/schedule-expression';
import { describe, expect, it } from 'vitest';
import { alertOfCanary, nextCanary } from '../../../../core/alerts/compose-canary.ts';
import { chatMessagesOf } from '../../../../core/alerts/compose-message.ts';
import { CANARY_CRONS } from '../../../../lib/schedule/cadence.ts';

describe('the next test message', () => {
  it.each([
    ['daily', '2026-11-21T08:59:59Z', '2026-11-21T09:00:00.000Z'],
    ['daily', '2026-11-21T09:00:00Z', '2026-11-22T09:00:00.000Z'],
    ['weekly', '2026-11-21T09:00:00Z', '2026-11-23T09:00:00.000Z'],
    ['weekly', '2026-11-23T09:00:01Z', '2026-11-30T09:00:00.000Z'],
  ] as const)('%s, after %s, is due at %s', (schedule, now, next) =>
    expect(nextCanary(schedule, new Date(now)).toISOString()).toBe(next),
  );

  it.each(['daily', 'weekly'] as const)('is due when its schedule is: %s', (schedule) => {
    const recurrence = parseExpression(CANARY_CRONS[schedule]);
    for (let hour = 0; hour < 24 * 15; hour += 7) {
      const now = Date.UTC(2026, 11, 20, hour);
      expect(nextCanary(schedule, new Date(now)).getTime()).toBe(recurrence.next(now, 0));
    }
  });
});

describe('a test message', () => {
  const alert = alertOfCanary('eu-central-1', 'weekly', new Date('2026-11-23T09:00:02Z'));

  it('has the same subject every time, and says when the next one is due and what to do if it does not arrive', () => {
    expect(alert.subject).toBe('[Redrill] test message: alerts of eu-central-1 arrive');
    expect(alert.text).toContain('The next one is due on Monday, 2026-11-30 09:00 UTC.');
    expect(alert.text).toMatch(
      /^This is a test: nothing is wrong\..*\nRunbook: docs\/runbooks\/no-test-message\.md$/s,
    );
  });

  it('is in chat a thread of its own, which says that nothing is wrong and then that the test is over', () => {
    const messages = chatMessagesOf(alert, { region: 'eu-central-1' });
    const metadata = expect.objectContaining({ threadId: 'AlertCanary none 2026-11-23 (eu-central-1)' });
    expect(messages).toMatchObject([
      {
        content: {
          title: 'Redrill: test message: alerts of eu-central-1 arrive',
          description: expect.stringMatching(/^This is a test: nothing is wrong\./),
          keywords: ['test', 'AlertCanary', 'eu-central-1'],
        },
        metadata,
      },
      {
        content: {
          title: 'Redrill: resolved: test message: alerts of eu-central-1 arrive',
          description: 'The test is over. You need to do nothing.',
          keywords: ['resolved', 'AlertCanary', 'eu-central-1'],
        },
        metadata,
      },
    ]);
    for (const message of messages) expect(message).not.toHaveProperty('content.nextSteps');
  });
});
