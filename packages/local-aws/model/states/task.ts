import type { Fabric } from '../../dispatch.ts';
import { refuseUnknown, refuseUnless } from '../lambda/refuse.ts';
import { NotModelledError, type Principal, ServiceError } from '../service.ts';
import type { TaskState } from './interpreter/definition.ts';
import { refuseOversize, StateError } from './interpreter/errors.ts';
import type { Task } from './interpreter/host.ts';

export type TaskEvent = 'Scheduled' | 'Started' | 'Succeeded' | 'Failed' | 'TimedOut';

/** How a Task of one execution reaches Lambda. */
export interface TaskCaller {
  readonly fabric: Pick<Fabric, 'call'>;
  readonly region: string;
  /** The state machine's role. */
  readonly principal: Principal;
  readonly onTask: (task: Task, event: TaskEvent, details: object) => void;
}

export const LAMBDA_INVOKE = 'arn:aws:states:::lambda:invoke';
const LAMBDA_FUNCTION = /^arn:aws:lambda:[\w-]+:\d{12}:function:[\w-]+(:\$LATEST)?$/;
const INVOKE_PARAMETERS = ['FunctionName', 'FunctionName.$', 'Payload', 'Payload.$', 'InvocationType'];

/** Refuses, by name, what a Task state cannot be here: it runs Lambda functions only. */
export function refuseTask(name: string, { Resource, Parameters }: TaskState): void {
  const where = `Task state "${name}"`;
  if (LAMBDA_FUNCTION.test(Resource)) return;
  if (Resource !== LAMBDA_INVOKE) throw new NotModelledError(`Resource ${Resource} of ${where}`);
  refuseUnknown(`the lambda:invoke parameter of ${where}`, Parameters, INVOKE_PARAMETERS);
  const type: unknown = Object(Parameters).InvocationType;
  refuseUnless(`InvocationType of ${where}`, type, ['RequestResponse']);
}

/** Runs a Task: invokes the function with the state machine's role and gives the state's result, in the shape of its Resource. */
export async function runTask(caller: TaskCaller, task: Task): Promise<unknown> {
  const optimized = task.resource === LAMBDA_INVOKE;
  const parameters = optimized
    ? parseParameters(task.input)
    : { FunctionName: task.resource, Payload: task.input };
  caller.onTask(task, 'Scheduled', optimized ? { parameters } : { input: parameters.Payload });
  caller.onTask(task, 'Started', {});
  try {
    const { payload, answer } = await invoke(caller, parameters.FunctionName, parameters.Payload);
    const result = optimized ? lambdaInvokeResult(payload, answer) : payload;
    refuseOversize(`result of the task '${task.state}'`, result);
    caller.onTask(task, 'Succeeded', { output: result });
    return result;
  } catch (error) {
    const failure = error instanceof StateError ? error : new StateError('States.Runtime', String(error));
    caller.onTask(task, 'Failed', { error: failure.name, cause: failure.message });
    throw failure;
  }
}

function parseParameters(input: unknown): { FunctionName: string; Payload: unknown } {
  const parameters: Record<string, unknown> = typeof input === 'object' && input !== null ? { ...input } : {};
  const { FunctionName, Payload } = parameters;
  if (typeof FunctionName === 'string') return { FunctionName, Payload: Payload ?? {} };
  throw new StateError('States.Runtime', 'lambda:invoke needs the parameter FunctionName');
}

interface InvokeAnswer {
  readonly Payload?: Uint8Array;
  readonly FunctionError?: string;
  readonly ExecutedVersion?: string;
  readonly StatusCode?: number;
}

async function invoke(caller: TaskCaller, functionName: string, payload: unknown) {
  const input = {
    FunctionName: functionName,
    Payload: new TextEncoder().encode(JSON.stringify(payload ?? null)),
  };
  const { fabric, region, principal } = caller;
  const request = { service: 'lambda', operation: 'Invoke', region, principal, input };
  const answer: InvokeAnswer = await fabric.call(request).catch((error: unknown) => {
    throw serviceFailure(error);
  });
  const text = new TextDecoder().decode(answer.Payload);
  const result: unknown = text === '' ? null : JSON.parse(text);
  if (answer.FunctionError !== undefined) throw functionFailure(text, result);
  return { payload: result, answer };
}

/** What the optimised integration returns: https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html */
function lambdaInvokeResult(payload: unknown, answer: InvokeAnswer): object {
  const StatusCode = answer.StatusCode ?? 200;
  return {
    ExecutedVersion: answer.ExecutedVersion ?? '$LATEST',
    Payload: payload,
    SdkHttpMetadata: { HttpStatusCode: StatusCode },
    StatusCode,
  };
}

/** A function's own error: its errorType is the error name, its whole document the Cause. */
function functionFailure(text: string, document: unknown): StateError {
  const errorType =
    typeof document === 'object' && document !== null && 'errorType' in document
      ? document.errorType
      : undefined;
  return new StateError(typeof errorType === 'string' ? errorType : 'Lambda.Unknown', text);
}

/** Error names of refusals by Lambda itself carry the suffix Exception, AccessDenied is reported as AWSLambdaException. */
function serviceFailure(error: unknown): StateError {
  if (!(error instanceof ServiceError)) {
    return new StateError(
      'Lambda.SdkClientException',
      error instanceof Error ? error.message : String(error),
    );
  }
  const cause = `${error.message} (Service: Lambda, Status Code: ${error.status})`;
  if (/^AccessDenied/.test(error.code)) return new StateError('Lambda.AWSLambdaException', cause);
  const name = error.code.endsWith('Exception') ? error.code : `${error.code}Exception`;
  return new StateError(`Lambda.${name}`, cause);
}
