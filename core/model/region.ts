/** The name of an AWS region, such as eu-west-1 or us-gov-west-1. */
export const REGION_FORM = /^[a-z]{2}(-[a-z]+)+-\d$/;

/**
 * The partitions besides the commercial one, by how their regions' names begin.
 * https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html (checked 2026-11-23), and the
 * AWS SDKs' `partitions.json` for the isolated ones
 */
const OTHER_PARTITIONS: readonly (readonly [prefix: string, partition: string])[] = [
  ['cn-', 'aws-cn'],
  ['us-gov-', 'aws-us-gov'],
  ['us-isob-', 'aws-iso-b'],
  ['us-isof-', 'aws-iso-f'],
  ['eu-isoe-', 'aws-iso-e'],
  ['us-iso-', 'aws-iso'],
];

/** The partition that a region belongs to; undefined for the commercial one. */
export function otherPartitionOf(region: string): string | undefined {
  return OTHER_PARTITIONS.find(([prefix]) => region.startsWith(prefix))?.[1];
}
