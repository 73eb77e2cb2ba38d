import type { ExpectedSettings } from '../../contracts/settings.ts';
import { differencesOf } from './compare-settings.ts';
import { repairsOf } from './repair-setting.ts';
import { type Difference, textOf } from './setting-text.ts';
import { type Reading, type WatchedSetting, watchedSettings } from './watched-settings.ts';

/** One setting that is not as it was synthesised, or of which nobody knows whether it is. */
export interface Drift {
  readonly setting: WatchedSetting;
  readonly kind: 'differs' | 'gone' | 'unreadable';
  readonly expected: string;
  readonly found: string;
  /** Of what differs, what was deployed and what was found. */
  readonly differences: readonly Difference[];
  /** Commands that put it back at once; none where only a deployment can, or where nothing is known to be wrong. */
  readonly repairs: readonly string[];
  /** Whether it may go away by itself: AWS was throttling, or down. */
  readonly passing: boolean;
}

/**
 * What is not as it was synthesised. What was not read is a drift as well: whoever takes away the right to look must not be
 * able to change the rest in peace.
 */
export function assessDrift(
  expected: ExpectedSettings,
  readings: ReadonlyMap<string, Reading>,
): readonly Drift[] {
  return watchedSettings(expected).flatMap(
    (setting) => driftOf(setting, readings.get(setting.id) ?? UNREAD, expected.region) ?? [],
  );
}

const UNREAD: Reading = {
  state: 'unreadable',
  code: 'NotCompared',
  message: 'it was not looked at',
  passing: false,
};

function driftOf(setting: WatchedSetting, reading: Reading, region: string): Drift | undefined {
  if (reading.state === 'unreadable') {
    const { message, passing } = reading;
    const expected = textOf(setting.expected);
    return { setting, kind: 'unreadable', expected, found: message, differences: [], repairs: [], passing };
  }
  const { found } = reading;
  const repairs = () => repairsOf(setting, found, region);
  if (found === undefined) {
    const expected = textOf(setting.expected);
    const gone = { setting, kind: 'gone', expected, found: 'nothing', passing: false } as const;
    return { ...gone, differences: [], repairs: repairs() };
  }
  const differences = differencesOf(setting, found);
  if (differences.length === 0) return undefined;
  const listed = (side: 'expected' | 'found') =>
    differences.map((difference) => `${difference.of} ${difference[side]}`).join('; ');
  return {
    setting,
    kind: 'differs',
    expected: listed('expected'),
    found: listed('found'),
    differences,
    repairs: repairs(),
    passing: false,
  };
}
