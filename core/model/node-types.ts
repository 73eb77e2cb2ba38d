/**
 * Memory of ElastiCache node types, GiB.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheNodes.SupportedTypes.html (checked 2026-11-21)
 */
const LARGE_SIZES_GIB: Readonly<Record<'m' | 'r', Readonly<Record<string, number>>>> = {
  m: {
    large: 6.38,
    xlarge: 12.93,
    '2xlarge': 26.04,
    '4xlarge': 52.26,
    '8xlarge': 103.68,
    '12xlarge': 157.12,
    '16xlarge': 209.55,
  },
  r: {
    large: 13.07,
    xlarge: 26.32,
    '2xlarge': 52.82,
    '4xlarge': 105.81,
    '8xlarge': 209.55,
    '12xlarge': 317.77,
    '16xlarge': 419.09,
  },
};
const BURSTABLE_GIB: Readonly<Record<string, number>> = { micro: 0.5, small: 1.37, medium: 3.09 };

const FAMILIES: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  t3: BURSTABLE_GIB,
  t4g: BURSTABLE_GIB,
  m6g: LARGE_SIZES_GIB.m,
  m7g: LARGE_SIZES_GIB.m,
  r6g: LARGE_SIZES_GIB.r,
  r7g: LARGE_SIZES_GIB.r,
};

const GIB = 1024 ** 3;

/**
 * Share of a node's memory to leave to backups and fail-over.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/redis-memory-management.html (checked 2026-11-21)
 */
export const RESERVED_MEMORY_SHARE = 0.25;

/** Bytes by node type, smallest first. */
const MEMORY_BYTES: ReadonlyMap<string, number> = new Map(
  Object.entries(FAMILIES)
    .flatMap(([family, sizes]) =>
      Object.entries(sizes).map(([size, gib]) => [`cache.${family}.${size}`, Math.round(gib * GIB)] as const),
    )
    .sort(([, one], [, other]) => one - other),
);

/** All node types that Redrill knows the memory of, smallest first. */
export const NODE_TYPES: readonly string[] = [...MEMORY_BYTES.keys()];

/** Memory of a node type, bytes; undefined if Redrill does not know it. */
export function memoryBytesOf(nodeType: string): number | undefined {
  return MEMORY_BYTES.get(nodeType);
}

/** What a node can hold once the reserved share is left alone, bytes. */
export function usableBytesOf(nodeType: string): number | undefined {
  const memory = memoryBytesOf(nodeType);
  return memory === undefined ? undefined : usableOf(memory);
}

/** The smallest known type of the same family, else of any, whose usable memory holds `bytes`. */
export function smallestNodeTypeFor(bytes: number, likeNodeType: string): string | undefined {
  const family = likeNodeType.split('.').slice(0, 2).join('.');
  const holding = [...MEMORY_BYTES].filter(([, memory]) => usableOf(memory) >= bytes).map(([type]) => type);
  return holding.find((type) => type.startsWith(`${family}.`)) ?? holding[0];
}

function usableOf(memoryBytes: number): number {
  return Math.floor(memoryBytes * (1 - RESERVED_MEMORY_SHARE));
}
