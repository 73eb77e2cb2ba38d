import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ExportSeal } from '../../../../core/contracts/export.ts';
import {
  exportsInTurn,
  type IngestProgress,
  ingestProgress,
  nextExports,
  type WaitingExport,
} from '../../../../core/ingest/order-ingests.ts';
import { executionNameOf } from '../../../../core/model/names.ts';
import { instantOf, parseSlot, type Slot, slotAt } from '../../../../core/model/slot.ts';
import { anySlot } from '../arbitraries.ts';
import { SLOT, sealOf } from '../facts.ts';

const NOW = new Date('2026-11-21T12:00:00Z');
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const EXPORT = { cache: 'sessions', slot: SLOT };

/** Executions of the export so far: minutes since each ended, or `running`. */
async function progressAfter(...executions: readonly (number | 'running')[]) {
  const asked: string[] = [];
  const progress = await ingestProgress(EXPORT, NOW, async (name) => {
    asked.push(name);
    const ended = executions[asked.length - 1];
    if (ended === undefined) return undefined;
    if (ended === 'running') return { status: 'RUNNING', stoppedAt: undefined };
    return { status: 'FAILED', stoppedAt: new Date(NOW.getTime() - ended * MINUTE_MS) };
  });
  expect(asked).toEqual(asked.map((_, at) => executionNameOf('sessions', SLOT, at + 1)));
  return { progress, asked: asked.length };
}

describe('ingestProgress', () => {
  it.each<[string, (number | 'running')[], IngestProgress['state'], number]>([
    ['due at once before the first try', [], 'due', 0],
    ['running in the first try', ['running'], 'running', 0],
    ['running in a later one', [120, 90, 'running'], 'running', 2],
    ['resting a moment after the first failed', [0], 'resting', 1],
    ['resting for 59 minutes', [59], 'resting', 1],
    ['due an hour after the first', [60], 'due', 1],
    ['resting 59 minutes after the last, however many there were', [240, 180, 120, 59], 'resting', 4],
    ['due an hour after the last', [240, 180, 120, 60], 'due', 4],
  ])('%s', async (_what, executions, state, failedTries) =>
    expect((await progressAfter(...executions)).progress).toEqual({ state, failedTries }),
  );

  it('looks for each execution once', async () =>
    expect((await progressAfter(240, 180, 120, 60)).asked).toBe(5));

  it('never gives up: the landing bucket ends it after a week', async () => {
    const week = Array.from({ length: 7 * 24 }, () => 61);
    expect(await progressAfter(...week)).toEqual({
      progress: { state: 'due', failedTries: 168 },
      asked: 169,
    });
  });

  it('waits for one that was redriven, though it had ended before', async () => {
    const redriven = { status: 'RUNNING', stoppedAt: new Date(0) };
    expect(await ingestProgress(EXPORT, NOW, async () => redriven)).toEqual({
      state: 'running',
      failedTries: 0,
    });
  });
});

describe('exportsInTurn', () => {
  const of = (cache: string, count: number) =>
    Array.from({ length: count }, (_, at) => ({ ...sealOf([{}], slotAt(new Date(at * HOUR_MS))), cache }));

  it('is all of them, as long as they can be asked about in one look', () => {
    expect(exportsInTurn([], 7)).toEqual([]);
    const few = [...of('orders', 60), ...of('audit', 40)];
    for (const look of [0, 1, 2]) expect(exportsInTurn(few, look)).toHaveLength(100);
  });

  it('is some caches after an outage, each with all its exports, and every cache within as many looks', () => {
    const caches = Array.from({ length: 25 }, (_, at) => `cache-${at}`);
    const all = caches.flatMap((cache) => of(cache, 12));
    const looks = [0, 1, 2, 3].map((look) => exportsInTurn(all, 4_000 + look));
    for (const part of looks) expect(part.length).toBeLessThanOrEqual(100);
    expect(
      looks
        .flat()
        .map(({ cache, slot }) => `${cache} ${slot}`)
        .sort(),
    ).toEqual(all.map(({ cache, slot }) => `${cache} ${slot}`).sort());
    for (const part of looks)
      for (const { cache } of part) expect(part.filter((each) => each.cache === cache)).toHaveLength(12);
  });

  it('leaves no cache out that has more than can be asked about', () => {
    const all = [...of('audit', 1), ...of('orders', 160), ...of('sessions', 1)];
    const looks = [0, 1, 2].map((look) => exportsInTurn(all, look));
    expect(looks.map((part) => part.length)).toEqual([1, 160, 1]);
  });
});

