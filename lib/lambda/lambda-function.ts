import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function as AwsFunction, type Code, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ENV } from '../../core/contracts/environment.ts';
import type { LambdaName } from '../../core/contracts/lambda-inputs.ts';
import { resourceNames } from '../../core/contracts/resources.ts';
import { acknowledgeWildcards, type Fence, type Permission, policyOf } from '../permissions.ts';
import type { Bundles } from './bundles.ts';

/** How long a Lambda may take and what memory it gets; Lambda gives CPU in proportion to memory. */
export interface Size {
  readonly timeout: Duration;
  readonly memoryMib: number;
}

/** A few API calls and a decision. */
export const QUICK: Size = { timeout: Duration.seconds(60), memoryMib: 512 };
/** S3 copies, the Lambda waits: the longest that Lambda allows, as a shard of 100 GiB takes minutes. */
export const COPYING: Size = { timeout: Duration.minutes(15), memoryMib: 1024 };
/** Every byte of a shard goes through: 2 GiB are more than one full vCPU (1,769 MiB). */
export const READING: Size = { timeout: Duration.minutes(15), memoryMib: 2048 };

/** A VPC to run in. */
export interface Network {
  readonly vpc: IVpc;
  readonly subnets: SubnetSelection;
  readonly securityGroup: ISecurityGroup;
}

export interface LambdaFunctionProps {
  /** The file in lambdas/, and part of the function's name. */
  readonly name: LambdaName;
  readonly description: string;
  readonly bundles: Bundles;
  readonly permissions: readonly Permission[];
  /** @default none */
  readonly fences?: readonly Fence[];
  /** @default none */
  readonly environment?: Partial<Readonly<Record<keyof typeof ENV, string>>>;
  /** @default QUICK */
  readonly size?: Size;
  /** Gets the events that the function could not work off when it is invoked asynchronously. @default they are dropped */
  readonly deadLetters?: IQueue;
  /** @default outside any VPC */
  readonly network?: Network;
  /** @default the bundle of that name */
  readonly code?: Code;
}

/**
 * What Lambda itself does with the role of a function in a VPC. Its code could call these too, but it has no route to
 * EC2's API. https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html (checked 2026-11-21)
 */
const NETWORK_INTERFACES: Permission = {
  actions: [
    'ec2:CreateNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:DeleteNetworkInterface',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ],
  resources: ['*'],
  because:
    'Lambda requires these on all resources for a function in a VPC; the interfaces have no name before.',
};

/** A Lambda with a role and a log group of its own. */
export class LambdaFunction extends Construct {
  readonly lambda: LambdaName;
  readonly name: string;
  readonly arn: string;
  readonly timeout: Duration;
  readonly awsFunction: AwsFunction;
  readonly role: Role;
  #variables: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, props: LambdaFunctionProps) {
    super(scope, id);
    this.lambda = props.name;
    this.name = `redrill-${props.name}`;
    this.timeout = (props.size ?? QUICK).timeout;
    this.#variables = environmentOf(props.environment ?? {});
    const logGroup = this.#createLogGroup();
    this.role = this.#createRole(props, logGroup);
    this.awsFunction = this.#createFunction(props, logGroup);
    this.arn = this.awsFunction.functionArn;
  }

  /** What it is given, by the variables' names. */
  get variables(): Readonly<Record<string, string>> {
    return this.#variables;
  }

  /** Gives it a text that only the deployment knows. @returns the variable's name */
  variableFor(text: string): string {
    const known = Object.entries(this.#variables).find(([, value]) => value === text);
    if (known !== undefined) return known[0];
    const name = `KNOWN_AT_DEPLOYMENT_${Object.keys(this.#variables).length + 1}`;
    this.#variables = { ...this.#variables, [name]: text };
    this.awsFunction.addEnvironment(name, text);
    return name;
  }

  /** The group dies with the stack: its name is fixed, and one left behind would stop the next deployment. */
  #createLogGroup(): LogGroup {
    return new LogGroup(this, 'Logs', {
      logGroupName: `/aws/lambda/${this.name}`,
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }

  #createRole(
    { name, permissions, fences, network, deadLetters }: LambdaFunctionProps,
    logGroup: LogGroup,
  ): Role {
    const all: readonly Permission[] = [
      {
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
        because: 'The streams of its own log group.',
      },
      ...(network === undefined ? [] : [NETWORK_INTERFACES]),
      ...(deadLetters === undefined
        ? []
        : [{ actions: ['sqs:SendMessage'], resources: [deadLetters.queueArn] }]),
      ...permissions,
    ];
    const role = new Role(this, 'Role', {
      roleName: resourceNames.role(name, Stack.of(this).region),
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: { Permissions: policyOf(all, fences) },
    });
    acknowledgeWildcards(role, all);
    return role;
  }

  #createFunction(props: LambdaFunctionProps, logGroup: LogGroup): AwsFunction {
    const { name, description, bundles, code, size = QUICK, network, deadLetters } = props;
    return new AwsFunction(this, 'Function', {
      functionName: this.name,
      description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: code ?? bundles.code(name),
      handler: 'index.handler',
      timeout: size.timeout,
      memorySize: size.memoryMib,
      environment: { ...this.#variables },
      logGroup,
      role: this.role.withoutPolicyUpdates(),
      ...(deadLetters === undefined ? {} : { deadLetterQueue: deadLetters }),
      ...(network === undefined
        ? {}
        : { vpc: network.vpc, vpcSubnets: network.subnets, securityGroups: [network.securityGroup] }),
    });
  }
}

function environmentOf(
  values: NonNullable<LambdaFunctionProps['environment']>,
): Readonly<Record<string, string>> {
  const keys = Object.keys(ENV) as (keyof typeof ENV)[];
  return Object.fromEntries(
    keys.flatMap((key) => (values[key] === undefined ? [] : [[ENV[key], values[key]]])),
  );
}
