import { describe, expect, it } from 'vitest';
import { type ContentGate, DEFAULT_GATE } from '../../../../core/contracts/plan.ts';
import type { ContentTotals, PointSummary } from '../../../../core/contracts/recovery-point.ts';
import { NO_HISTORY, suspicionsOf } from '../../../../core/ingest/gate-content.ts';
import { parseSlot } from '../../../../core/model/slot.ts';
import { NO_TYPES, SLOT } from '../facts.ts';

const USUAL: ContentTotals = {
  keys: 10_000,
  bytes: 1_000_000,
  withExpiry: 1_000,
  byType: { ...NO_TYPES, string: 8_000, hash: 2_000 },
};
const at = (slot: string, totals: ContentTotals = USUAL): PointSummary => ({
  slot: parseSlot(slot),
  tier: 'weekly',
  verdict: 'verified',
  totals,
});
const totalsWith = (changed: Partial<ContentTotals>): ContentTotals => ({ ...USUAL, ...changed });
const WEEK = { ...NO_HISTORY, recent: [at('20261121T040000Z'), at('20261121T020000Z')] };
const messages = (totals: ContentTotals, history = WEEK, gate = DEFAULT_GATE) =>
  suspicionsOf(SLOT, totals, history, gate).map(({ code, message }) => `${code}: ${message}`);

describe('the content gate', () => {
  it('lets pass what is as usual', () => expect(messages(USUAL)).toEqual([]));

  it.each<[string, Partial<ContentTotals>, string]>([
    [
      'fewer keys, and says nothing of what follows from that',
      { keys: 4_000, bytes: 1, byType: { ...NO_TYPES, string: 4_000 } },
      'Shrunk: it holds 4000 keys, 60 % fewer than the median of 10000 of the last verified week',
    ],
    [
      'nearly no keys, and does not say that all are gone',
      { keys: 3, bytes: 1, byType: { ...NO_TYPES, string: 3 } },
      'Shrunk: it holds 3 keys, 99 % fewer than the median of 10000 of the last verified week',
    ],
    [
      'fewer keys of one type among as many others',
      { byType: { ...NO_TYPES, string: 9_100, hash: 900 } },
      'Shrunk: it holds 900 keys of type hash, 55 % fewer than the median of 2000 of the last verified week',
    ],
    [
      'emptied values',
      { bytes: 200_000 },
      'Shrunk: its files have 200000 bytes, 80 % fewer than the median of 1000000 of the last verified week',
    ],
    [
      'expiries on keys that had none',
      { withExpiry: 9_000 },
      'ExpiriesMoved: 90 % of its keys have an expiry, against 10 % in the median of the last verified week',
    ],
  ])('stops %s', (_what, changed, message) => expect(messages(totalsWith(changed))).toEqual([message]));

  it.each<[string, Partial<ContentTotals>]>([
    [
      'a little more than half of everything',
      { keys: 5_001, bytes: 500_001, byType: { ...NO_TYPES, string: 4_001, hash: 1_001 } },
    ],
    ['expiries on half more', { withExpiry: 6_000 }],
    ['growth', { keys: 90_000, bytes: 9_000_000, byType: { ...NO_TYPES, string: 80_000, hash: 10_000 } }],
  ])('lets pass %s', (_what, changed) => expect(messages(totalsWith(changed))).toEqual([]));

  it('sees a slow decline that no single day shows', () => {
    const weekly = ['20261116T000000Z', '20261109T000000Z', '20261102T000000Z', '20261026T000000Z'].map(
      (slot, week) => at(slot, totalsWith({ keys: [3_600, 6_000, 9_000, 14_000][week] ?? 0 })),
    );
    const recent = [at('20261120T000000Z', totalsWith({ keys: 3_600 }))];
    const few = totalsWith({ keys: 3_500, withExpiry: 350 });
    expect(messages(few, { recent, weekly })).toEqual([
      'Shrunk: it holds 3500 keys, 61 % fewer than the median of 9000 of the weeks before',
    ]);
    expect(messages(totalsWith({ keys: 4_501, withExpiry: 450 }), { recent, weekly })).toEqual([]);
  });

  it('asks nothing older than what a person has accepted', () => {
    const small = totalsWith({
      keys: 100,
      withExpiry: 10,
      bytes: 9_000,
      byType: { ...NO_TYPES, string: 100 },
    });
    const recent = [at('20261121T040000Z', small), at('20261121T020000Z')];
    const weekly = [at('20261109T000000Z')];
    expect(messages(small, { recent, weekly })).not.toEqual([]);
    expect(messages(small, { recent, weekly, acceptedSlot: parseSlot('20261121T040000Z') })).toEqual([]);
  });

  it('is as strict as the plan says', () => {
    const some = totalsWith({ keys: 7_500, byType: { ...NO_TYPES, string: 6_000, hash: 1_500 } });
    expect(messages(some, WEEK, { shrinkShare: 0.2, fromKeys: 1_000 })).toEqual([
      'Shrunk: it holds 7500 keys, 25 % fewer than the median of 10000 of the last verified week',
    ]);
    expect(messages(some, WEEK, { shrinkShare: 0.3, fromKeys: 1_000 })).toEqual([]);
    expect(messages(totalsWith({ keys: 1 }), WEEK, { shrinkShare: 0.2, fromKeys: 10_001 })).toEqual([]);
  });

  it('does not cry wolf over a cache that is new or small', () => {
    expect(messages(totalsWith({ keys: 1 }), NO_HISTORY)).toEqual([]);
    const small = totalsWith({ keys: 99, byType: { ...NO_TYPES, string: 99 } });
    const history = { ...NO_HISTORY, recent: [at('20261121T040000Z', small)] };
    expect(messages(totalsWith({ keys: 1, bytes: 1, withExpiry: 1 }), history)).toEqual([]);
  });

  it('sees half of the demo’s thousand keys go, and what is written after a FLUSHALL', () => {
    const demo = {
      keys: 989,
      bytes: 160_000,
      withExpiry: 300,
      byType: { ...NO_TYPES, string: 600, hash: 389 },
    };
    const history = { ...NO_HISTORY, recent: [at('20261121T040000Z', demo)] };
    for (const keys of [494, 5]) expect(messages({ ...demo, keys }, history)).toHaveLength(1);
  });

  it.each<[string, ContentGate['expect'], Partial<ContentTotals>, string[]]>([
    [
      'what is as expected',
      { keys: 10_000, bytes: 1_000_000, expiringAtLeast: 0.1, expiringAtMost: 0.1 },
      {},
      [],
    ],
    ['fewer keys', { keys: 10_001 }, {}, ['it holds 10000 keys, and its plan expects at least 10001']],
    [
      'fewer bytes',
      { bytes: 2e6 },
      {},
      ['its files have 1000000 bytes, and its plan expects at least 2000000'],
    ],
    [
      'too few expiries',
      { expiringAtLeast: 0.9 },
      {},
      ['10 % of its keys have an expiry, and its plan expects at least 90 %'],
    ],
    [
      'too many',
      { expiringAtMost: 0 },
      {},
      ['10 % of its keys have an expiry, and its plan expects at most 0 %'],
    ],
  ])('holds a copy to what the plan expects, of a new cache too: %s', (_what, expected, changed, found) => {
    const gate = { ...DEFAULT_GATE, expect: expected };
    expect(messages(totalsWith(changed), NO_HISTORY, gate)).toEqual(
      found.map((each) => `Unexpected: ${each}`),
    );
  });

  it('never lets pass what is empty', () =>
    expect(messages(totalsWith({ keys: 0 }), NO_HISTORY)).toEqual(['Empty: it holds no keys']));
});
