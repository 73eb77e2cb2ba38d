import { MetricStore } from '../../model/cloudwatch/metrics.ts';
import { LogStore } from '../../model/logs.ts';
import { type Operation, ServiceError } from '../../model/service.ts';
import type { Execution } from '../../model/states/execution.ts';
import { createStates, type States } from '../../model/states/states.ts';
import { ACCOUNT, ADMIN, declare, REGION, TestFabric } from '../lambda/fixture.ts';

export const MACHINE_ROLE = `arn:aws:iam::${ACCOUNT}:role/machine`;

export function functionArn(name: string): string {
  return `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`;
}

/** A function of the bed: what it returns, or throws, for an event. */
export type Body = (event: unknown, attempt: number) => unknown;

export interface StatesBed {
  readonly fabric: TestFabric;
  readonly states: States;
  readonly logs: LogStore;
  readonly metrics: MetricStore;
  /** Functions by name, run in process; each call is noted with its virtual time in `invocations`. */
  readonly functions: Record<string, Body>;
  readonly invocations: { readonly name: string; readonly at: number; readonly event: unknown }[];
  deploy(definition: object, properties?: object): Promise<string>;
  start(machineArn: string, input?: unknown, name?: string): Promise<Execution>;
  call(operation: string, input: object): Promise<Record<string, unknown>>;
  /** Lets virtual time pass until the execution is over. */
  finish(execution: Execution, withinMs?: number): Promise<void>;
}

export function statesBed(): StatesBed {
  const fabric = new TestFabric();
  const logs = new LogStore(fabric.clock);
  const metrics = new MetricStore();
  const states = createStates({ clock: fabric.clock, fabric, acts: fabric, roles: fabric, logs, metrics });
  fabric.add(states.service);
  const functions: Record<string, Body> = {};
  const invocations: StatesBed['invocations'] = [];
  fabric.add({ name: 'lambda', operations: { Invoke: invokeIn(fabric, functions, invocations) } });
  const call: StatesBed['call'] = async (operation, input) => ({
    ...(await fabric.call({ service: 'states', operation, region: REGION, principal: ADMIN, input })),
  });
  return {
    fabric,
    states,
    logs,
    metrics,
    functions,
    invocations,
    call,
    deploy: async (definition, properties = {}) => {
      const handler = states.resourceHandlers[0];
      const basic = {
        StateMachineName: 'flow',
        RoleArn: MACHINE_ROLE,
        DefinitionString: JSON.stringify(definition),
      };
      const created = await handler?.create(
        declare('AWS::StepFunctions::StateMachine', 'Flow', { ...basic, ...properties }),
      );
      return created?.ref ?? '';
    },
    start: async (stateMachineArn, input = {}, name) => {
      const given = { stateMachineArn, input: JSON.stringify(input), ...(name !== undefined && { name }) };
      const { executionArn } = await call('StartExecution', given);
      const execution = states.executionsOf(stateMachineArn).find(({ arn }) => arn === executionArn);
      if (execution === undefined) throw new Error('not started');
      return execution;
    },
    finish: async (execution, withinMs = 86_400_000) => {
      const until = fabric.clock.now() + withinMs;
      await fabric.clock.run({ until, done: () => execution.status !== 'RUNNING' });
    },
  };
}

function invokeIn(
  fabric: TestFabric,
  functions: Record<string, Body>,
  log: StatesBed['invocations'],
): Operation {
  return async (input: { FunctionName: string; Payload: Uint8Array }, call) => {
    call.authorize({ action: 'lambda:InvokeFunction', resource: input.FunctionName });
    const name = input.FunctionName.split(':').at(-1) ?? '';
    const event: unknown = JSON.parse(new TextDecoder().decode(input.Payload));
    log.push({ name, at: fabric.clock.now(), event });
    const attempt = log.filter((invocation) => invocation.name === name).length;
    const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value) ?? 'null');
    try {
      const result = await functions[name]?.(event, attempt);
      return { StatusCode: 200, ExecutedVersion: '$LATEST', Payload: encode(result) };
    } catch (error) {
      if (error instanceof ServiceError || !(error instanceof Error)) throw error;
      const document = { errorType: error.name, errorMessage: error.message, trace: [] };
      return {
        StatusCode: 200,
        ExecutedVersion: '$LATEST',
        FunctionError: 'Unhandled',
        Payload: encode(document),
      };
    }
  };
}

export function named(name: string, message = name): Error {
  return Object.assign(new Error(message), { name });
}
