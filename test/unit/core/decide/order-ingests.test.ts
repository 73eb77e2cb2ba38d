import { describe, expect, it } from 'vitest';
import { nextAttempt, oldestPerCache } from '../../../../core/decide/order-ingests.ts';
import { executionNameOf } from '../../../../core/model/names.ts';
import { parseSlot } from '../../../../core/model/slot.ts';
import { SLOT, sealOf } from '../facts.ts';

const NOW = new Date('2026-11-21T12:00:00Z');
const MINUTE_MS = 60_000;
const EXPORT = { cache: 'sessions', slot: SLOT };

/** Executions of the export so far: minutes since each ended, or `running`. */
async function attemptAfter(...executions: readonly (number | 'running')[]) {
  const asked: string[] = [];
  const attempt = await nextAttempt(EXPORT, NOW, async (name) => {
    asked.push(name);
    const ended = executions[asked.length - 1];
    if (ended === undefined) return undefined;
    if (ended === 'running') return { status: 'RUNNING', stoppedAt: undefined };
    return { status: 'FAILED', stoppedAt: new Date(NOW.getTime() - ended * MINUTE_MS) };
  });
  expect(asked).toEqual(asked.map((_, at) => executionNameOf('sessions', SLOT, at + 1)));
  return { attempt, asked: asked.length };
}

describe('oldestPerCache', () => {
  it('is the oldest slot of each cache, whatever the order', () => {
    const [first, second, third] = ['20261121T060000Z', '20261121T000000Z', '20261121T120000Z'].map((slot) =>
      sealOf([{}], parseSlot(slot)),
    );
    const other = { ...sealOf(), cache: 'audit' };
    const seals = [first, other, second, third].flatMap((seal) => seal ?? []);
    expect(oldestPerCache(seals)).toEqual([second, other]);
    expect(oldestPerCache([])).toEqual([]);
  });
});

describe('nextAttempt', () => {
  it.each<[string, (number | 'running')[], number | undefined]>([
    ['the first at once', [], 1],
    ['none while one runs', ['running'], undefined],
    ['none while a later one runs', [120, 90, 'running'], undefined],
    ['none a moment after the first failed', [0], undefined],
    ['none 14 minutes after it', [14], undefined],
    ['the second a quarter of an hour after it', [15], 2],
    ['none 14 minutes after the second', [45, 14], undefined],
    ['the third a quarter of an hour after the second', [45, 15], 3],
    ['none 59 minutes after the third', [120, 90, 59], undefined],
    ['the fourth an hour after the third', [120, 90, 60], 4],
  ])('%s', async (_what, executions, attempt) =>
    expect((await attemptAfter(...executions)).attempt).toBe(attempt),
  );

  it('looks for each execution once', async () =>
    expect((await attemptAfter(240, 180, 120, 60)).asked).toBe(5));

  it('gives up after a week of hourly tries', async () => {
    const week = Array.from({ length: 7 * 24 }, () => 61);
    expect(await attemptAfter(...week.slice(1))).toEqual({ attempt: 168, asked: 168 });
    expect(await attemptAfter(...week)).toEqual({ attempt: undefined, asked: 168 });
  });

  it('waits for one that was redriven, though it had ended before', async () => {
    const redriven = { status: 'RUNNING', stoppedAt: new Date(0) };
    expect(await nextAttempt(EXPORT, NOW, async () => redriven)).toBeUndefined();
  });
});
