import { describe, expect, it } from 'vitest';
import { DEFAULT_GATE } from '../../../../core/contracts/plan.ts';
import type {
  ContentTotals,
  PointSummary,
  RegistryEntry,
} from '../../../../core/contracts/recovery-point.ts';
import { warningsOf } from '../../../../core/ingest/content-warnings.ts';
import { lossOf } from '../../../../core/ingest/explain-loss.ts';
import { type GateHistory, NO_HISTORY, suspicionsOf } from '../../../../core/ingest/gate-content.ts';
import { type Slot, slotAt } from '../../../../core/model/slot.ts';
import { summaryOf } from '../../../../core/retention/lineages.ts';
import { noticesOfContent } from '../../../../core/watch/content-notices.ts';
import { entryOf, NO_TYPES, pointOf, summaryOf as summaryAt } from '../facts.ts';

const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 10, 3);

const totalsOf = (keys: number, changed: Partial<ContentTotals> = {}): ContentTotals => ({
  keys,
  bytes: keys * 100,
  withExpiry: Math.round(keys * 0.3),
  byType: { ...NO_TYPES, string: Math.round(keys * 0.9), hash: Math.round(keys * 0.1) },
  ...changed,
});

interface Gated {
  readonly points: readonly PointSummary[];
  /** Copies since the change that passed. */
  readonly passed: number;
  readonly suspect:
    | { readonly slot: Slot; readonly lastGood: Slot | undefined; readonly counts: number }
    | undefined;
}

/** Copies of a cache, one after the other, as the registry remembers them, until one is suspect. */
function gated(
  everyHours: number,
  { quietDays, copies }: { readonly quietDays: number; readonly copies: number },
  totalsAt: (at: number, since: number, hour: number) => ContentTotals,
): Gated {
  const points: PointSummary[] = [];
  const quiet = (quietDays * 24) / everyHours;
  for (let at = 0; at < quiet + copies; at++) {
    const instant = new Date(START_MS + at * everyHours * HOUR_MS);
    const slot = slotAt(instant);
    const totals = totalsAt(at, at - quiet + 1, instant.getUTCHours());
    const history = rememberedOf(points);
    const odd = suspicionsOf(slot, totals, history, DEFAULT_GATE);
    if (odd.length > 0) {
      const loss = lossOf({ slot, totals }, odd, { history, gate: DEFAULT_GATE });
      const suspect = { slot, lastGood: loss?.lastGood, counts: loss?.counts.length ?? 0 };
      return { points, passed: at - quiet, suspect };
    }
    points.push({
      slot,
      tier: instant.getUTCDay() === 1 && instant.getUTCHours() === 0 ? 'weekly' : 'hourly',
      verdict: 'verified',
      totals,
    });
  }
  return { points, passed: copies, suspect: undefined };
}

function rememberedOf(points: readonly PointSummary[]): GateHistory {
  const newest = [...points].reverse();
  return { recent: newest.slice(0, 36), weekly: newest.filter(({ tier }) => tier === 'weekly').slice(0, 8) };
}

describe('a loss of 5 % with every copy', () => {
  const losing = (_at: number, since: number) => totalsOf(Math.round(10_000 * 0.95 ** Math.max(0, since)));

  it.each([
    ['every 2 hours', 2, 13],
    ['every 6 hours', 6, 13],
    ['every 24 hours', 24, 13],
  ])('is seen when half is gone: %s', (_what, every, passed) => {
    expect(gated(every, { quietDays: 14, copies: 60 }, losing)).toMatchObject({ passed });
  });

  it('recommends the last copy before it began, and shows the counts since', () => {
    const { points, suspect } = gated(2, { quietDays: 3, copies: 60 }, losing);
    expect(suspect?.lastGood).toBe(points[35]?.slot);
    expect(points[35]?.totals.keys).toBe(10_000);
    expect(suspect?.counts).toBe(12);
  });

  it('recommends the fullest copy that is left, when S3 has expired those from before', () => {
    const { points } = gated(24, { quietDays: 14, copies: 13 }, losing);
    const slot = slotAt(new Date(START_MS + 27 * 24 * HOUR_MS));
    const history = rememberedOf(points);
    const totals = totalsOf(4_877);
    const odd = suspicionsOf(slot, totals, history, DEFAULT_GATE);
    const kept = new Set(points.slice(-7).map((point) => point.slot));
    const loss = lossOf({ slot, totals }, odd, { history, gate: DEFAULT_GATE, kept });
    expect(loss?.lastGood).toBe(points.at(-7)?.slot);
    expect(loss?.counts[0]).toEqual({ slot: points[13]?.slot, count: 10_000 });
  });

  it('of one type among many others is seen as well', () => {
    const hashes = (_at: number, since: number) =>
      totalsOf(10_000, {
        byType: { ...NO_TYPES, string: 8_000, hash: Math.round(2_000 * 0.95 ** Math.max(0, since)) },
      });
    expect(gated(2, { quietDays: 3, copies: 60 }, hashes)).toMatchObject({ passed: 13 });
  });
});

describe('a sudden loss', () => {
  it('recommends the copy before it, though an earlier one held more', () => {
    const falling = (at: number) => totalsOf([12_000, 9_000, 2_000][Math.max(0, at - 34)] ?? 12_000);
    const { points, suspect } = gated(2, { quietDays: 3, copies: 2 }, falling);
    expect(suspect?.lastGood).toBe(points.at(-1)?.slot);
  });

  it('of which no copy is from before recommends none', () =>
    expect(
      lossOf({ slot: slotAt(new Date(START_MS)), totals: totalsOf(0) }, [{ code: 'Empty', message: '' }], {
        history: NO_HISTORY,
        gate: DEFAULT_GATE,
      }),
    ).toBeUndefined());
});

