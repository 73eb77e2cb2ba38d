import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { slotAt } from '../../../../core/model/slot.ts';
import { TIERS } from '../../../../core/model/tier.ts';
import { VERDICTS, type Verdict } from '../../../../core/model/verdict.ts';
import {
  decideReleases,
  type ReleaseCandidate,
  releasedThrough,
} from '../../../../core/retention/decide-releases.ts';

const START = Date.UTC(2026, 10, 1);
const slotNumber = (number: number) => slotAt(new Date(START + number * 3_600_000));

/** `V` verified, `S` suspect, `C` corrupt; oldest first, an hour apart. */
function history(letters: string): readonly ReleaseCandidate[] {
  const verdicts: Readonly<Record<string, Verdict>> = { V: 'verified', S: 'suspect', C: 'corrupt' };
  return [...letters].map((letter, at) => ({
    slot: slotNumber(at),
    tier: 'hourly',
    verdict: verdicts[letter] ?? 'corrupt',
  }));
}

/** `r` released, `k` kept; oldest first. */
function decided(letters: string, minimumRedundancy: number): string {
  const points = history(letters);
  const { release } = decideReleases(points, { minimumRedundancy });
  return points.map((point) => (release.some((each) => each.point === point) ? 'r' : 'k')).join('');
}

const anyHistory = fc
  .uniqueArray(
    fc.record({
      number: fc.integer({ min: 0, max: 500 }),
      tier: fc.constantFrom(...TIERS),
      verdict: fc.constantFrom(...VERDICTS),
    }),
    { selector: ({ number }) => number, maxLength: 40 },
  )
  .map((points) =>
    points.map(
      ({ number, tier, verdict }): ReleaseCandidate => ({ slot: slotNumber(number), tier, verdict }),
    ),
  );
const anyRedundancy = fc.integer({ min: 1, max: 6 });

