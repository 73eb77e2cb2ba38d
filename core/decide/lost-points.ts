import type { PointSummary, RegistryEntry } from '../contracts/recovery-point.ts';
import { readableSeconds } from '../model/duration.ts';
import { vaultKeys } from '../model/keys.ts';
import { instantOf, readableSlot } from '../model/slot.ts';
import type { Freshness } from './assess-freshness.ts';
import type { Notice } from './plan-notices.ts';

/** What lies in the folder of a cache's newest verified recovery point. */
export interface FoundPoint {
  readonly cache: string;
  readonly point: PointSummary;
  readonly objects: readonly { readonly key: string; readonly bytes: number }[];
}

/** What is wrong with what was found; undefined if all of its data is there, at the size that was recorded. */
function damageOf({ cache, point, objects }: FoundPoint): string | undefined {
  const address = { ...point, cache };
  const folder = vaultKeys.point(address);
  if (objects.length === 0) return 'nothing is left of it';
  if (!objects.some(({ key }) => key === vaultKeys.record(address)))
    return 'its recovery-point.json is gone, without which nothing can restore it';
  const files = objects.filter(({ key }) => key.startsWith(`${folder}shard-`) && key.endsWith('.rdb'));
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  if (bytes === point.totals.bytes) return undefined;
  return `its ${files.length} ${files.length === 1 ? 'file has' : 'files have'} ${bytes} bytes, and ${point.totals.bytes} were recorded`;
}

interface Kept {
  readonly fleet: readonly Freshness[];
  readonly registry: readonly RegistryEntry[];
  readonly now: Date;
}

/** One notice for each cache whose newest verified recovery point is not in the vault as it was admitted. */
export function noticesOfLostPoints(
  found: readonly FoundPoint[],
  { fleet, registry, now }: Kept,
): readonly Notice[] {
  return found.flatMap((each): readonly Notice[] => {
    const damage = damageOf(each);
    if (damage === undefined) return [];
    const entry = registry.find(({ cache }) => cache === each.cache);
    const older = entry?.recent.find(({ slot, verdict }) => verdict === 'verified' && slot < each.point.slot);
    const rpoSeconds = fleet.find(({ cache }) => cache === each.cache)?.rpoSeconds ?? 0;
    return [noticeOf(each, { damage, older, rpoSeconds, now })];
  });
}

interface Loss {
  readonly damage: string;
  readonly older: PointSummary | undefined;
  readonly rpoSeconds: number;
  readonly now: Date;
}

function noticeOf({ cache, point }: FoundPoint, { damage, older, rpoSeconds, now }: Loss): Notice {
  const ageOf = ({ slot }: PointSummary) =>
    readableSeconds((now.getTime() - instantOf(slot).getTime()) / 1000);
  return {
    fault: `${cache}: recovery point lost`,
    parts: [point.slot],
    alert: {
      code: 'RecoveryPointLost',
      severity: 'page',
      cache,
      subject: `[Redrill] ${cache}: recovery point lost`,
      text: [
        `The newest verified recovery point of ${cache}, of ${readableSlot(point.slot)} (${point.tier}), is not in the vault as it was admitted: ${damage}.`,
        older === undefined
          ? 'The registry knows no older verified one. If the cache were lost now, everything in it would be lost.'
          : `The last one before it is of ${readableSlot(older.slot)}, ${ageOf(older)} old; the objective is ${readableSeconds(rpoSeconds)}. If the cache were lost now, everything written since would be lost with it.`,
        '',
        'Likely causes: somebody has deleted it (the vault keeps the versions), or a foreign lifecycle rule has expired it. If nobody meant it, treat it as an intrusion.',
        'What is there, and a copy in its place:',
        `  npx redrill verify ${cache}/${point.slot}`,
        `  npx redrill points ${cache}`,
        `  npx redrill backup ${cache}`,
        'Runbook: docs/runbooks/recovery-point-lost.md',
      ].join('\n'),
    },
  };
}