describe('no false alarm', () => {
  const noise = (at: number) => 1 + 0.08 * Math.sin(at * 12.9898) * Math.cos(at * 78.233);
  it.each<[string, (at: number, since: number, hour: number) => ContentTotals]>([
    ['noise', (at) => totalsOf(Math.round(10_000 * noise(at)))],
    [
      'a cache that is fuller by day than by night',
      (at, _since, hour) => totalsOf(Math.round(10_000 * noise(at) * (hour >= 8 && hour < 20 ? 1 : 0.6))),
    ],
    ['growth', (at) => totalsOf(1_000 + at * 40)],
    ['a decline of a third over six weeks', (at) => totalsOf(Math.round(10_000 * (1 - at / 1_512)))],
  ])('over six weeks of %s', (_what, totalsAt) => {
    const { points, suspect } = gated(2, { quietDays: 0, copies: 504 }, totalsAt);
    expect(suspect).toBeUndefined();
    const warned = points.filter(
      ({ slot, totals }, at) =>
        warningsOf(slot, totals, rememberedOf(points.slice(0, at)), DEFAULT_GATE).length > 0,
    );
    expect(warned).toEqual([]);
  });
});

describe('what is odd about a copy with as many keys as ever', () => {
  const usual = gated(2, { quietDays: 3, copies: 0 }, () => totalsOf(10_000, { entropy: 5 })).points;
  const history = rememberedOf(usual);
  const slot = slotAt(new Date(START_MS + 72 * HOUR_MS));
  const codes = (totals: ContentTotals, of = history) =>
    warningsOf(slot, totals, of, DEFAULT_GATE).map(({ code, message }) => `${code}: ${message}`);

  it.each<[string, ContentTotals, string[]]>([
    ['nothing', totalsOf(10_000), []],
    ['a little more and a little larger', totalsOf(12_000, { bytes: 1_400_000 }), []],
    [
      'compressible values replaced by rubbish',
      totalsOf(10_000, { bytes: 1_300_000 }),
      ['ValuesChanged: its files have 130 bytes per key; in the last verified week it was 100'],
    ],
    [
      'rubbish of the same length',
      totalsOf(10_000, { entropy: 6.4 }),
      ['ValuesChanged: its files have 6.4 bits of entropy per byte; in the last verified week it was 5'],
    ],
    ['a little more entropy', totalsOf(10_000, { entropy: 5.5 }), []],
    [
      'shorter values',
      totalsOf(10_000, { bytes: 750_000 }),
      ['ValuesChanged: its files have 75 bytes per key; in the last verified week it was 100'],
    ],
    [
      'no expiry on any key',
      totalsOf(10_000, { withExpiry: 0 }),
      ['ExpiriesChanged: 0 % of its keys have an expiry; in the last verified week it was 30 %'],
    ],
    [
      'every key twice',
      totalsOf(20_000),
      ['Grown: it holds 20000 keys; no verified copy of the last weeks holds more than 10000'],
    ],
  ])('%s', (_what, totals, found) => {
    expect(codes(totals)).toEqual(found);
    expect(suspicionsOf(slot, totals, history, DEFAULT_GATE)).toEqual([]);
  });

  it('is not said of a cache that is new, or small', () => {
    expect(codes(totalsOf(20_000), NO_HISTORY)).toEqual([]);
    expect(codes(totalsOf(20_000), { ...NO_HISTORY, recent: history.recent.slice(0, 2) })).toEqual([]);
    const small = history.recent.map((point) => ({ ...point, totals: totalsOf(99) }));
    expect(codes(totalsOf(99, { withExpiry: 0 }), { ...NO_HISTORY, recent: small })).toEqual([]);
  });

  it('is reported once, from the registry, with the copy before it', () => {
    const reasons = [
      { code: 'ExpiriesChanged', message: 'expiries' },
      { code: 'ChecksumAbsent', message: 'no checksum' },
    ];
    const newest = summaryOf(pointOf({ reasons }));
    expect(newest.warnings).toEqual([reasons[0]]);
    const before = summaryAt('20261121T040000Z', 10);
    const entry: RegistryEntry = entryOf([newest, before]);
    const freshness = {
      cache: 'sessions',
      plan: 'p',
      newest,
      ageSeconds: 1,
      rpoSeconds: 10,
      outsideRpo: false,
    };
    const [notice] = noticesOfContent([freshness], [entry]);
    expect(notice).toMatchObject({
      parts: [newest.slot],
      alert: { severity: 'ticket', code: 'ContentChanged' },
    });
    expect(notice?.alert.text).toContain('  - expiries\n');
    expect(notice?.alert.text).toContain('npx redrill hold sessions/20261121T040000Z');
    expect(noticesOfContent([{ ...freshness, newest: before }], [entry])).toEqual([]);
  });

  it('is nothing of a suspect copy that a person has accepted', () => {
    const accepted = { by: 'ann', at: '2026-11-21T07:00:00.000Z', why: 'w' };
    const reasons = [{ code: 'Grown', message: 'm' }];
    expect(summaryOf(pointOf({ reasons, accepted }))).not.toHaveProperty('warnings');
  });
});