describe('decideReleases', () => {
  it.each([
    ['', 2, ''],
    ['V', 2, 'k'],
    ['VV', 2, 'kk'],
    ['VVV', 2, 'rkk'],
    ['VVVVV', 2, 'rrrkk'],
    ['VVVVV', 1, 'rrrrk'],
    ['VVVVV', 5, 'kkkkk'],
    ['CCC', 2, 'kkk'],
    ['CVV', 2, 'rkk'],
    ['VCVCV', 2, 'rrkkk'],
    ['VVVC', 2, 'rkkk'],
    ['VVVS', 2, 'kkkk'],
    ['VVVSC', 2, 'kkkkk'],
    ['VVVSV', 2, 'rrkkk'],
    ['SSS', 1, 'kkk'],
    ['SVVV', 2, 'rrkk'],
  ])('%j with redundancy %d: %j', (letters, redundancy, expected) =>
    expect(decided(letters, redundancy)).toBe(expected),
  );

  it('says why', () => {
    const why = (letters: string) => {
      const { keep, release } = decideReleases(history(letters), { minimumRedundancy: 2 });
      return { keep: keep.map((each) => each.why), release: release.map((each) => each.why) };
    };
    expect(why('VVV')).toEqual({
      keep: ['only 0 newer verified, 2 are required', 'only 1 newer verified, 2 are required'],
      release: ['2 newer verified ones exist'],
    });
    expect(why('VS').keep[0]).toBe(`releases are stopped: ${slotNumber(1)} is suspect`);
  });

  it('keeps or releases every point, and none twice', () => {
    fc.assert(
      fc.property(anyHistory, anyRedundancy, (points, minimumRedundancy) => {
        const { keep, release } = decideReleases(points, { minimumRedundancy });
        const all = [...keep, ...release].map(({ point }) => point);
        expect(all).toHaveLength(points.length);
        expect(new Set(all)).toEqual(new Set(points));
      }),
    );
  });

  it('keeps the newest verified ones, as many as are required, and all that is newer', () => {
    fc.assert(
      fc.property(anyHistory, anyRedundancy, (points, minimumRedundancy) => {
        const { release } = decideReleases(points, { minimumRedundancy });
        const released = new Set(release.map(({ point }) => point.slot));
        const verified = points.filter(({ verdict }) => verdict === 'verified').map(({ slot }) => slot);
        const newest = verified.sort().reverse().slice(0, minimumRedundancy);
        const oldestKept = newest.at(-1) ?? '';
        for (const { slot } of points) if (slot >= oldestKept) expect(released).not.toContain(slot);
      }),
    );
  });

  it('releases nothing while something newer than the newest verified point is suspect', () => {
    fc.assert(
      fc.property(anyHistory, anyRedundancy, (points, minimumRedundancy) => {
        const suspect: ReleaseCandidate = { slot: slotNumber(501), tier: 'hourly', verdict: 'suspect' };
        expect(decideReleases([...points, suspect], { minimumRedundancy }).release).toEqual([]);
      }),
    );
  });

  it('does not depend on the order of its input', () => {
    const shuffled = anyHistory.chain((points) =>
      fc.tuple(fc.constant(points), fc.shuffledSubarray(points, { minLength: points.length })),
    );
    fc.assert(
      fc.property(shuffled, anyRedundancy, ([points, others], minimumRedundancy) => {
        const decision = decideReleases(points, { minimumRedundancy });
        expect(decideReleases(others, { minimumRedundancy })).toEqual(decision);
      }),
    );
  });

  it('takes no release back as verified points arrive', () => {
    fc.assert(
      fc.property(anyHistory, anyRedundancy, (points, minimumRedundancy) => {
        const before = decideReleases(points, { minimumRedundancy }).release.map(({ point }) => point);
        const fresh: ReleaseCandidate = { slot: slotNumber(501), tier: 'hourly', verdict: 'verified' };
        const after = decideReleases([...points, fresh], { minimumRedundancy }).release.map(
          ({ point }) => point,
        );
        expect(after).toEqual(expect.arrayContaining(before));
      }),
    );
  });

  it('decides alike when what it released is gone, or is not looked at again', () => {
    fc.assert(
      fc.property(anyHistory, anyRedundancy, (points, minimumRedundancy) => {
        const first = decideReleases(points, { minimumRedundancy });
        const kept = first.keep.map(({ point }) => point);
        expect(decideReleases(kept, { minimumRedundancy })).toEqual({ keep: first.keep, release: [] });
        const through = releasedThrough(first) ?? '';
        const next = decideReleases(
          points.filter(({ slot }) => slot >= through),
          { minimumRedundancy },
        );
        expect(next.keep).toEqual(first.keep);
      }),
    );
  });
});

describe('releasedThrough', () => {
  it('is the newest released slot', () =>
    expect(releasedThrough(decideReleases(history('VVVVV'), { minimumRedundancy: 2 }))).toBe(slotNumber(2)));

  it('is nothing if nothing was released', () =>
    expect(releasedThrough(decideReleases(history('VS'), { minimumRedundancy: 1 }))).toBeUndefined());

  it('leaves no kept point behind', () => {
    fc.assert(
      fc.property(anyHistory, anyRedundancy, (points, minimumRedundancy) => {
        const decision = decideReleases(points, { minimumRedundancy });
        const through = releasedThrough(decision) ?? '';
        for (const { point } of decision.keep) expect(point.slot > through).toBe(true);
      }),
    );
  });
});

describe('a point that a person holds', () => {
  const points = history('VVVVV');
  const holds = [{ slot: slotNumber(1), by: 'ann', why: 'audit' }];

  it('is not released, and says who holds it and why', () => {
    const { keep, release } = decideReleases(points, { minimumRedundancy: 2, holds });
    expect(release.map(({ point }) => point.slot)).toEqual([slotNumber(2), slotNumber(0)]);
    expect(keep.find(({ point }) => point.slot === slotNumber(1))?.why).toBe('held by ann: audit');
  });

  it('counts as a verified one all the same', () =>
    expect(
      decideReleases(history('VVV'), {
        minimumRedundancy: 2,
        holds: [{ slot: slotNumber(2), by: 'a', why: 'b' }],
      }).release.map(({ point }) => point.slot),
    ).toEqual([slotNumber(0)]));
});
