import { createHash } from 'node:crypto';
import type {
  CreatedResource,
  ExistingResource,
  ResourceDeclaration,
  ResourceHandler,
} from '../cloudformation/resource.ts';
import { type Network, networkOf, type Records, type Rule } from './ec2-network.ts';
import { NotModelledError, ServiceError } from './service.ts';

/** The EC2 part of all regions and accounts: a network to ask, and the handlers that fill it from templates. */
export function createEc2(): {
  readonly network: Network;
  readonly resourceHandlers: readonly ResourceHandler[];
} {
  const records: Records = { vpcs: new Map(), subnets: new Map(), groups: new Map(), others: new Map() };
  return { network: networkOf(records), resourceHandlers: handlers(records) };
}

type Create = (declaration: ResourceDeclaration, id: string) => CreatedResource;

interface ModelledType {
  readonly name: string;
  readonly idPrefix: string;
  readonly properties: string;
  /** @default kept as something to refer to, with this attribute */
  readonly create?: (records: Records) => Create;
  readonly attribute?: string;
  /** What of it can be changed in place and means something here. @default nothing but tags and descriptions */
  readonly update?: (records: Records, declaration: ResourceDeclaration, id: string) => void;
  /** @default forgotten */
  readonly remove?: (records: Records, resource: ExistingResource) => void;
}

const TYPES: readonly ModelledType[] = [
  {
    name: 'VPC',
    idPrefix: 'vpc',
    properties: 'CidrBlock EnableDnsHostnames EnableDnsSupport InstanceTenancy Tags',
    create: createVpc,
    remove: removeVpc,
  },
  {
    name: 'Subnet',
    idPrefix: 'subnet',
    properties: 'AvailabilityZone CidrBlock MapPublicIpOnLaunch Tags VpcId',
    create: createSubnet,
  },
  { name: 'RouteTable', idPrefix: 'rtb', properties: 'Tags VpcId', attribute: 'RouteTableId' },
  {
    name: 'SubnetRouteTableAssociation',
    idPrefix: 'rtbassoc',
    properties: 'RouteTableId SubnetId',
    create: createAssociation,
  },
  {
    name: 'SecurityGroup',
    idPrefix: 'sg',
    properties: 'GroupDescription GroupName SecurityGroupEgress SecurityGroupIngress Tags VpcId',
    create: createGroup,
    update: changeGroup,
  },
  {
    name: 'SecurityGroupIngress',
    idPrefix: 'sgr',
    properties: 'CidrIp Description FromPort GroupId IpProtocol SourceSecurityGroupId ToPort',
    create: (records) => createRule(records, 'ingress'),
    remove: (records, resource) => removeRule(records, 'ingress', resource),
  },
  {
    name: 'SecurityGroupEgress',
    idPrefix: 'sgr',
    properties: 'CidrIp Description DestinationSecurityGroupId FromPort GroupId IpProtocol ToPort',
    create: (records) => createRule(records, 'egress'),
    remove: (records, resource) => removeRule(records, 'egress', resource),
  },
  {
    name: 'VPCEndpoint',
    idPrefix: 'vpce',
    properties:
      'PolicyDocument PrivateDnsEnabled RouteTableIds SecurityGroupIds ServiceName SubnetIds Tags VpcEndpointType VpcId',
    attribute: 'Id',
  },
  {
    name: 'FlowLog',
    idPrefix: 'fl',
    properties:
      'DeliverLogsPermissionArn LogDestination LogDestinationType LogFormat LogGroupName MaxAggregationInterval ' +
      'ResourceId ResourceType Tags TrafficType',
    attribute: 'Id',
  },
];

function handlers(records: Records): readonly ResourceHandler[] {
  return TYPES.map(({ name, idPrefix, properties, create, attribute = 'Id', update, remove }) => {
    const make = create?.(records) ?? createRecord(records, attribute);
    return {
      type: `AWS::EC2::${name}`,
      properties: properties.split(' '),
      create: async (declaration) => make(declaration, idOf(idPrefix, declaration)),
      update: async (declaration, { ref, attributes }) => {
        update?.(records, declaration, ref);
        return { ref, attributes };
      },
      delete: async (resource) => (remove ?? forget)(records, resource),
    };
  });
}

