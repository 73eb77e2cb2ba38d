import type { CacheSubnetGroup, DescribeCacheSubnetGroupsCommandInput } from '@aws-sdk/client-elasticache';
import type { Network } from '../ec2-network.ts';
import type { Call } from '../service.ts';
import type { Context } from './context.ts';
import { arnOf, type Place } from './names.ts';
import { pageOf, USUAL_PAGE } from './paging.ts';
import { acceptOnly, invalidValue, refusal } from './refusals.ts';
import type { RegionState, SubnetGroup } from './state.ts';

/** The group of the account's default VPC, which every region has. */
export const DEFAULT_SUBNET_GROUP = 'default';

function defaultGroup({ account, region }: Place): SubnetGroup {
  const subnets = ['a', 'b', 'c'].map((zone) => ({
    id: `subnet-default-${zone}-${account}`,
    availabilityZone: `${region}${zone}`,
  }));
  const description = 'Default CacheSubnetGroup';
  return {
    name: DEFAULT_SUBNET_GROUP,
    description,
    vpcId: `vpc-default-${account}`,
    subnets,
    tags: new Map(),
  };
}

/** @throws CacheSubnetGroupNotFoundFault */
export function subnetGroup(state: RegionState, name: string): SubnetGroup {
  const found =
    state.subnetGroups.get(name) ?? (name === DEFAULT_SUBNET_GROUP ? defaultGroup(state) : undefined);
  if (found !== undefined) return found;
  throw refusal('CacheSubnetGroupNotFoundFault', `Cache Subnet Group ${name} does not exist.`);
}

/** A group of subnets that exist in this place, all of one VPC. @throws InvalidParameterValue */
export function makeSubnetGroup(
  network: Network,
  place: Place,
  declared: Pick<SubnetGroup, 'name' | 'description' | 'tags'> & { readonly subnetIds: readonly string[] },
): SubnetGroup {
  const subnets = declared.subnetIds.map((id) => {
    const subnet = network.subnet(id);
    if (subnet !== undefined && subnet.account === place.account && subnet.region === place.region)
      return subnet;
    throw invalidValue(`The subnet '${id}' does not exist in ${place.region}`);
  });
  const vpcIds = new Set(subnets.map(({ vpcId }) => vpcId));
  const [vpcId] = vpcIds;
  if (vpcId === undefined || vpcIds.size > 1) throw invalidValue('The subnets must be of one VPC');
  const { subnetIds: _, ...rest } = declared;
  return { ...rest, vpcId, subnets };
}

export function describeSubnetGroups(
  state: RegionState,
  input: DescribeCacheSubnetGroupsCommandInput,
  call: Call,
  { readings }: Context,
) {
  acceptOnly('DescribeCacheSubnetGroups', input, ['CacheSubnetGroupName', 'MaxRecords', 'Marker']);
  const name = input.CacheSubnetGroupName?.toLowerCase();
  call.authorize({
    action: 'elasticache:DescribeCacheSubnetGroups',
    resource: arnOf(state, 'subnetgroup', name ?? '*'),
  });
  const groups =
    name === undefined ? [defaultGroup(state), ...state.subnetGroups.values()] : [subnetGroup(state, name)];
  const page = pageOf(groups, (group) => group.name, { request: input, bounds: USUAL_PAGE, readings });
  return {
    ...(page.Marker === undefined ? {} : { Marker: page.Marker }),
    CacheSubnetGroups: page.items.map((group) => viewOf(state, group)),
  };
}

function viewOf(place: Place, group: SubnetGroup): CacheSubnetGroup {
  return {
    CacheSubnetGroupName: group.name,
    CacheSubnetGroupDescription: group.description,
    VpcId: group.vpcId,
    Subnets: group.subnets.map(({ id, availabilityZone }) => ({
      SubnetIdentifier: id,
      SubnetAvailabilityZone: { Name: availabilityZone },
      SupportedNetworkTypes: ['ipv4'],
    })),
    ARN: arnOf(place, 'subnetgroup', group.name),
    SupportedNetworkTypes: ['ipv4'],
  };
}
