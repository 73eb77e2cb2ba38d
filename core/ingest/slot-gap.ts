import type { ExportSeal } from '../contracts/export.ts';
import type { Reason, ShardFinding } from '../contracts/recovery-point.ts';
import { HASH_SLOTS } from '../model/limits.ts';
import { parseSlotRanges, type SlotRanges } from '../model/slot-ranges.ts';

/** How improbable it has to be that a range of slots is empty by chance. */
const IMPROBABLE = 1e-6;

/**
 * How many files an export of a serverless cache has, nothing tells, so that a missing one shows by its slots alone: keys
 * lie in slots as if drawn at random, and a long range without any among many that have some does not come by chance. It
 * counts slots and not keys, for hash tags put many keys into one.
 */
export function slotGap(
  { kind }: Pick<ExportSeal, 'kind'>,
  findings: readonly ShardFinding[],
): readonly Reason[] {
  if (kind !== 'serverless') return [];
  const occupied = findings
    .flatMap((finding) => (finding.sound ? parseSlotRanges(finding.content.keySlots) : []))
    .toSorted((one, other) => one.first - other.first);
  const slots = occupied.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  const { from, length } = longestGap(occupied);
  if (HASH_SLOTS * (1 - length / HASH_SLOTS) ** slots >= IMPROBABLE) return [];
  return [
    {
      code: 'SlotGap',
      message:
        `no key lies in the hash slots ${from} to ${from + length - 1}, and ${slots} others have some: ` +
        'a file of the export seems to be missing',
    },
  ];
}

function longestGap(occupied: SlotRanges): { readonly from: number; readonly length: number } {
  let longest = { from: 0, length: 0 };
  let next = 0;
  for (const { first, last } of [...occupied, { first: HASH_SLOTS, last: HASH_SLOTS }]) {
    if (first - next > longest.length) longest = { from: next, length: first - next };
    next = Math.max(next, last + 1);
  }
  return longest;
}
