import { commandOf, type Notice, noticeOf } from '../alerts/compose-notice.ts';
import type { PointSummary, RegistryEntry } from '../contracts/recovery-point.ts';
import { SETTINGS_CHANGED } from '../ingest/settings-changed.ts';
import { instantOf, readableSlot } from '../model/slot.ts';
import { DAY_MS } from '../model/time.ts';
import type { Freshness } from './assess-rpo.ts';

/** One notice, told once for each copy, for each server whose settings have changed in the last day. */
export function noticesOfDrift(
  fleet: readonly Freshness[],
  registry: readonly RegistryEntry[],
): readonly Notice[] {
  return fleet.flatMap(({ cache, newest }): readonly Notice[] => {
    const entry = registry.find((each) => each.cache === cache);
    if (newest === undefined || entry === undefined) return [];
    const since = instantOf(newest.slot).getTime() - DAY_MS;
    const changed = entry.recent.filter(
      (point) => instantOf(point.slot).getTime() > since && changeIn(point),
    );
    if (changed.length === 0) return [];
    const text = [
      `Settings of ${cache} changed, as its host told with its recovery points:`,
      ...changed.map((point) => `  - ${readableSlot(point.slot)}: ${changeIn(point)}`),
      'The recovery points stay verified. If the change was not intended, set them back on the server and in its configuration file.',
      '',
      'To see the newest recovery point with its settings:',
      commandOf('ServerDrifted', cache),
    ];
    return [noticeOf({ code: 'ServerDrifted', about: cache, parts: changed.map(({ slot }) => slot), text })];
  });
}

const changeIn = ({ warnings = [] }: PointSummary): string | undefined =>
  warnings.find(({ code }) => code === SETTINGS_CHANGED)?.message;
