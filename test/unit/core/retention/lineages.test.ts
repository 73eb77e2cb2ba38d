import { describe, expect, it } from 'vitest';
import type { EarlierLineage, PointSummary } from '../../../../core/contracts/recovery-point.ts';
import { historyOf } from '../../../../core/ingest/gate-content.ts';
import { lineageIdOf, readableLineage } from '../../../../core/model/lineage.ts';
import { parseSlot, type Slot, slotAt } from '../../../../core/model/slot.ts';
import { classifyTier } from '../../../../core/retention/classify-tier.ts';
import { decideReleases, isReleased } from '../../../../core/retention/decide-releases.ts';
import { earlierAfter, lineagesWith, summaryOf, withReleased } from '../../../../core/retention/lineages.ts';
import { entryOf, PLAN, pointOf, summaryOf as summaryAt } from '../facts.ts';

const FIRST = '20261101T061502Z';
const SECOND = '20261110T120000Z';
const THIRD = '20261120T000000Z';

const slotOf = (day: number): Slot => slotAt(new Date(Date.UTC(2026, 10, day)));
const of = (lineage: string | undefined, ...days: readonly number[]): PointSummary[] =>
  days.map((day) => ({ ...summaryAt(slotOf(day), 10), ...(lineage && { lineage }) }));
const days = (points: readonly { readonly point: PointSummary }[]) =>
  points.map(({ point }) => Number(point.slot.slice(6, 8))).sort((one, other) => one - other);
const releasedOf = (points: readonly PointSummary[], earlier: readonly EarlierLineage[] = []) =>
  days(decideReleases(points, { minimumRedundancy: 2, earlier }).release);

describe('a lineage', () => {
  it('is when the cache was created, to the second', () => {
    expect(lineageIdOf('2026-11-01T06:15:02.345Z')).toBe(FIRST);
    expect(readableLineage(FIRST)).toBe('2026-11-01 06:15:02 UTC');
    const lineage = { arn: 'arn', createdAt: '2026-11-01T06:15:02.345Z' };
    expect(summaryOf(pointOf({ lineage })).lineage).toBe(FIRST);
    expect(summaryOf(pointOf())).not.toHaveProperty('lineage');
  });
});

describe('decideReleases, of a cache that was made anew under its name', () => {
  it.each<[string, PointSummary[], number[]]>([
    ['keeps the last ones of the earlier cache', [...of(FIRST, 1, 2, 3), ...of(SECOND, 11, 12, 13)], [1, 11]],
    ['even when the new one has many', [...of(FIRST, 2, 3), ...of(SECOND, 11, 12, 13, 14, 15)], [11, 12, 13]],
    ['of three caches', [...of(FIRST, 1), ...of(SECOND, 11, 12, 13), ...of(THIRD, 21, 22, 23)], [11, 21]],
    [
      'counts what is not known with any',
      [...of(FIRST, 1, 2), ...of(undefined, 3, 4), ...of(SECOND, 11)],
      [1, 2, 3],
    ],
    ['has what is not known superseded by any', [...of(undefined, 1), ...of(SECOND, 11, 12)], [1]],
    ['counts an earlier one that came in late', [...of(FIRST, 1, 2, 3), ...of(SECOND, 11, 12)], [1]],
  ])('%s', (_what, points, released) => expect(releasedOf(points)).toEqual(released));

  it('says of which cache too few newer ones are', () => {
    const { keep } = decideReleases([...of(FIRST, 1), ...of(SECOND, 11)], { minimumRedundancy: 2 });
    expect(keep.map(({ why }) => why)).toEqual([
      'only 0 newer verified, 2 are required',
      'only 0 newer verified of the cache created 2026-11-01 06:15:02 UTC, 2 are required',
    ]);
  });

  it('lets a suspicion of the new cache not stop what the earlier one has superseded, nor the other way round', () => {
    const suspect = { ...of(SECOND, 12)[0], verdict: 'suspect' } as PointSummary;
    expect(releasedOf([...of(FIRST, 1, 2, 3), ...of(SECOND, 11), suspect])).toEqual([1]);
    const old = { ...of(FIRST, 4)[0], verdict: 'suspect' } as PointSummary;
    expect(releasedOf([...of(FIRST, 1, 2, 3), old, ...of(SECOND, 11, 12, 13)])).toEqual([11]);
  });

  it('releases all of an earlier cache that a person has released, but for what is held', () => {
    const by = { by: 'ann', at: '2026-11-15T00:00:00.000Z', why: 'replaced' };
    const earlier = [{ lineage: FIRST, last: slotOf(3), released: by }];
    const points = [...of(FIRST, 2, 3), ...of(SECOND, 11)];
    expect(releasedOf(points, earlier)).toEqual([2, 3]);
    const holds = [{ slot: slotOf(3), by: 'bob', why: 'audit' }];
    const { release } = decideReleases(points, { minimumRedundancy: 2, earlier, holds });
    expect(days(release)).toEqual([2]);
    expect(release[0]?.why).toBe('ann released the cache created 2026-11-01 06:15:02 UTC');
  });
});

