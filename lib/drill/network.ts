import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import {
  FlowLogDestination,
  FlowLogTrafficType,
  GatewayVpcEndpointAwsService,
  IpAddresses,
  type ISubnet,
  type IVpc,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { CfnSubnetGroup } from 'aws-cdk-lib/aws-elasticache';
import { AnyPrincipal, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Config } from '../../core/contracts/config.ts';
import { resourceNames } from '../../core/contracts/resources.ts';
import { CACHE_PORT } from '../../core/model/endpoint.ts';
import type { Network } from '../lambda/lambda-function.ts';
import { type Permission, policyOf } from '../permissions.ts';

export interface DrillNetworkProps {
  /** @default an isolated VPC of its own */
  readonly existing?: NonNullable<Config['vault']['drillNetwork']>;
  /** Of the VPC of its own. @default the first two of the region */
  readonly zones?: readonly string[];
  /** The only buckets that can be reached from inside. */
  readonly bucketArns: readonly string[];
  /** What may be written from inside. */
  readonly writableArns: readonly string[];
}

const REDIS = Port.tcp(CACHE_PORT);
const HTTPS = Port.tcp(443);
/**
 * Its name is fixed, because the role that creates drill clusters is fenced to it. A group cannot be moved to another VPC
 * (RDS says so of its own; ElastiCache's documentation is silent), so each VPC has one of its own name.
 */
const SUBNET_GROUP = 'redrill-drill';
/** 256 addresses per zone, less 5 of AWS's: room for two drills of 90 shards at once. */
const ADDRESSES = '10.77.0.0/22';

/** Where a drill's cluster lives: one Lambda can reach it, and it can reach nothing. */
export class DrillNetwork extends Construct {
  readonly subnetGroup: string;
  readonly clusterSecurityGroup: SecurityGroup;
  /** For the Lambda that compares. */
  readonly reader: Network;

  constructor(scope: Construct, id: string, props: DrillNetworkProps) {
    super(scope, id);
    const vpc = props.existing === undefined ? this.#createVpc(props) : this.#useVpc(props.existing);
    const subnets = { subnets: [...vpc.isolatedSubnets] };
    const suffix = props.existing === undefined ? suffixOf(props.zones) : `-${props.existing.vpcId}`;
    this.subnetGroup = this.#createSubnetGroup(vpc.isolatedSubnets, suffix);
    this.clusterSecurityGroup = this.#createSecurityGroup(vpc, 'Cluster', 'Redrill: clusters of drills');
    const reader = this.#createSecurityGroup(vpc, 'Reader', 'Redrill: the Lambda that compares');
    this.clusterSecurityGroup.addIngressRule(reader, REDIS, 'The comparing Lambda');
    reader.addEgressRule(this.clusterSecurityGroup, REDIS, 'The clusters of drills');
    // S3's addresses are a prefix list whose id differs by region. Without NAT or internet gateway, the endpoint is the
    // only route that leaves, and its policy names the buckets.
    reader.addEgressRule(Peer.anyIpv4(), HTTPS, 'S3, through the gateway endpoint');
    this.reader = { vpc, subnets, securityGroup: reader };
  }

  /**
   * No internet gateway, no NAT, no peering. The default security group cannot be emptied without a custom resource;
   * nothing is ever put into it.
   */
  #createVpc({ bucketArns, writableArns, zones }: DrillNetworkProps): IVpc {
    const vpc = new Vpc(this, `Vpc${suffixOf(zones)}`, {
      ipAddresses: IpAddresses.cidr(ADDRESSES),
      ...(zones === undefined ? { maxAzs: 2 } : { availabilityZones: [...zones] }),
      natGateways: 0,
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: [{ name: 'Drill', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 24 }],
    });
    if (zones !== undefined)
      Validations.of(vpc).acknowledge({
        id: 'CloudFormation-Validate::W3010',
        reason: 'The configuration names these zones.',
      });
    const endpoint = vpc.addGatewayEndpoint('S3', { service: GatewayVpcEndpointAwsService.S3 });
    const allow = (actions: string[], resources: string[]) =>
      endpoint.addToPolicy(new PolicyStatement({ principals: [new AnyPrincipal()], actions, resources }));
    allow(
      ['s3:GetObject', 's3:ListBucket'],
      bucketArns.flatMap((arn) => [arn, `${arn}/*`]),
    );
    allow(['s3:PutObject'], [...writableArns]);
    this.#logRefused(vpc);
    // The CDK's own declarations of the two disagree under exactOptionalPropertyTypes.
    return vpc as IVpc;
  }

  #useVpc({ vpcId, subnetIds, availabilityZones }: NonNullable<DrillNetworkProps['existing']>): IVpc {
    const vpc = Vpc.fromVpcAttributes(this, 'Vpc', {
      vpcId,
      availabilityZones: [...availabilityZones],
      isolatedSubnetIds: [...subnetIds],
    });
    Validations.of(vpc).acknowledge({
      id: '@aws-cdk/aws-ec2:noSubnetRouteTableId',
      reason: 'Nothing here looks at the route tables of a network that is not ours.',
    });
    return vpc;
  }

  /** What was refused is what a drill that cannot reach its cluster is about; what was let through is not kept. */
  #logRefused(vpc: Vpc): void {
    const logGroup = new LogGroup(this, 'FlowLogs', {
      logGroupName: '/redrill/drill-network',
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'FlowLogsRole', {
      roleName: resourceNames.role('flow-logs', Stack.of(this).region),
      assumedBy: new ServicePrincipal('vpc-flow-logs.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
      inlinePolicies: { Permissions: policyOf([flowLogsInto(logGroup)]) },
    });
    vpc.addFlowLog('Refused', {
      destination: FlowLogDestination.toCloudWatchLogs(logGroup, role.withoutPolicyUpdates()),
      trafficType: FlowLogTrafficType.REJECT,
    });
  }

  #createSubnetGroup(subnets: readonly ISubnet[], suffix: string): string {
    return new CfnSubnetGroup(this, 'SubnetGroup', {
      cacheSubnetGroupName: `${SUBNET_GROUP}${suffix}`,
      description: 'Redrill: where clusters of drills are restored',
      subnetIds: subnets.map(({ subnetId }) => subnetId),
    }).ref;
  }

  #createSecurityGroup(vpc: IVpc, id: string, description: string): SecurityGroup {
    return new SecurityGroup(this, id, { vpc, description, allowAllOutbound: false });
  }
}

/**
 * Zones that are named make a VPC of their own: a subnet cannot be moved to another zone, and its successor could not have
 * its addresses while it is there.
 */
function suffixOf(zones: readonly string[] | undefined): string {
  return zones === undefined ? '' : `-${zones.map((zone) => zone.slice(-2)).join('-')}`;
}

/** https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html (checked 2026-11-21) */
function flowLogsInto(logGroup: LogGroup): Permission {
  return {
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams'],
    resources: [logGroup.logGroupArn],
  };
}