function forget({ vpcs, subnets, groups, others }: Records, { ref }: ExistingResource): void {
  for (const each of [vpcs, subnets, groups, others]) each.delete(ref);
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpc.html: what is attached to it goes first. */
function removeVpc(records: Records, resource: ExistingResource): void {
  const { subnets, groups } = records;
  const inside = [...subnets.values(), ...groups.values()].find(({ vpcId }) => vpcId === resource.ref);
  if (inside === undefined) {
    forget(records, resource);
    return;
  }
  throw new ServiceError(
    'DependencyViolation',
    `The vpc '${resource.ref}' has dependencies (${inside.id}) and cannot be deleted.`,
  );
}

/** Rules that are resources of their own stay. */
function changeGroup({ groups }: Records, { properties }: ResourceDeclaration, id: string): void {
  const group = groups.get(id);
  if (group === undefined) return;
  const inline = inlineRules(properties);
  for (const side of ['ingress', 'egress'] as const) {
    const separate = group[side].filter(({ resourceId }) => resourceId !== undefined);
    group[side].splice(0, group[side].length, ...inline[side], ...separate);
  }
}

function removeRule({ groups }: Records, side: Side, { ref, properties }: ExistingResource): void {
  const rules = groups.get(properties.GroupId)?.[side];
  const index = rules?.findIndex(({ resourceId }) => resourceId === ref) ?? -1;
  if (index >= 0) rules?.splice(index, 1);
}

function createRecord({ vpcs, others }: Records, attribute: string): Create {
  return ({ properties, type }, id) => {
    if (properties.VpcId !== undefined) known(vpcs, properties.VpcId, 'VPC');
    others.set(id, type);
    return { ref: id, attributes: { [attribute]: id } };
  };
}

function createVpc({ vpcs }: Records): Create {
  return ({ properties }, id) => {
    vpcs.set(id, String(properties.CidrBlock));
    return { ref: id, attributes: { VpcId: id, CidrBlock: String(properties.CidrBlock) } };
  };
}

function createSubnet({ vpcs, subnets }: Records): Create {
  return ({ properties, stack: { account, region } }, id) => {
    const vpcId = known(vpcs, properties.VpcId, 'VPC');
    const availabilityZone = String(properties.AvailabilityZone ?? `${region}a`);
    subnets.set(id, { id, vpcId, availabilityZone, account, region });
    return { ref: id, attributes: { SubnetId: id, VpcId: vpcId, AvailabilityZone: availabilityZone } };
  };
}

function createAssociation({ subnets, others }: Records): Create {
  return ({ properties, type }, id) => {
    known(subnets, properties.SubnetId, 'subnet');
    known(others, properties.RouteTableId, 'route table');
    others.set(id, type);
    return { ref: id, attributes: { Id: id } };
  };
}

function createGroup({ vpcs, groups }: Records): Create {
  return ({ properties, stack: { account, region } }, id) => {
    const vpcId = known(vpcs, properties.VpcId, 'VPC');
    groups.set(id, { id, vpcId, account, region, ...inlineRules(properties) });
    return { ref: id, attributes: { GroupId: id, Id: id, VpcId: vpcId } };
  };
}

function inlineRules(properties: ResourceDeclaration['properties']): Record<Side, Rule[]> {
  const rules = (list: unknown, side: Side): Rule[] =>
    (Array.isArray(list) ? list : []).map((rule: unknown) => parseRule(rule, side));
  // A group that states no egress lets everything out:
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroup.html
  const egress = properties.SecurityGroupEgress ?? [{ IpProtocol: '-1', CidrIp: '0.0.0.0/0' }];
  return { ingress: rules(properties.SecurityGroupIngress, 'ingress'), egress: rules(egress, 'egress') };
}

type Side = 'ingress' | 'egress';

function createRule({ groups }: Records, side: Side): Create {
  return ({ properties }, id) => {
    const { GroupId, ...rule } = properties;
    const group = groups.get(known(groups, GroupId, 'security group'));
    group?.[side].push({ ...parseRule(rule, side), resourceId: id });
    return { ref: id, attributes: { Id: id } };
  };
}

const PEER = { ingress: 'SourceSecurityGroupId', egress: 'DestinationSecurityGroupId' } as const;

function parseRule(declared: unknown, side: Side): Rule {
  const rule = new Map(Object.entries(declared ?? {}));
  const known = ['CidrIp', 'Description', 'FromPort', 'IpProtocol', 'ToPort', PEER[side]];
  const unknown = [...rule.keys()].find((name) => !known.includes(name));
  if (unknown !== undefined) throw new NotModelledError(`${unknown} of a security group's ${side} rule`);
  const groupId = rule.get(PEER[side]);
  return {
    protocol: String(rule.get('IpProtocol')),
    fromPort: Number(rule.get('FromPort') ?? 0),
    toPort: Number(rule.get('ToPort') ?? 65_535),
    peer: groupId === undefined ? { cidr: String(rule.get('CidrIp')) } : { groupId: String(groupId) },
  };
}

function known(records: ReadonlyMap<string, unknown>, id: unknown, what: string): string {
  if (typeof id === 'string' && records.has(id)) return id;
  throw new ServiceError('InvalidParameterValue', `the ${what} '${String(id)}' does not exist`);
}

/** The same deployments give the same ids again. */
function idOf(prefix: string, { stack, logicalId, generatedId }: ResourceDeclaration): string {
  const name = `${stack.account}/${stack.region}/${stack.name}/${logicalId}/${generatedId}`;
  return `${prefix}-${createHash('sha256').update(name).digest('hex').slice(0, 17)}`;
}
