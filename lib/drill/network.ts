import { Fn, RemovalPolicy, Stack, Tags, Token, Validations } from 'aws-cdk-lib';
import {
  FlowLogDestination,
  FlowLogTrafficType,
  GatewayVpcEndpointAwsService,
  type IPeer,
  IpAddresses,
  type IVpc,
  Peer,
  Port,
  SecurityGroup,
  type SubnetSelection,
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
import { ec2Arn } from '../arns.ts';
import type { Network } from '../lambda/lambda-function.ts';
import { type Permission, policyOf } from '../permissions.ts';

/** A VPC of the user's, and which of its subnets. */
export interface GivenNetwork {
  readonly vpc: IVpc;
  /** @default its isolated subnets */
  readonly subnets?: SubnetSelection | undefined;
}

export interface DrillNetworkProps {
  /** @default an isolated VPC of its own */
  readonly existing?: NonNullable<Config['vault']['drillNetwork']> | GivenNetwork;
  /** Of the VPC of its own. @default the first two of the region */
  readonly zones?: readonly string[];
  /** The only buckets that can be reached from inside. */
  readonly bucketArns: readonly string[];
  /** What may be written from inside. */
  readonly writableArns: readonly string[];
  /** Whether drills make serverless caches, which are reached through endpoints. */
  readonly makesEndpoints: boolean;
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

/**
 * Security groups as peers. The CDK makes logical ids of rules from the path of the peer, which is another one in each app;
 * these are of the first release. A rule with another id is made before the old one goes, and EC2 refuses two of the same.
 */
const READER_ID = 'redrillvaultDrillNetworkReader91FDACFD';
const CLUSTER_ID = 'redrillvaultDrillNetworkCluster69720EA3';

/** Where a drill's cluster lives: one Lambda can reach it, and it can reach nothing. */
export class DrillNetwork extends Construct {
  readonly subnetGroup: string;
  readonly subnetIds: readonly string[];
  /** ARNs of what the endpoints of serverless caches are made in. */
  readonly endpointResources: readonly string[];
  readonly clusterSecurityGroup: SecurityGroup;
  /** What of the names here only the deployment knows. */
  readonly references: readonly string[];
  /** For the Lambda that compares. */
  readonly reader: Network;

  constructor(scope: Construct, id: string, props: DrillNetworkProps) {
    super(scope, id);
    const { existing } = props;
    const { vpc, subnets: chosen } = existing === undefined ? this.#createVpc(props) : this.#useVpc(existing);
    const subnets = vpc.selectSubnets(chosen ?? { subnetType: SubnetType.PRIVATE_ISOLATED });
    this.subnetIds = subnets.subnetIds;
    const suffix = existing === undefined ? suffixOf(props.zones) : `-${vpc.vpcId}`;
    this.subnetGroup = this.#createSubnetGroup(subnets.subnetIds, suffix);
    this.clusterSecurityGroup = this.#createSecurityGroup(vpc, 'Cluster', 'Redrill: clusters of drills');
    this.endpointResources = [
      ec2Arn(this, 'vpc', vpc.vpcId),
      ...subnets.subnetIds.map((subnet) => ec2Arn(this, 'subnet', subnet)),
      ec2Arn(this, 'security-group', this.clusterSecurityGroup.securityGroupId),
    ];
    this.references = [
      ...(Token.isUnresolved(suffix) ? [this.subnetGroup] : []),
      ...(props.makesEndpoints ? this.endpointResources.filter((each) => Token.isUnresolved(each)) : []),
    ];
    const reader = this.#createSecurityGroup(vpc, 'Reader', 'Redrill: the Lambda that compares');
    this.clusterSecurityGroup.addIngressRule(peer(reader, READER_ID), REDIS, 'The comparing Lambda');
    reader.addEgressRule(peer(this.clusterSecurityGroup, CLUSTER_ID), REDIS, 'The clusters of drills');
    // S3's addresses are a prefix list whose id differs by region. Without NAT or internet gateway, the endpoint is the
    // only route that leaves, and its policy names the buckets.
    reader.addEgressRule(Peer.anyIpv4(), HTTPS, 'S3, through the gateway endpoint');
    this.reader = { vpc, subnets: { subnets: subnets.subnets }, securityGroup: reader };
  }

  /**
   * No internet gateway, no NAT, no peering. The default security group cannot be emptied without a custom resource;
   * nothing is ever put into it.
   */
  #createVpc({ bucketArns, writableArns, zones }: DrillNetworkProps): GivenNetwork {
    const id = `Vpc${suffixOf(zones)}`;
    const availabilityZones = [...(zones ?? FIRST_TWO_ZONES)];
    const vpc = askingForNoZones(
      Stack.of(this),
      () =>
        new Vpc(this, id, {
          ipAddresses: IpAddresses.cidr(ADDRESSES),
          availabilityZones,
          natGateways: 0,
          restrictDefaultSecurityGroup: false,
          subnetConfiguration: [{ name: 'Drill', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 24 }],
        }),
    );
    Tags.of(vpc).add('Name', nameOf(vpc));
    for (const subnet of vpc.isolatedSubnets) Tags.of(subnet).add('Name', `${nameOf(vpc)}/${subnet.node.id}`);
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
    return { vpc: vpc as IVpc };
  }

  #useVpc(existing: NonNullable<DrillNetworkProps['existing']>): GivenNetwork {
    if ('vpc' in existing) return existing;
    const { vpcId, subnetIds, availabilityZones } = existing;
    const vpc = Vpc.fromVpcAttributes(this, 'Vpc', {
      vpcId,
      availabilityZones: [...availabilityZones],
      isolatedSubnetIds: [...subnetIds],
    });
    Validations.of(vpc).acknowledge({
      id: '@aws-cdk/aws-ec2:noSubnetRouteTableId',
      reason: 'Nothing here looks at the route tables of a network that is not ours.',
    });
    return { vpc };
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
    const log = vpc.addFlowLog('Refused', {
      destination: FlowLogDestination.toCloudWatchLogs(logGroup, role.withoutPolicyUpdates()),
      trafficType: FlowLogTrafficType.REJECT,
    });
    Tags.of(log).add('Name', `${nameOf(vpc)}/${log.node.id}`);
  }

  #createSubnetGroup(subnetIds: readonly string[], suffix: string): string {
    return new CfnSubnetGroup(this, 'SubnetGroup', {
      cacheSubnetGroupName: `${SUBNET_GROUP}${suffix}`,
      description: 'Redrill: where clusters of drills are restored',
      subnetIds: [...subnetIds],
    }).ref;
  }

  #createSecurityGroup(vpc: IVpc, id: string, description: string): SecurityGroup {
    return new SecurityGroup(this, id, { vpc, description, allowAllOutbound: false });
  }
}

function peer(group: SecurityGroup, uniqueId: string): IPeer {
  return {
    canInlineRule: group.canInlineRule,
    connections: group.connections,
    uniqueId,
    toIngressRuleConfig: () => group.toIngressRuleConfig(),
    toEgressRuleConfig: () => group.toEgressRuleConfig(),
  };
}

/** The CDK's name is the path, which is another one in each app. */
function nameOf(vpc: Vpc): string {
  return [Stack.of(vpc).stackName, vpc.node.scope?.node.id, vpc.node.id].join('/');
}

/** That the account sees, chosen at deployment: synthesis asks AWS nothing. */
const FIRST_TWO_ZONES = [Fn.select(0, Fn.getAzs()), Fn.select(1, Fn.getAzs())];

/** A VPC reads the zones of its stack even if it is given its own, and a stack with an account and a region asks AWS for them. */
function askingForNoZones<Result>(stack: Stack, make: () => Result): Result {
  Object.defineProperty(stack, 'availabilityZones', { value: FIRST_TWO_ZONES, configurable: true });
  try {
    return make();
  } finally {
    Reflect.deleteProperty(stack, 'availabilityZones');
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
