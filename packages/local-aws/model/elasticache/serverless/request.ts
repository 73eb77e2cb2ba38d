import type { CacheUsageLimits, CreateServerlessCacheCommandInput } from '@aws-sdk/client-elasticache';
import { NotModelledError } from '../../service.ts';
import { parseTags } from '../authorization.ts';
import type { Context } from '../context.ts';
import { acceptOnly, invalidValue, refusal } from '../refusals.ts';
import type { RegionState, Tags } from '../state.ts';
import { subnetGroup } from '../subnet-groups.ts';
import { parseCacheName } from './refusals.ts';
import type { Limit, ServerlessEngine, ServerlessSettings, UsageLimits } from './state.ts';

export interface ServerlessRequest {
  readonly name: string;
  readonly settings: ServerlessSettings;
  readonly subnetIds: readonly string[];
  readonly vpcId: string;
  readonly kmsKeyId: string | undefined;
  readonly snapshotArns: readonly string[];
  readonly tags: Tags;
}

const PARAMETERS = [
  'ServerlessCacheName',
  'Engine',
  'Description',
  'MajorEngineVersion',
  'CacheUsageLimits',
  'KmsKeyId',
  'SecurityGroupIds',
  'SnapshotArnsToRestore',
  'Tags',
  'UserGroupId',
  'SubnetIds',
  'SnapshotRetentionLimit',
  'DailySnapshotTime',
  'NetworkType',
];

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateServerlessCache.html */
export function parseServerlessRequest(
  { network }: Context,
  state: RegionState,
  input: CreateServerlessCacheCommandInput,
): ServerlessRequest {
  acceptOnly('CreateServerlessCache', input, PARAMETERS);
  if (input.NetworkType !== undefined && input.NetworkType !== 'ipv4')
    throw new NotModelledError(`the NetworkType ${input.NetworkType} of elasticache:CreateServerlessCache`);
  const name = parseCacheName(input.ServerlessCacheName);
  const engine = parseEngine(input.Engine, input.MajorEngineVersion);
  refuseUserGroup(input.UserGroupId);
  const { subnetIds, vpcId } = subnetsOf(network, state, input.SubnetIds ?? []);
  return {
    name,
    subnetIds,
    vpcId,
    kmsKeyId: input.KmsKeyId,
    snapshotArns: input.SnapshotArnsToRestore ?? [],
    tags: parseTags(input.Tags),
    settings: {
      engine,
      description: descriptionOf(input.Description ?? ''),
      limits: limitsOf(input.CacheUsageLimits),
      securityGroupIds: securityGroupsOf(network, input.SecurityGroupIds ?? [], { state, vpcId }),
      snapshotRetentionLimit: retentionOf(input.SnapshotRetentionLimit ?? 0),
      dailySnapshotTime: dailyTimeOf(input.DailySnapshotTime),
    },
  };
}

/**
 * The versions of serverless caches, the default of an engine first, and what is shown of each (`FullEngineVersion`).
 * aws-elasticache-alpha in https://github.com/aws/aws-cdk; the full versions are assumed, from those of nodes.
 */
const ENGINES: readonly ServerlessEngine[] = [
  { engine: 'valkey', major: '8', full: '8.0' },
  { engine: 'valkey', major: '7', full: '7.2' },
  { engine: 'redis', major: '7', full: '7.1' },
];

export function parseEngine(engine: string | undefined, major: string | undefined): ServerlessEngine {
  const ofEngine = ENGINES.filter((each) => each.engine === engine?.toLowerCase());
  if (ofEngine.length === 0)
    throw new NotModelledError(`serverless caches of the engine ${engine ?? '(none)'}`);
  const found = ofEngine.find((each) => major === undefined || each.major === major);
  if (found !== undefined) return found;
  throw invalidValue(
    `MajorEngineVersion '${major}' of ${engine} is not one of ${ofEngine.map((each) => each.major).join(', ')}`,
  );
}

/** No user groups can be made here. @throws UserGroupNotFound */
export function refuseUserGroup(id: string | undefined): void {
  if (id !== undefined && id !== '') throw refusal('UserGroupNotFound', `UserGroup ${id} not found.`);
}

const LONGEST_DESCRIPTION = 255;

export function descriptionOf(given: string): string {
  if (given.length <= LONGEST_DESCRIPTION) return given;
  throw invalidValue(`Description has ${given.length} characters; it may have ${LONGEST_DESCRIPTION}`);
}

