import { describe, expect, it } from 'vitest';
import { type Progress, ProgressBar, progressLine } from '../../../cli/terminal/progress.ts';

const HALF: Progress = { bytes: 243_600_000, sizeBytes: 487_200_000, seconds: 1.2, keys: 500_123 };

describe('a line of progress', () => {
  it.each([
    [
      120,
      '[===============               ]   50 %  0:02 left  203.0 MB/s  500,123 keys  243.6 MB of 487.2 MB',
    ],
    [80, '[======     ]   50 %  0:02 left  203.0 MB/s  500,123 keys  243.6 MB of 487.2 MB'],
    [60, '[=======      ]   50 %  0:02 left  203.0 MB/s  500,123 keys'],
    [40, '50 %  0:02 left  203.0 MB/s'],
    [12, '50 %'],
  ])('fits into %i columns', (columns, expected) => {
    const line = progressLine(HALF, columns);
    expect(line.trim()).toBe(expected);
    expect(line.length).toBeLessThan(columns);
  });

  it('is never wider than the terminal', () => {
    for (let columns = 1; columns < 200; columns++) {
      expect(progressLine(HALF, columns).length).toBeLessThan(columns);
      expect(progressLine({ ...HALF, sizeBytes: undefined }, columns).length).toBeLessThan(columns);
    }
  });

  it('has neither bar nor end where the size is not known', () =>
    expect(progressLine({ ...HALF, sizeBytes: undefined }, 80)).toBe(
      '243.6 MB read  203.0 MB/s  500,123 keys',
    ));

  it('counts hours', () =>
    expect(progressLine({ ...HALF, bytes: 1_000_000, seconds: 60 }, 80)).toContain('8:06:12 left'));

  it('begins without a rate', () =>
    expect(progressLine({ bytes: 0, sizeBytes: 0, seconds: 0, keys: 0 }, 80)).toContain('0 %'));
});

class FakeScreen {
  readonly columns = 80;
  readonly isTTY: boolean;
  written: string[] = [];

  constructor(isTTY: boolean) {
    this.isTTY = isTTY;
  }

  write(text: string): void {
    this.written.push(text);
  }
}

describe('the bar', () => {
  it('is drawn ten times a second, and erased', () => {
    const screen = new FakeScreen(true);
    const bar = new ProgressBar(screen);
    for (let ms = 0; ms < 1000; ms++) bar.update(ms, () => HALF);
    expect(screen.written).toHaveLength(8);
    bar.erase();
    bar.erase();
    expect(screen.written.slice(8)).toEqual(['\r\u001b[K']);
  });

  it('is not drawn for what is read at once, nor where there is no terminal', () => {
    const [quick, file] = [new FakeScreen(true), new FakeScreen(false)];
    for (const [screen, ms] of [
      [quick, 100],
      [file, 5_000],
    ] as const) {
      const bar = new ProgressBar(screen);
      bar.update(ms, () => HALF);
      bar.erase();
      expect(screen.written).toEqual([]);
    }
  });
});
