import { randomUUID } from 'node:crypto';
import { refuseUnknown, refuseUnless } from '../lambda/refuse.ts';
import { type Call, type Operation, ServiceError } from '../service.ts';
import type { Execution } from './execution.ts';
import type { Executions } from './executions.ts';
import { type HistoryEvent, withoutData } from './history.ts';

interface PageInput {
  readonly maxResults?: number;
  readonly nextToken?: string;
}

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html */
const DEFAULT_PAGE = 100;
const MAX_PAGE = 1000;

/** The operations of Step Functions that are modelled. */
export function statesOperations(executions: Executions): Record<string, Operation> {
  return {
    StartExecution: async (input, call) => start(executions, input, call),
    DescribeExecution: async (input, call) => describeExecution(executions, input, call),
    ListExecutions: async (input, call) => list(executions, input, call),
    StopExecution: async (input, call) => stop(executions, input, call),
    GetExecutionHistory: async (input, call) => history(executions, input, call),
    ListStateMachines: async (input, call) => listMachines(executions, input, call),
    DescribeStateMachine: async (input, call) => describeMachine(executions, input, call),
  };
}

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html#API_StartExecution_Errors */
function requireArn(arn: string): void {
  if (!/^arn:aws:states:[a-z0-9-]+:\d{12}:\w+:.+/.test(arn))
    throw new ServiceError('InvalidArn', `Invalid Arn: '${arn}'`);
}

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html */
const STATUSES = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED', 'PENDING_REDRIVE'];

function requireStatus(status: string | undefined): void {
  if (status === undefined || STATUSES.includes(status)) return;
  throw new ServiceError(
    'ValidationException',
    `1 validation error detected: Value '${status}' at 'statusFilter' failed to satisfy constraint: ` +
      `Member must satisfy enum value set: [${STATUSES.join(', ')}]`,
  );
}

interface StartInput {
  readonly stateMachineArn: string;
  readonly name?: string;
  readonly input?: string;
}

function start(executions: Executions, input: StartInput, call: Call): object {
  refuseUnknown('states StartExecution', input, ['stateMachineArn', 'name', 'input']);
  requireArn(input.stateMachineArn);
  call.authorize({ action: 'states:StartExecution', resource: input.stateMachineArn });
  const { arn, startedAt } = executions.start(
    input.stateMachineArn,
    input.name ?? randomUUID(),
    input.input ?? '{}',
  );
  return { executionArn: arn, startDate: new Date(startedAt) };
}

function describeExecution(executions: Executions, input: { executionArn: string }, call: Call): object {
  refuseUnknown('states DescribeExecution', input, ['executionArn', 'includedData']);
  requireArn(input.executionArn);
  call.authorize({ action: 'states:DescribeExecution', resource: input.executionArn });
  const execution = executions.get(input.executionArn);
  const { ending, settings } = execution;
  return {
    ...summaryOf(execution),
    input: settings.input,
    inputDetails: { included: true },
    ...(ending?.output !== undefined && {
      output: JSON.stringify(ending.output),
      outputDetails: { included: true },
    }),
    ...(ending?.error !== undefined && { error: ending.error }),
    ...(ending?.cause !== undefined && { cause: ending.cause }),
  };
}

function summaryOf({ arn, name, settings, status, startedAt, ending }: Execution): object {
  return {
    executionArn: arn,
    stateMachineArn: settings.machine.arn,
    name,
    status,
    startDate: new Date(startedAt),
    ...(ending && { stopDate: new Date(ending.at) }),
    redriveCount: 0,
  };
}

interface ListInput extends PageInput {
  readonly stateMachineArn: string;
  readonly statusFilter?: string;
}

function list(executions: Executions, input: ListInput, call: Call): object {
  const known = ['stateMachineArn', 'statusFilter', 'maxResults', 'nextToken'];
  refuseUnknown('states ListExecutions', input, known);
  requireArn(input.stateMachineArn);
  requireStatus(input.statusFilter);
  call.authorize({ action: 'states:ListExecutions', resource: input.stateMachineArn });
  executions.machine(input.stateMachineArn);
  const { statusFilter } = input;
  const found = executions
    .of(input.stateMachineArn)
    .filter(({ status }) => statusFilter === undefined || status === statusFilter);
  const { page, nextToken } = pageOf(found, input);
  return { executions: page.map(summaryOf), ...nextToken };
}

