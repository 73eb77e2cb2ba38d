import { ArnFormat, type Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  StateMachine as AwsStateMachine,
  DefinitionBody,
  type IChainable,
  LogLevel,
  StateMachineType,
} from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { resourceNames, type Workflow } from '../../core/contracts/resources.ts';
import type { LambdaFunction } from '../lambda/lambda-function.ts';
import { acknowledgeWildcards, type Permission, policyOf } from '../permissions.ts';

export interface StateMachineProps {
  readonly workflow: Workflow;
  readonly definition: IChainable;
  /** Every Lambda that the definition invokes. */
  readonly invokes: readonly LambdaFunction[];
  /** After so long an execution has gone wrong, whatever it waits for. */
  readonly timeout: Duration;
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html (checked 2026-11-21) */
const LOG_DELIVERY: Permission = {
  actions: [
    'logs:CreateLogDelivery',
    'logs:GetLogDelivery',
    'logs:UpdateLogDelivery',
    'logs:DeleteLogDelivery',
    'logs:ListLogDeliveries',
    'logs:PutResourcePolicy',
    'logs:DescribeResourcePolicies',
    'logs:DescribeLogGroups',
  ],
  resources: ['*'],
  because:
    'CloudWatch Logs deliveries have no resource types; Step Functions documents them on all resources.',
};

/** https://docs.aws.amazon.com/step-functions/latest/dg/xray-iam.html (checked 2026-11-21) */
const TRACES: Permission = {
  actions: [
    'xray:PutTraceSegments',
    'xray:PutTelemetryRecords',
    'xray:GetSamplingRules',
    'xray:GetSamplingTargets',
  ],
  resources: ['*'],
  because: 'X-Ray traces have no resource types.',
};

/** A Standard workflow: logged without its payloads, traced, with a role that may invoke its Lambdas and no others. */
export class StateMachine extends Construct {
  readonly workflow: Workflow;
  readonly arn: string;
  /** ARN pattern of its executions. */
  readonly executionArns: string;
  readonly awsStateMachine: AwsStateMachine;

  constructor(scope: Construct, id: string, props: StateMachineProps) {
    super(scope, id);
    this.workflow = props.workflow;
    const name = resourceNames.stateMachine(props.workflow);
    this.awsStateMachine = new AwsStateMachine(this, 'StateMachine', {
      stateMachineName: name,
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromChainable(props.definition),
      timeout: props.timeout,
      role: this.#createRole(props).withoutPolicyUpdates(),
      tracingEnabled: true,
      logs: { destination: this.#createLogGroup(name), level: LogLevel.ALL, includeExecutionData: false },
    });
    this.arn = this.awsStateMachine.stateMachineArn;
    this.executionArns = Stack.of(this).formatArn({
      service: 'states',
      resource: 'execution',
      resourceName: `${name}:*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }

  /**
   * The prefix keeps deliveries out of the account's resource policy, which has a size limit.
   * https://docs.aws.amazon.com/step-functions/latest/dg/bp-cwl.html (checked 2026-11-21)
   */
  #createLogGroup(name: string): LogGroup {
    return new LogGroup(this, 'Logs', {
      logGroupName: `/aws/vendedlogs/states/${name}`,
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }

  #createRole({ workflow, invokes }: StateMachineProps): Role {
    const permissions: readonly Permission[] = [
      { actions: ['lambda:InvokeFunction'], resources: invokes.map(({ arn }) => arn) },
      LOG_DELIVERY,
      TRACES,
    ];
    const role = new Role(this, 'Role', {
      roleName: resourceNames.role(`${workflow}-workflow`, Stack.of(this).region),
      assumedBy: new ServicePrincipal('states.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
      inlinePolicies: { Permissions: policyOf(permissions) },
    });
    acknowledgeWildcards(role, permissions);
    return role;
  }
}
