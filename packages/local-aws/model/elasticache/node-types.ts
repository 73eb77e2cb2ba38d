/**
 * `maxmemory` of the node types that are modelled, in bytes.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ParameterGroups.Engine.html (node-type specific parameters)
 */
const MAX_MEMORY_BYTES: Readonly<Record<string, number>> = {
  'cache.t4g.micro': 536_870_912,
  'cache.t4g.small': 1_471_026_299,
  'cache.t4g.medium': 3_317_862_236,
  'cache.t3.micro': 536_870_912,
  'cache.t3.small': 1_471_026_299,
  'cache.t3.medium': 3_317_862_236,
  'cache.m7g.large': 6_854_542_746,
  'cache.m7g.xlarge': 13_891_921_715,
  'cache.m7g.2xlarge': 27_966_669_210,
  'cache.m7g.4xlarge': 56_116_178_125,
  'cache.r7g.large': 14_037_181_030,
  'cache.r7g.xlarge': 28_261_849_702,
  'cache.r7g.2xlarge': 56_711_183_565,
  'cache.r7g.4xlarge': 113_609_865_216,
};

export const NODE_TYPES: readonly string[] = Object.keys(MAX_MEMORY_BYTES);

/** @returns undefined for a type that is not modelled */
export function maxMemoryBytesOf(nodeType: string): number | undefined {
  return MAX_MEMORY_BYTES[nodeType];
}
