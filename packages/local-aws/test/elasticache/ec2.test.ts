import { expect, it } from 'vitest';
import { createEc2 } from '../../model/ec2.ts';

const stack = { name: 'vault', account: '111122223333', region: 'eu-central-1' };
const { network, resourceHandlers } = createEc2();

async function create(type: string, logicalId: string, properties: object): Promise<string> {
  const handler = resourceHandlers.find((one) => one.type === `AWS::EC2::${type}`);
  if (handler === undefined) throw new Error(type);
  expect(handler.properties).toEqual(expect.arrayContaining(Object.keys(properties)));
  const declaration = {
    type,
    logicalId,
    properties,
    stack,
    generatedName: logicalId,
    generatedId: logicalId,
    asset: () => '',
  };
  return (await handler.create(declaration)).ref;
}

it('lets a connection through only where both groups have a rule for it', async () => {
  const VpcId = await create('VPC', 'Vpc', { CidrBlock: '10.1.0.0/16', EnableDnsHostnames: true });
  const GroupDescription = 'g';
  const closed = { CidrIp: '255.255.255.255/32', IpProtocol: 'icmp', FromPort: 252, ToPort: 86 };
  const lambda = await create('SecurityGroup', 'Lambda', {
    VpcId,
    GroupDescription,
    SecurityGroupEgress: [closed],
  });
  const caches = await create('SecurityGroup', 'Caches', { VpcId, GroupDescription });
  expect(network.allows(lambda, caches, 6379)).toBe(false);
  const rule = { IpProtocol: 'tcp', FromPort: 6379, ToPort: 6380 };
  await create('SecurityGroupEgress', 'Out', {
    ...rule,
    GroupId: lambda,
    DestinationSecurityGroupId: caches,
  });
  expect(network.allows(lambda, caches, 6379)).toBe(false);
  await create('SecurityGroupIngress', 'In', { ...rule, GroupId: caches, SourceSecurityGroupId: lambda });
  expect(network.allows(lambda, caches, 6379)).toBe(true);
  expect(network.allows(lambda, caches, 22)).toBe(false);
  expect(network.allows(caches, lambda, 6379)).toBe(false);
});

it('reads rules by address range against the range of the VPC', async () => {
  const VpcId = await create('VPC', 'Vpc2', { CidrBlock: '10.2.0.0/16' });
  const group = (CidrIp: string, name: string) =>
    create('SecurityGroup', name, {
      VpcId,
      GroupDescription: 'g',
      SecurityGroupIngress: [{ IpProtocol: 'tcp', FromPort: 6379, ToPort: 6379, CidrIp }],
    });
  const [open, same, wider, other] = [
    await group('0.0.0.0/0', 'Open'),
    await group('10.2.0.0/16', 'Same'),
    await group('10.0.0.0/8', 'Wider'),
    await group('10.3.0.0/16', 'Other'),
  ];
  expect([open, same, wider, other].map((to) => network.allows(open, to, 6379))).toEqual([
    true,
    true,
    true,
    false,
  ]);
});

it('keeps the rest of an isolated VPC as records, and refuses references to nothing', async () => {
  const VpcId = await create('VPC', 'Vpc3', { CidrBlock: '10.4.0.0/16' });
  const SubnetId = await create('Subnet', 'Subnet', {
    VpcId,
    CidrBlock: '10.4.0.0/24',
    AvailabilityZone: 'eu-central-1a',
  });
  const RouteTableId = await create('RouteTable', 'Routes', { VpcId });
  await create('SubnetRouteTableAssociation', 'Association', { RouteTableId, SubnetId });
  await create('VPCEndpoint', 'S3', {
    VpcId,
    ServiceName: 'com.amazonaws.eu-central-1.s3',
    RouteTableIds: [RouteTableId],
    VpcEndpointType: 'Gateway',
  });
  expect(network.subnet(SubnetId)).toMatchObject({
    vpcId: VpcId,
    availabilityZone: 'eu-central-1a',
    region: 'eu-central-1',
  });
  await expect(create('Subnet', 'Lost', { VpcId: 'vpc-0', CidrBlock: '10.4.1.0/24' })).rejects.toThrow(
    /vpc-0/,
  );
  const strange = {
    VpcId,
    GroupDescription: 'g',
    SecurityGroupIngress: [{ IpProtocol: '-1', CidrIpv6: '::/0' }],
  };
  await expect(create('SecurityGroup', 'Strange', strange)).rejects.toMatchObject({ code: 'NotModelled' });
});
