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
      `The cache ${cache} was deleted and created again under the same name. The new cache was created ${readableLineage(lineage)}.`,
      `The newest recovery point of the earlier cache, created ${readableLineage(before.lineage)}, is of ${readableSlot(before.last)}.`,
      'Redrill keeps the last recovery points of the earlier cache until a person releases them.',
      '',
      'If the cache was replaced on purpose and its old data is no longer needed, release them. This command shows what it would release; with --apply, it releases them:',
      `  npx redrill release ${cache} --lineage ${before.lineage}`,
      'If not, list the recovery points and recover the keys. The second command shows what it would write; with --apply, it writes the keys:',
      `  npx redrill points ${cache}`,
      `  npx redrill recover ${cache}/${before.last} --into ${cache}`,
    ];
    return [noticeOf({ code: 'CacheMadeAnew', about: cache, parts: [lineage], text })];
  });
}
