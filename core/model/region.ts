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

/**
 * Where the configurations of chat channels are read: all of the regions that have this API know them.
 * https://docs.aws.amazon.com/chatbot/latest/APIReference/Welcome.html (checked 2026-11-24): us-east-2, us-west-2, ap-southeast-1
 * and eu-west-1, and "configuration data … is stored in each of the relevant available Regions"
 */
export function chatRegionOf(region: string): string {
  if (region === 'us-west-2') return region;
  if (/^(eu|me|af|il)-/.test(region)) return 'eu-west-1';
  return region.startsWith('ap-') ? 'ap-southeast-1' : 'us-east-2';
}
