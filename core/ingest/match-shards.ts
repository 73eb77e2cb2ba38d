import type { ExportSeal } from '../contracts/export.ts';
import type { ShardFinding } from '../contracts/recovery-point.ts';
import type { Topology } from '../contracts/topology.ts';
import { HASH_SLOTS } from '../model/limits.ts';
import { equalShares, liesWithin, parseSlotRanges } from '../model/slot-ranges.ts';

type Shards = Topology['shards'];

/** The shards of an export with the slots that each of its files has. */
export function shardsOf(
  { kind, topology }: Pick<ExportSeal, 'kind' | 'topology'>,
  findings: readonly ShardFinding[],
): Shards {
  // A server's hosts say themselves which shard each file is of.
  if (kind === 'server') return topology.shards;
  return kind === 'serverless'
    ? dealSlots(topology.shards, findings)
    : matchShards(topology.shards, findings);
}

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
      const keySlots = keySlotsOf(findings, number);
      return [number, keySlots === '' ? undefined : take((slots) => isWithin(keySlots, slots))] as const;
    }),
  );
  return numbers.map((number) => {
    const { shard: _, ...matched } = byContent.get(number) ?? take(() => true) ?? { shard: number };
    return { shard: number, ...matched };
  });
}

/**
 * Slots for the files of a serverless cache, of which nothing tells them: each file gets those of its keys and what lies
 * before them. Where a file has no keys, or keys between another's, all get equal shares, and ElastiCache deals the
 * keys to them.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-seeding-redis.html (checked 2026-11-25)
 */
function dealSlots(shards: Shards, findings: readonly ShardFinding[]): Shards {
  const shares = equalShares(shards.length, HASH_SLOTS);
  const equal = shards.map(({ shard }, at) => ({ shard, slots: shares[at] ?? '' }));
  const spans = shards.map(({ shard }) => ({ shard, ...spanOf(keySlotsOf(findings, shard)) }));
  const ordered = spans.toSorted((one, other) => one.first - other.first);
  const areApart = ordered.every(
    ({ first, last }, at) => last >= first && first > (ordered[at - 1]?.last ?? -1),
  );
  if (!areApart) return equal;
  const slotsOf = new Map(
    ordered.map(({ shard, last }, at) => {
      const begin = (ordered[at - 1]?.last ?? -1) + 1;
      return [shard, `${begin}-${at === ordered.length - 1 ? HASH_SLOTS - 1 : last}`] as const;
    }),
  );
  return shards.map(({ shard }) => ({ shard, slots: slotsOf.get(shard) ?? '' }));
}

/** From the first to the last slot that has keys; without keys, the last is less than the first. */
function spanOf(keySlots: string): { readonly first: number; readonly last: number } {
  const ranges = parseSlotRanges(keySlots);
  return {
    first: Math.min(HASH_SLOTS, ...ranges.map(({ first }) => first)),
    last: Math.max(-1, ...ranges.map(({ last }) => last)),
  };
}

function keySlotsOf(findings: readonly ShardFinding[], shard: number): string {
  const finding = findings.find((each) => each.shard === shard);
  return finding?.sound === true ? finding.content.keySlots : '';
}

function isWithin(keySlots: string, slots: string): boolean {
  return liesWithin(parseSlotRanges(keySlots), parseSlotRanges(slots));
}
