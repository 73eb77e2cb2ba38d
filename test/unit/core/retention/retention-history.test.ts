import { describe, expect, it } from 'vitest';
import { parseSlot } from '../../../../core/model/slot.ts';
import { canHaveExpired, retentionWith } from '../../../../core/retention/retention-history.ts';

const point = (slot: string, keptFor?: '2d' | '3d') => ({
  tier: 'hourly' as const,
  slot: parseSlot(slot),
  ...(keptFor && { keptFor }),
});
const at = (day: number) => new Date(Date.UTC(2026, 10, day));
const expired = (slot: string, kept: Parameters<typeof canHaveExpired>[1], day: number) =>
  canHaveExpired(point(slot), kept, { keep: '3d', now: at(day) });

describe('the retention that a registry entry remembers', () => {
  it('is what the newest point tells, and what was before', () => {
    expect(retentionWith(undefined, point('20261104T000000Z'))).toEqual({});
    const first = retentionWith(undefined, point('20261104T000000Z', '2d')).kept;
    expect(first).toEqual({ hourly: { for: '2d' } });
    expect(retentionWith(first, point('20261104T060000Z')).kept).toEqual(first);
    expect(retentionWith(first, point('20261105T000000Z', '2d')).kept).toEqual(first);
    const raised = retentionWith(first, point('20261106T000000Z', '3d')).kept;
    expect(raised).toEqual({ hourly: { for: '3d', before: { for: '2d', until: '20261106T000000Z' } } });
    expect(retentionWith(raised, point('20261107T000000Z', '3d')).kept).toEqual(raised);
  });
});

describe('a released point', () => {
  const raised = {
    hourly: { for: '3d', before: { for: '2d', until: parseSlot('20261106T000000Z') } },
  } as const;

  it('can have expired when the days of its plan are over', () => {
    expect(expired('20261104T000000Z', undefined, 6)).toBe(false);
    expect(expired('20261104T000000Z', undefined, 7)).toBe(true);
  });

  it('can have expired by the rule of before, while the registry has not yet heard of the new one', () => {
    expect(expired('20261104T000000Z', { hourly: { for: '2d' } }, 6)).toBe(true);
  });

  it('can have expired by the rule of before, as long as that rule was there', () => {
    expect(expired('20261104T000000Z', raised, 6)).toBe(true);
    expect(expired('20261106T000000Z', raised, 8)).toBe(true);
    expect(expired('20261107T000000Z', raised, 9)).toBe(false);
    expect(expired('20261107T000000Z', raised, 10)).toBe(true);
  });

  it('can not before either', () => {
    expect(expired('20261104T000000Z', raised, 5)).toBe(false);
  });
});
