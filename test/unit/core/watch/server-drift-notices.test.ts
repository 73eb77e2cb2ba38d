import { describe, expect, it } from 'vitest';
import type { PointSummary } from '../../../../core/contracts/recovery-point.ts';
import { SETTINGS_CHANGED } from '../../../../core/ingest/settings-changed.ts';
import type { Freshness } from '../../../../core/watch/assess-rpo.ts';
import { noticesOfContent } from '../../../../core/watch/content-notices.ts';
import { noticesOfDrift } from '../../../../core/watch/server-drift-notices.ts';
import { entryOf, summaryOf } from '../facts.ts';

const changed = (slot: string): PointSummary => ({
  ...summaryOf(slot, 1_000),
  warnings: [{ code: SETTINGS_CHANGED, message: `save is "" since ${slot}` }],
});

function noticesOf(recent: readonly PointSummary[], from = noticesOfDrift) {
  const [newest] = recent;
  const freshness: Freshness = {
    cache: 'sessions',
    plan: 'sessions',
    newest,
    ageSeconds: 60,
    rpoSeconds: 3_600,
    outsideRpo: false,
  };
  return from([freshness], [entryOf([...recent])]);
}

describe('changed settings of a server', () => {
  it('are told of each copy of the last day, so that none is missed between two looks', () => {
    const recent = ['20261121T060000Z', '20261121T040000Z', '20261120T060000Z'].map(changed);
    const [notice, ...others] = noticesOf(recent);
    expect(others).toEqual([]);
    expect(notice).toMatchObject({
      fault: 'sessions: settings changed',
      parts: ['20261121T060000Z', '20261121T040000Z'],
      alert: { code: 'ServerDrifted', severity: 'ticket', next: 'npx redrill show sessions/latest' },
    });
    expect(notice?.alert.text).toContain('  - 2026-11-21 04:00 UTC: save is "" since 20261121T040000Z');
  });

  it('are no news where nothing has changed, and not told as changed content', () => {
    expect(noticesOf([summaryOf('20261121T060000Z', 1_000)])).toEqual([]);
    expect(noticesOf([changed('20261121T060000Z')], noticesOfContent)).toEqual([]);
  });
});
