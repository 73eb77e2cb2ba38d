import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../clock.ts';
import { outsideVirtualTime, VirtualTimers } from '../../model/states/virtual-timers.ts';

const START = Date.parse('2031-01-01T00:00:00Z');

describe('inside the context', () => {
  it('timers wait for the virtual clock, in the order of their instants', async () => {
    const clock = new VirtualClock(START);
    const timers = new VirtualTimers(clock);
    const fired: [string, number][] = [];
    timers.run(() => {
      setTimeout((name: string) => fired.push([name, Date.now()]), 3_600_000, 'late');
      setTimeout(() => fired.push(['early', Date.now()]), 1000);
    });
    await clock.run({ until: START + 7_200_000 });
    expect(fired.map(([name]) => name)).toEqual(['early', 'late']);
    expect((fired[1]?.[1] ?? 0) - START).toBeGreaterThanOrEqual(3_600_000);
    expect((fired[1]?.[1] ?? 0) - START).toBeLessThan(3_600_500);
  });

  it('time is virtual across awaits, and real outside', async () => {
    const clock = new VirtualClock(START);
    await new VirtualTimers(clock).run(async () => {
      await Promise.resolve();
      expect(Date.now()).toBeGreaterThanOrEqual(START);
      expect(outsideVirtualTime(() => Date.now())).toBeLessThan(START);
    });
    expect(Date.now()).toBeLessThan(START);
  });

  it('a cleared timer does not fire, and none does after the end', async () => {
    const clock = new VirtualClock(START);
    const timers = new VirtualTimers(clock);
    let fired = 0;
    timers.run(() => {
      clearTimeout(setTimeout(() => fired++, 10));
      setTimeout(() => fired++, 20);
    });
    timers.end();
    timers.run(() => setTimeout(() => fired++, 30));
    await clock.run({ until: START + 1000 });
    expect(fired).toBe(0);
    expect(clock.pendingTimers).toBe(0);
  });
});

it('outside the context, timers are real and can be cleared', async () => {
  let fired = 0;
  const kept = setTimeout(() => fired++, 1);
  clearTimeout(setTimeout(() => fired++, 1));
  await new Promise((resolve) => setTimeout(resolve, 15));
  expect(fired).toBe(1);
  expect(typeof kept.ref).toBe('function');
});
