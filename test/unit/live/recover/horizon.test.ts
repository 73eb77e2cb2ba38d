import { describe, expect, it } from 'vitest';
import { Horizon } from '../../../../live/recover/horizon.ts';
import { freshProgress } from '../../../../live/recover/progress.ts';

const MIB = 1024 * 1024;

/** A disk that writes when it is told. */
function slowDisk() {
  const progress = freshProgress(1);
  const written: number[] = [];
  const waiting: (() => void)[] = [];
  const save = () => {
    const { horizon } = progress;
    return new Promise<void>((resolve) => {
      waiting.push(() => {
        written.push(horizon);
        resolve();
      });
    });
  };
  return { progress, written, save, write: () => waiting.shift()?.() };
}

describe('Horizon', () => {
  it('lets nothing be sent before it is written down that it may have been', async () => {
    const { progress, written, save, write } = slowDisk();
    const horizon = new Horizon(progress, save);
    let isReached = false;
    const reaching = horizon.reach(1).then(() => {
      isReached = true;
    });
    await Promise.resolve();
    expect(isReached).toBe(false);
    write();
    await reaching;
    expect(written[0]).toBeGreaterThan(1);
  });

  it('is moved on while there is room left, and waited for only where it ends', async () => {
    const { progress, written, save, write } = slowDisk();
    const horizon = new Horizon(progress, save);
    const first = horizon.reach(0);
    await first;
    write();
    await horizon.reach(1);
    await horizon.reach(10 * MIB);
    expect(progress.horizon).toBe(26 * MIB);
    expect(written).toEqual([16 * MIB]);
    const beyond = horizon.reach(17 * MIB);
    write();
    await beyond;
    expect(written).toEqual([16 * MIB, 26 * MIB]);
  });

  it('that cannot be written down lets nothing through', async () => {
    const horizon = new Horizon(freshProgress(1), () => Promise.reject(new Error('no space left')));
    await expect(horizon.reach(1)).rejects.toThrow('no space left');
  });

  it('of an earlier run says what may be our own', () => {
    const progress = { ...freshProgress(1), horizon: 5 };
    expect(new Horizon(progress, async () => undefined).uncertainBefore).toBe(5);
  });
});