const MOST_RETENTION_DAYS = 35;

export function retentionOf(days: number): number {
  if (Number.isInteger(days) && days >= 0 && days <= MOST_RETENTION_DAYS) return days;
  throw invalidValue(`SnapshotRetentionLimit is ${days}, not 0 to ${MOST_RETENTION_DAYS}`);
}

export function dailyTimeOf(given: string | undefined): string | undefined {
  if (given === undefined || /^(?:[01]\d|2[0-3]):[0-5]\d$/.test(given)) return given;
  throw invalidValue(`DailySnapshotTime '${given}' is not of the form hh24:mi`);
}

/**
 * Bounds: aws-elasticache-alpha's serverless-cache.ts in https://github.com/aws/aws-cdk; the words of the refusal:
 * https://github.com/hashicorp/terraform-provider-aws/issues/35648
 */
const BOUNDS = {
  DataStorage: { smallest: 1, largest: 5_000 },
  ECPUPerSecond: { smallest: 1_000, largest: 15_000_000 },
} as const;

export function limitsOf(given: CacheUsageLimits | undefined): UsageLimits {
  const { DataStorage, ECPUPerSecond } = given ?? {};
  acceptOnly('CacheUsageLimits', given ?? {}, Object.keys(BOUNDS));
  if (DataStorage !== undefined && DataStorage.Unit !== 'GB')
    throw invalidValue(`The unit of DataStorage is '${DataStorage.Unit}', not GB`);
  return {
    dataStorage: limitOf('DataStorage', DataStorage),
    ecpuPerSecond: limitOf('ECPUPerSecond', ECPUPerSecond),
  };
}

function limitOf(
  name: keyof typeof BOUNDS,
  given: { readonly Minimum?: number | undefined; readonly Maximum?: number | undefined } | undefined,
): Limit | undefined {
  if (given === undefined) return undefined;
  const { smallest, largest } = BOUNDS[name];
  const isValid = (value: number) =>
    value === 0 || (Number.isInteger(value) && value >= smallest && value <= largest);
  const { Minimum, Maximum } = given;
  if (![Minimum ?? 0, Maximum ?? 0].every(isValid))
    throw invalidValue(
      `Invalid value for ${name} limit. Must be between ${smallest} and ${largest}. ` +
        'You can set the value to zero to remove the limit.',
    );
  if (Minimum && Maximum && Minimum > Maximum)
    throw invalidValue(`The minimum ${Minimum} of ${name} is greater than its maximum ${Maximum}`);
  const limit = { minimum: Minimum || undefined, maximum: Maximum || undefined };
  return limit.minimum === undefined && limit.maximum === undefined ? undefined : limit;
}

type Network = Context['network'];

/** "In us-west-1, ElastiCache will select 2 default subnets …, in all other Regions 3": API_ServerlessCache.html */
const usualSubnets = (region: string): number => (region === 'us-west-1' ? 2 : 3);

function subnetsOf(network: Network, state: RegionState, given: readonly string[]) {
  if (given.length === 0) {
    const { vpcId, subnets } = subnetGroup(state, 'default');
    return { vpcId, subnetIds: subnets.slice(0, usualSubnets(state.region)).map(({ id }) => id) };
  }
  const subnets = given.map((id) => {
    const subnet = network.subnet(id);
    if (subnet !== undefined && subnet.account === state.account && subnet.region === state.region)
      return subnet;
    throw invalidValue(`The subnet '${id}' does not exist in ${state.region}`);
  });
  const [vpcId = '', ...others] = new Set(subnets.map((subnet) => subnet.vpcId));
  if (others.length > 0) throw invalidValue('The subnets must be of one VPC');
  return { vpcId, subnetIds: given };
}

/** "If no other information is given this will be the VPC’s Default Security Group": API_CreateServerlessCache.html */
function securityGroupsOf(
  network: Network,
  given: readonly string[],
  { state, vpcId }: { readonly state: RegionState; readonly vpcId: string },
): readonly string[] {
  checkSecurityGroups(network, given, vpcId);
  return given.length > 0 ? given : [`sg-default-${state.account}`];
}

export function checkSecurityGroups(network: Network, given: readonly string[], vpcId: string): void {
  for (const id of given)
    if (network.securityGroup(id)?.vpcId !== vpcId)
      throw invalidValue(`The security group '${id}' does not exist in ${vpcId}`);
}
