import { createHash } from 'node:crypto';
import type { CreatedResource, ResourceDeclaration, ResourceHandler } from '../cloudformation/resource.ts';
import { NotModelledError, ServiceError } from './service.ts';

/**
 * What CDK synthesises of an isolated VPC, kept as records, so that a Lambda's network settings and a cache's subnet
 * and security groups refer to something that exists. No packet is filtered; {@link Network.allows} answers whether
 * one would get through, for those who want to refuse the connection.
 */
export interface Network {
  subnet(id: string): SubnetRecord | undefined;
  securityGroup(id: string): SecurityGroupRecord | undefined;
  /**
   * Whether a TCP connection from a member of one group to this port of a member of another gets through: the one
   * must let it out and the other in. Groups of different VPCs never reach each other.
   * https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
   */
  allows(fromGroupId: string, toGroupId: string, port: number): boolean;
}

export interface SubnetRecord {
  readonly id: string;
  readonly vpcId: string;
  readonly availabilityZone: string;
  readonly account: string;
  readonly region: string;
}

export interface SecurityGroupRecord {
  readonly id: string;
  readonly vpcId: string;
  readonly account: string;
  readonly region: string;
}

interface Rule {
  readonly protocol: string;
  readonly fromPort: number;
  readonly toPort: number;
  readonly peer: { readonly groupId: string } | { readonly cidr: string };
}

interface SecurityGroup extends SecurityGroupRecord {
  readonly ingress: Rule[];
  readonly egress: Rule[];
}

interface Records {
  readonly vpcs: Map<string, string>;
  readonly subnets: Map<string, SubnetRecord>;
  readonly groups: Map<string, SecurityGroup>;
  /** Route tables, endpoints and whatever else is only ever referred to, with its type. */
  readonly others: Map<string, string>;
}

/** The EC2 part of all regions and accounts: a network to ask, and the handlers that fill it from templates. */
export function createEc2(): {
  readonly network: Network;
  readonly resourceHandlers: readonly ResourceHandler[];
} {
  const records: Records = { vpcs: new Map(), subnets: new Map(), groups: new Map(), others: new Map() };
  return { network: networkOf(records), resourceHandlers: handlers(records) };
}

function networkOf({ vpcs, subnets, groups }: Records): Network {
  return {
    subnet: (id) => subnets.get(id),
    securityGroup: (id) => groups.get(id),
    allows(fromGroupId, toGroupId, port) {
      const from = groups.get(fromGroupId);
      const to = groups.get(toGroupId);
      if (from === undefined || to === undefined || from.vpcId !== to.vpcId) return false;
      const vpcCidr = vpcs.get(from.vpcId) ?? '';
      const lets = (rules: readonly Rule[], peerId: string) =>
        rules.some((rule) => coversPort(rule, port) && coversPeer(rule, peerId, vpcCidr));
      return lets(from.egress, to.id) && lets(to.ingress, from.id);
    },
  };
}

function coversPort({ protocol, fromPort, toPort }: Rule, port: number): boolean {
  return (
    protocol === '-1' || ((protocol === 'tcp' || protocol === '6') && fromPort <= port && port <= toPort)
  );
}

function coversPeer({ peer }: Rule, groupId: string, vpcCidr: string): boolean {
  return 'groupId' in peer ? peer.groupId === groupId : containsCidr(peer.cidr, vpcCidr);
}

function containsCidr(outer: string, inner: string): boolean {
  const [outerStart, outerBits] = parseCidr(outer);
  const [innerStart, innerBits] = parseCidr(inner);
  const shift = 32 - outerBits;
  return outerBits <= innerBits && (shift === 32 || outerStart >>> shift === innerStart >>> shift);
}

function parseCidr(cidr: string): readonly [start: number, bits: number] {
  const [address = '', bits = '32'] = cidr.split('/');
  return [address.split('.').reduce((start, part) => (start << 8) | Number(part), 0) >>> 0, Number(bits)];
}

type Create = (declaration: ResourceDeclaration, id: string) => CreatedResource;

interface ModelledType {
  readonly name: string;
  readonly idPrefix: string;
  readonly properties: string;
  /** @default kept as something to refer to, with this attribute */
  readonly create?: (records: Records) => Create;
  readonly attribute?: string;
}

const TYPES: readonly ModelledType[] = [
  {
    name: 'VPC',
    idPrefix: 'vpc',
    properties: 'CidrBlock EnableDnsHostnames EnableDnsSupport InstanceTenancy Tags',
    create: createVpc,
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
  },
  {
    name: 'SecurityGroupIngress',
    idPrefix: 'sgr',
    properties: 'CidrIp Description FromPort GroupId IpProtocol SourceSecurityGroupId ToPort',
    create: (records) => createRule(records, 'ingress'),
  },
  {
    name: 'SecurityGroupEgress',
    idPrefix: 'sgr',
    properties: 'CidrIp Description DestinationSecurityGroupId FromPort GroupId IpProtocol ToPort',
    create: (records) => createRule(records, 'egress'),
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
  return TYPES.map(({ name, idPrefix, properties, create, attribute = 'Id' }) => {
    const make = create?.(records) ?? createRecord(records, attribute);
    return {
      type: `AWS::EC2::${name}`,
      properties: properties.split(' '),
      create: async (declaration) => make(declaration, idOf(idPrefix, declaration)),
    };
  });
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
    const rules = (list: unknown, side: Side): Rule[] =>
      (Array.isArray(list) ? list : []).map((rule: unknown) => parseRule(rule, side));
    const ingress = rules(properties.SecurityGroupIngress, 'ingress');
    // A group that states no egress lets everything out:
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroup.html
    const egress = properties.SecurityGroupEgress ?? [{ IpProtocol: '-1', CidrIp: '0.0.0.0/0' }];
    groups.set(id, { id, vpcId, account, region, ingress, egress: rules(egress, 'egress') });
    return { ref: id, attributes: { GroupId: id, Id: id, VpcId: vpcId } };
  };
}

type Side = 'ingress' | 'egress';

function createRule({ groups }: Records, side: Side): Create {
  return ({ properties }, id) => {
    const { GroupId, ...rule } = properties;
    const group = groups.get(known(groups, GroupId, 'security group'));
    group?.[side].push(parseRule(rule, side));
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

/** The same template gives the same ids again. */
function idOf(prefix: string, { stack, logicalId }: ResourceDeclaration): string {
  const name = `${stack.account}/${stack.region}/${stack.name}/${logicalId}`;
  return `${prefix}-${createHash('sha256').update(name).digest('hex').slice(0, 17)}`;
}