interface StopInput {
  readonly executionArn: string;
  readonly error?: string;
  readonly cause?: string;
}

function stop(executions: Executions, input: StopInput, call: Call): object {
  refuseUnknown('states StopExecution', input, ['executionArn', 'error', 'cause']);
  requireArn(input.executionArn);
  call.authorize({ action: 'states:StopExecution', resource: input.executionArn });
  const execution = executions.get(input.executionArn);
  execution.stop(input.error, input.cause);
  return { stopDate: new Date(execution.ending?.at ?? call.now) };
}

interface HistoryInput extends PageInput {
  readonly executionArn: string;
  readonly reverseOrder?: boolean;
  readonly includeExecutionData?: boolean;
}

function history(executions: Executions, input: HistoryInput, call: Call): object {
  const known = ['executionArn', 'maxResults', 'nextToken', 'reverseOrder', 'includeExecutionData'];
  refuseUnknown('states GetExecutionHistory', input, known);
  call.authorize({ action: 'states:GetExecutionHistory', resource: input.executionArn });
  const { events } = executions.get(input.executionArn).history;
  const { page, nextToken } = pageOf(input.reverseOrder ? events.toReversed() : events, input);
  return { events: page.map((event) => apiEvent(event, input.includeExecutionData ?? true)), ...nextToken };
}

function apiEvent(event: HistoryEvent, includeData: boolean): object {
  const { id, previousEventId, at, type, detailsName, details } = event;
  const shown = includeData ? details : withoutData(details);
  return { id, previousEventId, timestamp: new Date(at), type, ...(detailsName && { [detailsName]: shown }) };
}

function listMachines(executions: Executions, input: PageInput, call: Call): object {
  refuseUnknown('states ListStateMachines', input, ['maxResults', 'nextToken']);
  call.authorize({ action: 'states:ListStateMachines', resource: '*' });
  const { page, nextToken } = pageOf(executions.machinesIn(call.principal.account, call.region), input);
  const stateMachines = page.map(({ arn, name, createdAt }) => ({
    stateMachineArn: arn,
    name,
    type: 'STANDARD',
    creationDate: new Date(createdAt),
  }));
  return { stateMachines, ...nextToken };
}

function describeMachine(executions: Executions, input: { stateMachineArn: string }, call: Call): object {
  refuseUnknown('states DescribeStateMachine', input, ['stateMachineArn', 'includedData']);
  call.authorize({ action: 'states:DescribeStateMachine', resource: input.stateMachineArn });
  const machine = executions.machine(input.stateMachineArn);
  const { level, includeExecutionData, logGroupArns } = machine.logging;
  return {
    stateMachineArn: machine.arn,
    name: machine.name,
    status: 'ACTIVE',
    definition: machine.definitionText,
    roleArn: machine.roleArn,
    type: 'STANDARD',
    creationDate: new Date(machine.createdAt),
    loggingConfiguration: {
      level,
      includeExecutionData,
      destinations: logGroupArns.map((logGroupArn) => ({ cloudWatchLogsLogGroup: { logGroupArn } })),
    },
    tracingConfiguration: { enabled: machine.tracing },
  };
}

/** Tokens are the index to go on from; AWS's are opaque, and so must be treated. */
function pageOf<T>(all: readonly T[], { maxResults, nextToken }: PageInput) {
  const from = nextToken === undefined ? 0 : Number(Buffer.from(nextToken, 'base64url').toString());
  if (!Number.isInteger(from)) throw new ServiceError('InvalidToken', `Invalid Token: '${nextToken}'`);
  refuseUnless('maxResults below zero', Math.sign(maxResults ?? 0), [0, 1]);
  const size = Math.min(maxResults || DEFAULT_PAGE, MAX_PAGE);
  const more = from + size < all.length;
  return {
    page: all.slice(from, from + size),
    nextToken: more ? { nextToken: Buffer.from(String(from + size)).toString('base64url') } : {},
  };
}
