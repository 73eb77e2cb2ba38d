import type { Fabric } from '../../dispatch.ts';
import { type Principal, ServiceError } from '../service.ts';
import { refuseOversize, StateError } from './errors.ts';
import { type Definition, LAMBDA_INVOKE, type StateDefinition } from './refusals.ts';

export type TaskEvent = 'Scheduled' | 'Started' | 'Succeeded' | 'Failed';

/** How a Task of one execution reaches Lambda. */
export interface TaskCaller {
  readonly fabric: Pick<Fabric, 'call'>;
  readonly region: string;
  /** The state machine's role. */
  readonly principal: Principal;
  readonly onTask: (resource: string, event: TaskEvent, details: object) => void;
}

/** The Task states of a definition, those inside Map and Parallel states included; names are unique in a machine. */
export function taskStates(definition: Definition): readonly { name: string; state: StateDefinition }[] {
  return Object.entries(definition.States).flatMap(([name, state]) => [
    ...(state.Type === 'Task' ? [{ name, state }] : []),
    ...(state.Branches ?? []).flatMap(taskStates),
    ...(state.ItemProcessor ? taskStates(state.ItemProcessor) : []),
  ]);
}

/** Runs a Task: invokes the function with the state machine's role and gives the state's result, in the shape of its Resource. */
export async function runTask(
  caller: TaskCaller,
  name: string,
  resource: string,
  input: unknown,
): Promise<unknown> {
  const optimized = resource === LAMBDA_INVOKE;
  const parameters = optimized ? parseParameters(input) : { FunctionName: resource, Payload: input };
  refuseOversize(`input of the task '${name}'`, parameters.Payload);
  caller.onTask(
    resource,
    'Scheduled',
    optimized ? { parameters: JSON.stringify(parameters) } : { input: JSON.stringify(parameters.Payload) },
  );
  caller.onTask(resource, 'Started', {});
  try {
    const { payload, answer } = await invoke(caller, parameters.FunctionName, parameters.Payload);
    const result = optimized ? lambdaInvokeResult(payload, answer) : payload;
    refuseOversize(`result of the task '${name}'`, result);
    caller.onTask(resource, 'Succeeded', { output: JSON.stringify(result) });
    return result;
  } catch (error) {
    const failure =
      error instanceof StateError ? error : new StateError('States.Runtime', String(error), true);
    caller.onTask(resource, 'Failed', { error: failure.name, cause: failure.message });
    throw failure;
  }
}

function parseParameters(input: unknown): { FunctionName: string; Payload: unknown } {
  const parameters: Record<string, unknown> = typeof input === 'object' && input !== null ? { ...input } : {};
  const { FunctionName, Payload } = parameters;
  if (typeof FunctionName === 'string') return { FunctionName, Payload: Payload ?? {} };
  throw new StateError('States.Runtime', 'lambda:invoke needs the parameter FunctionName', true);
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
