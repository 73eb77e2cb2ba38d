import aslValidator from 'asl-validator';
import type { VirtualClock } from '../../clock.ts';
import type { CreatedResource, ResourceDeclaration, ResourceHandler } from '../../cloudformation/resource.ts';
import type { ActsAsRole, Roles } from '../lambda/ports.ts';
import { isRefusal, refuseUnknown, refuseUnless } from '../lambda/refuse.ts';
import { ServiceError } from '../service.ts';
import type { Executions } from './executions.ts';
import { type Definition, statesOf } from './interpreter/definition.ts';
import { refuseUninterpreted } from './interpreter/refusals.ts';
import type { LogLevel, Machine, MachineLogging } from './machine.ts';
import { refuseTask } from './task.ts';
import { rememberValid } from './valid-definitions.ts';

interface ResourceContext {
  readonly clock: VirtualClock;
  readonly acts: ActsAsRole;
  readonly roles: Pick<Roles, 'assumeForService'>;
}

const RESOURCE = 'AWS::StepFunctions::StateMachine';

/** What the role is used for when logging is set up: https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy */
const LOG_DELIVERY_OPERATIONS = [
  'CreateLogDelivery',
  'GetLogDelivery',
  'UpdateLogDelivery',
  'DeleteLogDelivery',
  'ListLogDeliveries',
  'PutResourcePolicy',
  'DescribeResourcePolicies',
  'DescribeLogGroups',
];

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-stepfunctions-statemachine.html */
export function stateMachineHandler(executions: Executions, context: ResourceContext): ResourceHandler {
  return {
    type: RESOURCE,
    properties: [
      'Definition',
      'DefinitionString',
      'DefinitionSubstitutions',
      'LoggingConfiguration',
      'RoleArn',
      'StateMachineName',
      'StateMachineType',
      'Tags',
      'TracingConfiguration',
    ],
    create: async (declaration): Promise<CreatedResource> => {
      const machine = parseMachine(declaration, context);
      if (machine.logging.level !== 'OFF') refuseUnlessLogDelivery(context.acts, machine);
      executions.deploy(machine);
      return {
        ref: machine.arn,
        attributes: { Arn: machine.arn, Name: machine.name, StateMachineRevisionId: 'INITIAL' },
      };
    },
    // Executions that are running keep the definition and role that they started with:
    // https://docs.aws.amazon.com/step-functions/latest/apireference/API_UpdateStateMachine.html
    update: async (declaration, { ref, attributes }) => {
      const machine = parseMachine(declaration, context);
      if (machine.logging.level !== 'OFF') refuseUnlessLogDelivery(context.acts, machine);
      executions.deploy({ ...machine, createdAt: executions.machine(ref).createdAt });
      return { ref, attributes };
    },
    delete: async ({ ref }) => executions.undeploy(ref),
  };
}

function parseMachine(
  { properties, stack, generatedName }: ResourceDeclaration,
  context: ResourceContext,
): Machine {
  const { account, region } = stack;
  refuseUnless(`${RESOURCE} StateMachineType`, properties.StateMachineType, ['STANDARD']);
  refuseUnknown(`${RESOURCE} TracingConfiguration`, properties.TracingConfiguration, ['Enabled']);
  const name: string = properties.StateMachineName ?? generatedName;
  const roleArn: string = properties.RoleArn;
  const definitionText = definitionTextOf(properties);
  return {
    arn: `arn:aws:states:${region}:${account}:stateMachine:${name}`,
    name,
    account,
    region,
    roleArn,
    principal: context.roles.assumeForService(roleArn, 'states.amazonaws.com'),
    definitionText,
    definition: parseDefinition(definitionText),
    logging: parseLogging(properties.LoggingConfiguration),
    tracing: truthy(properties.TracingConfiguration?.Enabled),
    createdAt: context.clock.now(),
  };
}

// biome-ignore lint/suspicious/noExplicitAny: properties of a template
function definitionTextOf({ Definition, DefinitionString, DefinitionSubstitutions }: any): string {
  const text = DefinitionString ?? JSON.stringify(Definition);
  return Object.entries<string>(DefinitionSubstitutions ?? {}).reduce(
    (substituted, [name, value]) => substituted.replaceAll(`\${${name}}`, value),
    String(text),
  );
}

/**
 * @throws ServiceError `InvalidDefinition` as CreateStateMachine does
 * @throws NotModelledError for what is valid and not modelled
 */
export function parseDefinition(text: string): Definition {
  let definition: Definition;
  try {
    definition = JSON.parse(text);
  } catch (error) {
    throw invalidDefinition(`INVALID_JSON_DESCRIPTION: ${error instanceof Error ? error.message : error}`);
  }
  rememberValid(text, () => {
    const { isValid, errorsText } = aslValidator(definition, { checkArn: true, checkPaths: true });
    if (!isValid) throw invalidDefinition(`SCHEMA_VALIDATION_FAILED: ${errorsText('; ')}`);
  });
  refuseUninterpreted(definition);
  for (const [name, state] of statesOf(definition)) if (state.Type === 'Task') refuseTask(name, state);
  return definition;
}

function invalidDefinition(reason: string): ServiceError {
  return new ServiceError('InvalidDefinition', `Invalid State Machine Definition: '${reason}'`);
}

// biome-ignore lint/suspicious/noExplicitAny: properties of a template
function parseLogging(logging: any): MachineLogging {
  refuseUnknown(`${RESOURCE} LoggingConfiguration`, logging, [
    'Destinations',
    'IncludeExecutionData',
    'Level',
  ]);
  const level: LogLevel = logging?.Level ?? 'OFF';
  refuseUnless(`${RESOURCE} LoggingConfiguration Level`, level, ['ALL', 'ERROR', 'FATAL', 'OFF']);
  const destinations: readonly { CloudWatchLogsLogGroup?: { LogGroupArn?: string } }[] =
    logging?.Destinations ?? [];
  return {
    level,
    includeExecutionData: truthy(logging?.IncludeExecutionData),
    logGroupArns: destinations.flatMap(
      ({ CloudWatchLogsLogGroup }) => CloudWatchLogsLogGroup?.LogGroupArn ?? [],
    ),
  };
}

function refuseUnlessLogDelivery(acts: ActsAsRole, { principal, region }: Machine): void {
  for (const operation of LOG_DELIVERY_OPERATIONS) {
    try {
      const request = { action: `logs:${operation}`, resource: '*' };
      acts.authorizeAs(principal, { service: 'logs', operation, region }, request);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      throw new ServiceError(
        'AccessDeniedException',
        `The state machine IAM Role is not authorized to access the Log Destination (logs:${operation})`,
      );
    }
  }
}

/** CloudFormation takes booleans as text, too. */
function truthy(value: unknown): boolean {
  return value === true || value === 'true';
}