const DUE: IngestProgress = { state: 'due', failedTries: 0 };

const RUNNING: IngestProgress = { state: 'running', failedTries: 0 };
const ROOM = { lambdas: 1000, shardsAtOnce: 4 };

function waiting(
  slot: string,
  progress: IngestProgress = DUE,
  { cache = 'sessions', shards = 1 } = {},
): WaitingExport {
  return { seal: { ...sealOf(Array(shards).fill({}), parseSlot(slot)), cache }, progress };
}

/** Slots that go next of these exports of one cache, which are given oldest first, in any order. */
function nextOf(...progress: readonly IngestProgress[]): readonly number[] {
  const exports = progress.map((each, at) => waiting(`2026112${at + 1}T060000Z`, each));
  const chosen = nextExports(exports, ROOM).map((each) => exports.indexOf(each));
  const reversed = nextExports(exports.toReversed(), ROOM).map((each) => exports.indexOf(each));
  expect(reversed).toEqual(chosen);
  return chosen;
}

describe('nextExports', () => {
  it('is the oldest slot of each cache, whatever the order', () => {
    const [first, second, third] = ['20261121T060000Z', '20261121T000000Z', '20261121T120000Z'].map((slot) =>
      waiting(slot),
    );
    const other = waiting('20261121T060000Z', DUE, { cache: 'audit' });
    const exports = [first, other, second, third].flatMap((each) => each ?? []);
    expect(nextExports(exports, ROOM)).toEqual([second, other]);
    expect(nextExports([], ROOM)).toEqual([]);
  });

  describe('with ten Lambdas in the account, takes five of them', () => {
    const TEN = { lambdas: 10, shardsAtOnce: 4 };
    const [EARLY, LATE] = ['20261121T000000Z', '20261121T060000Z'] as const;
    const of = (cache: string, shards: number, progress = DUE, slot: string = LATE) =>
      waiting(slot, progress, { cache, shards });
    const early = (cache: string, shards: number) => of(cache, shards, DUE, EARLY);
    const single = (...caches: readonly string[]) => caches.map((cache) => of(cache, 1));

    it.each([
      [
        'five single shards, whoever has waited longest first',
        'fabcd',
        [...single('a', 'b', 'c', 'd', 'e'), early('f', 1)],
      ],
      [
        'one of many shards, which runs four at a time, and one more',
        'ab',
        [of('a', 90), ...single('b', 'c')],
      ],
      ['nothing beside what runs already', '', [of('a', 5, RUNNING), of('b', 2)]],
      ['what fits beside what runs', 'b', [of('a', 2, RUNNING), of('b', 3), ...single('c')]],
      ['nothing ahead of one that does not fit', '', [of('a', 3, RUNNING), early('b', 4), ...single('c')]],
    ])('%s', (_, expected, exports) => {
      const started = nextExports(exports, TEN).map(({ seal }) => seal.cache);
      expect(started.join('')).toBe(expected);
    });

    it('and at least one, if nothing runs and the account has hardly any', () => {
      expect(nextExports([of('a', 9)], { lambdas: 1, shardsAtOnce: 4 })).toHaveLength(1);
    });
  });

  const failed = (failedTries: number): IngestProgress => ({ state: 'due', failedTries });
  const resting = (failedTries: number): IngestProgress => ({ state: 'resting', failedTries });
  const running = (failedTries: number): IngestProgress => ({ state: 'running', failedTries });

  it.each<[string, IngestProgress[], number[]]>([
    ['none while one runs', [running(0), DUE], []],
    ['none while a newer one runs', [failed(3), running(0), DUE], []],
    ['none while an older one that has stood aside runs', [running(3), DUE], []],
    ['none while the oldest rests', [resting(1), DUE], []],
    ['none while the oldest rests for the last time', [resting(2), DUE], []],
    ['the oldest again, before newer ones', [failed(2), DUE], [0]],
    ['a newer one, once the oldest has failed three times', [failed(3), DUE], [1]],
    ['a newer one at once, though the oldest has only just failed', [resting(3), DUE], [1]],
    ['none while that newer one rests, though the oldest is due', [failed(3), resting(1)], []],
    ['the oldest of those that do not stand aside', [failed(3), failed(4), DUE, DUE], [2]],
    ['of those that stand aside the least tried', [failed(5), failed(4), failed(5)], [1]],
    ['of those that are tried as often the oldest', [failed(4), failed(4)], [0]],
    ['none of those that stand aside while another one rests', [failed(3), resting(4)], []],
    ['none of those that stand aside while it is another one’s turn', [resting(3), failed(4)], []],
  ])('%s', (_what, progress, next) => expect(nextOf(...progress)).toEqual(next));

  it('is never one that is not due, nor two of a cache, nor any of a cache that has one running', () => {
    const progress = fc.record({
      state: fc.constantFrom<IngestProgress['state']>('running', 'resting', 'due'),
      failedTries: fc.nat({ max: 6 }),
    });
    const one = fc.record({ slot: anySlot, progress, cache: fc.constantFrom('audit', 'orders', 'sessions') });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 12 }), (all) => {
        const exports = all.map(({ slot, progress: each, cache }) => waiting(slot, each, { cache }));
        const next = nextExports(exports, ROOM);
        const caches = next.map(({ seal }) => seal.cache);
        expect(new Set(caches).size).toBe(caches.length);
        for (const each of next) expect(each.progress.state).toBe('due');
        for (const each of exports)
          if (each.progress.state === 'running') expect(caches).not.toContain(each.seal.cache);
      }),
    );
  });
});

