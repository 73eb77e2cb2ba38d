import type { ShardFinding } from '../contracts/recovery-point.ts';
import type { Topology } from '../contracts/topology.ts';
import { liesWithin, parseSlotRanges } from '../model/slot-ranges.ts';

type Shards = Topology['shards'];

/**
 * Which shard's slots each file has, by what was read in it: the numbers of an export's files say nothing about the node
 * group they are of. A file without keys, or that could not be read, takes a shard that remains.
 * @returns the shards, numbered as their files are
 */
export function matchShards(shards: Shards, findings: readonly ShardFinding[]): Shards {
  const numbers = shards.map(({ shard }) => shard);
  const remaining = new Set(shards);
  const take = (fits: (slots: string) => boolean) => {
    const found = [...remaining].find(({ slots = '' }) => fits(slots));
    if (found !== undefined) remaining.delete(found);
    return found;
  };
  const byContent = new Map(
    numbers.map((number) => {
      const keySlots = keySlotsOf(findings.find(({ shard }) => shard === number));
      return [number, keySlots === '' ? undefined : take((slots) => isWithin(keySlots, slots))] as const;
    }),
  );
  return numbers.map((number) => {
    const { shard: _, ...matched } = byContent.get(number) ?? take(() => true) ?? { shard: number };
    return { shard: number, ...matched };
  });
}

function keySlotsOf(finding: ShardFinding | undefined): string {
  return finding?.sound === true ? finding.content.keySlots : '';
}

function isWithin(keySlots: string, slots: string): boolean {
  return liesWithin(parseSlotRanges(keySlots), parseSlotRanges(slots));
}
