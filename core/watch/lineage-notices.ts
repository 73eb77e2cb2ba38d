import { type Notice, noticeOf } from '../alerts/compose-notice.ts';
import type { RegistryEntry } from '../contracts/recovery-point.ts';
import { readableLineage } from '../model/lineage.ts';
import { readableSlot } from '../model/slot.ts';
import type { Freshness } from './assess-rpo.ts';

/** That a cache was made anew under its name: told once for each, while copies of an earlier one are kept for that. */
export function noticesOfLineages(
  fleet: readonly Freshness[],
  registry: readonly RegistryEntry[],
): readonly Notice[] {
  const entries = new Map(registry.map((entry) => [entry.cache, entry]));
  return fleet.flatMap(({ cache }): readonly Notice[] => {
    const { lineage, earlier = [] } = entries.get(cache) ?? {};
    const before = earlier.find(({ released }) => released === undefined);
    if (lineage === undefined || before === undefined) return [];
    const text = [
      `The cache ${cache} was deleted and created again: the one that is backed up now was created ${readableLineage(lineage)}.`,
      `The newest copy of the one before it, created ${readableLineage(before.lineage)}, is of ${readableSlot(before.last)}.`,
      'Copies of the new cache do not replace those of the earlier one: its last ones are kept until a person releases them.',
      '',
      'If somebody replaced the cache on purpose and its old data is no longer needed, this says what would be released, and with --apply releases it:',
      `  npx redrill release ${cache} --lineage ${before.lineage}`,
      'If not, these are all copies, and this says which keys it would bring back, and with --apply writes them:',
      `  npx redrill points ${cache}`,
      `  npx redrill recover ${cache}/${before.last} --into ${cache}`,
    ];
    return [noticeOf({ code: 'CacheMadeAnew', about: cache, parts: [lineage], text })];
  });
}