interface Try {
  readonly slot: Slot;
  readonly at: Date;
  readonly succeeded: boolean;
}

/**
 * What find-exports does every 5 minutes about a cache that is backed up every 6 hours, when a try takes a minute: all
 * tries, and the slots that are left after so many hours.
 */
async function simulate(hours: number, succeeds: (slot: Slot, afterHours: number) => boolean) {
  const start = Date.parse('2026-11-21T00:00:00Z');
  const tries: Try[] = [];
  const seals: ExportSeal[] = [];
  const triesOf = (slot: Slot) => tries.filter((each) => each.slot === slot);
  const isOpen = ({ slot }: ExportSeal) => !triesOf(slot).at(-1)?.succeeded;
  for (let passedMs = 0; passedMs < hours * HOUR_MS; passedMs += 5 * MINUTE_MS) {
    const now = new Date(start + passedMs);
    if (passedMs % (6 * HOUR_MS) === 0) seals.push(sealOf([{}], slotAt(now)));
    const progress = seals.filter(isOpen).map(async (seal) => {
      const ended = triesOf(seal.slot).map(({ at }) => new Date(at.getTime() + MINUTE_MS));
      const find = async () => {
        const stoppedAt = ended.shift();
        return stoppedAt && { status: 'FAILED', stoppedAt };
      };
      return { seal, progress: await ingestProgress(seal, now, find) };
    });
    for (const { seal } of nextExports(await Promise.all(progress), ROOM))
      tries.push({ slot: seal.slot, at: now, succeeded: succeeds(seal.slot, passedMs / HOUR_MS) });
  }
  return { tries, slots: seals.map(({ slot }) => slot), left: seals.filter(isOpen).map(({ slot }) => slot) };
}

describe('over days', () => {
  it('one poisoned export holds up no newer one', async () => {
    const { tries, left } = await simulate(48, (slot) => slot !== '20261121T000000Z');
    expect(left).toEqual(['20261121T000000Z']);
    for (const { slot, at, succeeded } of tries.filter((each) => each.slot !== left[0]))
      expect({ at, succeeded }).toEqual({ at: instantOf(slot), succeeded: true });
  });

  it('a fault of the whole cache is tried once an hour, however many exports wait, and then they drain', async () => {
    const faultHours = 6 * 24;
    const { tries, left, slots } = await simulate(faultHours + 5, (_slot, hours) => hours >= faultHours);
    const failed = tries.filter(({ succeeded }) => !succeeded);
    // A new export goes first at once, so each may cost one try more than one an hour.
    expect(failed.length).toBeLessThanOrEqual(faultHours + slots.length);
    expect(new Set(failed.map(({ slot }) => slot)).size).toBeGreaterThanOrEqual(24);
    expect(left).toEqual([]);
  });
});
