import { expect, test, vi } from 'vitest';
import { shipEverySlot } from '../../../cli/ship/every-slot.ts';

test('a slot that cannot be shipped is tried again while it lasts, and then the next one is shipped', async () => {
  vi.useFakeTimers({ now: Date.parse('2026-11-21T06:00:00Z'), toFake: ['Date'] });
  const told: string[] = [];
  let failures = 2;
  const ended = new Error('ended');
  const order = {
    cadenceMs: 300_000,
    now: () => new Date(),
    ship: async () => {
      if (failures-- > 0) throw new Error('refused');
      told.push(`shipped at ${new Date().toISOString().slice(14, 19)}`);
      return new Date(Math.floor(Date.now() / 300_000) * 300_000);
    },
    onFailure: () => void told.push(`failed at ${new Date().toISOString().slice(14, 19)}`),
  };
  const slept: number[] = [];
  const sleepFor = async (ms: number) => {
    slept.push(ms);
    if (slept.length === 4) throw ended;
    vi.setSystemTime(Date.now() + ms);
  };
  await expect(shipEverySlot({ ...order, sleepFor })).rejects.toBe(ended);
  vi.useRealTimers();
  expect(told).toEqual(['failed at 00:00', 'failed at 01:00', 'shipped at 02:00', 'shipped at 05:00']);
  expect(slept).toEqual([60_000, 60_000, 180_000, 300_000]);
});