describe('the registry', () => {
  const before = { ...entryOf(of(FIRST, 3, 2)), lineage: FIRST, releasedThrough: slotOf(1) };

  it.each([
    ['begins with the first that is told', entryOf([]), of(FIRST, 1)[0], { lineage: FIRST }],
    ['stays when a point does not tell', before, of(undefined, 4)[0], { lineage: FIRST }],
    ['stays with another point of the same', before, of(FIRST, 4)[0], { lineage: FIRST }],
    [
      'notes where the earlier one ended',
      before,
      of(SECOND, 11)[0],
      { lineage: SECOND, earlier: [{ lineage: FIRST, last: slotOf(3), releasedThrough: slotOf(1) }] },
    ],
  ])('%s', (_what, entry, point, expected) =>
    expect(lineagesWith(entry, point as PointSummary)).toEqual(expected),
  );

  it('takes in an export of the earlier cache that comes late', () => {
    const entry = {
      ...entryOf(of(SECOND, 11)),
      lineage: SECOND,
      earlier: [{ lineage: FIRST, last: slotOf(3) }],
    };
    const late = of(FIRST, 4)[0] as PointSummary;
    expect(lineagesWith(entry, late).earlier).toEqual([{ lineage: FIRST, last: slotOf(4) }]);
    const older = of(FIRST, 2)[0] as PointSummary;
    expect(lineagesWith(entry, older).earlier).toEqual([{ lineage: FIRST, last: slotOf(3) }]);
    expect(lineagesWith({ ...entry, earlier: [] }, late)).toEqual({
      lineage: SECOND,
      earlier: [{ lineage: FIRST, last: slotOf(4) }],
    });
  });

  it('takes nothing of an earlier cache for released because newer points of the name were', () => {
    const marks = {
      holds: [],
      lineage: SECOND,
      releasedThrough: slotOf(20),
      earlier: [{ lineage: FIRST, last: slotOf(3), releasedThrough: slotOf(1) }],
    };
    const [one, two] = of(FIRST, 1, 2);
    expect([one, two].map((point) => isReleased(marks, point as PointSummary))).toEqual([true, false]);
    expect(isReleased(marks, of(SECOND, 12)[0] as PointSummary)).toBe(true);
    expect(isReleased(marks, of(undefined, 2)[0] as PointSummary)).toBe(true);
  });

  it('notes up to where an earlier cache was released', () => {
    const earlier = [{ lineage: FIRST, last: slotOf(3) }];
    const release = [...of(FIRST, 1, 2), ...of(SECOND, 11)].map((point) => ({ point, why: 'w' }));
    expect(earlierAfter(earlier, { keep: [], release })).toEqual([
      { lineage: FIRST, last: slotOf(3), releasedThrough: slotOf(2) },
    ]);
  });

  it('lets a person release an earlier cache, and has every point looked at again', () => {
    const released = { by: 'ann', at: '2026-11-15T00:00:00.000Z', why: 'replaced' };
    const entry = {
      ...entryOf([]),
      lineage: SECOND,
      releasedThrough: slotOf(12),
      earlier: [{ lineage: FIRST, last: slotOf(3) }],
    };
    const after = withReleased(entry, FIRST, released);
    expect(after.earlier).toEqual([{ lineage: FIRST, last: slotOf(3), released }]);
    expect(after).toMatchObject({ releasedThrough: slotOf(12), passedOver: [slotOf(3)] });
    expect(() => withReleased(entry, SECOND, released)).toThrow('is the newest cache of that name');
    expect(() => withReleased(entry, THIRD, released)).toThrow(`it has ${FIRST}`);
  });
});

describe('what else counts per lineage', () => {
  it('is what the content gate compares with', () => {
    const recent = [...of(SECOND, 11), ...of(FIRST, 3), ...of(undefined, 2)];
    const { recent: own } = historyOf({ recent, weekly: recent }, SECOND);
    expect(own.map(({ slot }) => slot)).toEqual([slotOf(11), slotOf(2)]);
  });

  it('is not lost on a plan without any', () => {
    expect(classifyTier(parseSlot('20261111T000000Z'), []).tier).toBe('monthly');
    expect(PLAN.minimumRedundancy).toBe(2);
  });
});
