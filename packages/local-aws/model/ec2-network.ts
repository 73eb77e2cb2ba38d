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

export interface Rule {
  readonly protocol: string;
  readonly fromPort: number;
  readonly toPort: number;
  readonly peer: { readonly groupId: string } | { readonly cidr: string };
  /** Of a rule that is a resource of its own. */
  readonly resourceId?: string;
}

export interface SecurityGroup extends SecurityGroupRecord {
  readonly ingress: Rule[];
  readonly egress: Rule[];
}

export interface Records {
  readonly vpcs: Map<string, string>;
  readonly subnets: Map<string, SubnetRecord>;
  readonly groups: Map<string, SecurityGroup>;
  /** Route tables, endpoints and whatever else is only ever referred to, with its type. */
  readonly others: Map<string, string>;
}

export function networkOf({ vpcs, subnets, groups }: Records): Network {
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
