import { expect, it } from 'vitest';
import { parseSlot } from '../../../../core/model/slot.ts';
import { keptInAnyCase } from '../../../../core/retention/kept-points.ts';
import { entryOf, summaryOf } from '../facts.ts';

const [FIRST, SECOND, NOW] = ['20260901T000000Z', '20261001T000000Z', '20261115T000000Z'];
const day = (of: number) => `202611${String(of).padStart(2, '0')}T000000Z`;
const address = (slot: string) => ({ cache: 'sessions', tier: 'daily' as const, slot: parseSlot(slot) });
const summary = (slot: string, lineage?: string) => ({ ...summaryOf(slot, 10), ...(lineage && { lineage }) });

const RECENT = [summary(day(20), NOW), summary(day(19), NOW), summary(day(18), NOW)];
const ENTRY = {
  ...entryOf(RECENT),
  lineage: NOW,
  earlier: [
    { lineage: SECOND, last: parseSlot(day(10)) },
    { lineage: FIRST, last: parseSlot(day(4)) },
  ],
};
const FOLDERS = [1, 2, 3, 4, 8, 9, 10, 18, 19, 20].map((of) => address(day(of)));

const kept = (entry: Parameters<typeof keptInAnyCase>[0]) =>
  keptInAnyCase(entry, 2, FOLDERS).map(({ slot, lineage }) => `${slot} ${lineage}`);

it('are the newest of each cache that had the name, whatever the registry still remembers', () => {
  expect(kept(ENTRY)).toEqual([
    `${day(20)} ${NOW}`,
    `${day(19)} ${NOW}`,
    `${day(10)} ${SECOND}`,
    `${day(9)} ${SECOND}`,
    `${day(4)} ${FIRST}`,
    `${day(3)} ${FIRST}`,
  ]);
});

it('are none of an earlier cache that a person has released', () => {
  const [second, first] = ENTRY.earlier;
  const released = { by: 'ann', at: '2026-11-21T07:00:00.000Z', why: 'gone' };
  const earlier = [
    { lineage: SECOND, last: parseSlot(day(10)), ...second, released },
    ...(first ? [first] : []),
  ];
  expect(kept({ ...ENTRY, earlier })).toEqual([
    `${day(20)} ${NOW}`,
    `${day(19)} ${NOW}`,
    `${day(4)} ${FIRST}`,
    `${day(3)} ${FIRST}`,
  ]);
});

it('of the cache of now are verified ones of its own alone, or of which it is not known', () => {
  const recent = [
    { ...summary(day(20), NOW), verdict: 'suspect' as const },
    summary(day(19)),
    summary(day(10), SECOND),
    summary(day(18), NOW),
  ];
  expect(kept({ ...entryOf(recent), lineage: NOW })).toEqual([`${day(19)} ${NOW}`, `${day(18)} ${NOW}`]);
});
