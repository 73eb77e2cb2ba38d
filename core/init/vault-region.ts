/**
 * Regions of one jurisdiction, of which the first other one is offered for the vault: copies of customers' data must not leave
 * it unless a person says so. Only regions that every account has enabled.
 * https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html (checked 2026-11-24)
 */
const JURISDICTIONS: readonly (readonly string[])[] = [
  ['eu-central-1', 'eu-west-1', 'eu-west-3', 'eu-north-1'],
  ['us-west-2', 'us-east-1', 'us-east-2', 'us-west-1'],
  ['ap-northeast-1', 'ap-northeast-3'],
];

/** The region to offer for the vault; undefined where the country of the caches has no other one. */
export function proposeVaultRegion(source: string): string | undefined {
  const regions = JURISDICTIONS.find((each) => each.includes(source)) ?? [];
  return regions.find((region) => region !== source);
}
