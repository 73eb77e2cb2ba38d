import type { VirtualClock } from '../../clock.ts';
import type { Fabric } from '../../dispatch.ts';
import type { MetricSink } from '../cloudwatch/metrics.ts';
import type { ActsAsRole } from '../lambda/ports.ts';
import { isRefusal } from '../lambda/refuse.ts';
import type { LogStore } from '../logs.ts';
import { ServiceError } from '../service.ts';
import { Execution } from './execution.ts';
import { logExecutionEvent } from './execution-log.ts';
import { MAX_DATA_BYTES } from './interpreter/errors.ts';
import type { Machine } from './machine.ts';

export interface ExecutionsContext {
  readonly clock: VirtualClock;
  readonly fabric: Pick<Fabric, 'call'>;
  readonly acts: ActsAsRole;
  readonly logs: LogStore;
  readonly metrics: MetricSink;
}

/** A closed execution keeps its name for 90 days: https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html */
const NAME_KEPT_MS = 90 * 86_400_000;
/** Characters that a name may not have (same page). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are among the forbidden ones
const FORBIDDEN_IN_NAME = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f]/;
const MAX_NAME_LENGTH = 80;
/** What a role is used for when tracing is on: https://docs.aws.amazon.com/step-functions/latest/dg/xray-iam.html */
const TRACING_OPERATIONS = [
  'PutTraceSegments',
  'PutTelemetryRecords',
  'GetSamplingRules',
  'GetSamplingTargets',
];

/** The state machines of every account and region, and their executions. */
export class Executions {
  readonly #context: ExecutionsContext;
  readonly #machines = new Map<string, Machine>();
  readonly #executions = new Map<string, Execution>();

  constructor(context: ExecutionsContext) {
    this.#context = context;
  }

  deploy(machine: Machine): void {
    this.#machines.set(machine.arn, machine);
  }

  /**
   * Its executions are ended; AWS does that at their next transition.
   * https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteStateMachine.html
   */
  undeploy(arn: string): void {
    this.#machines.delete(arn);
    for (const execution of this.running)
      if (execution.settings.machine.arn === arn) execution.stop(undefined, 'The state machine was deleted.');
  }

  /** @throws ServiceError `StateMachineDoesNotExist` */
  machine(arn: string): Machine {
    const machine = this.#machines.get(arn);
    if (machine !== undefined) return machine;
    throw new ServiceError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
  }

  machinesIn(account: string, region: string): readonly Machine[] {
    return [...this.#machines.values()].filter(
      (machine) => machine.account === account && machine.region === region,
    );
  }

  /** @throws ServiceError `ExecutionDoesNotExist` */
  get(arn: string): Execution {
    const execution = this.#executions.get(arn);
    if (execution !== undefined) return execution;
    throw new ServiceError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
  }

  /** A machine's executions, newest first. */
  of(machineArn: string): readonly Execution[] {
    return [...this.#executions.values()]
      .filter(({ settings }) => settings.machine.arn === machineArn)
      .reverse();
  }

  get running(): readonly Execution[] {
    return [...this.#executions.values()].filter(({ status }) => status === 'RUNNING');
  }

  /** The same name with the same input finds the execution that is running; anything else under that name is refused. */
  start(machineArn: string, name: string, input: string): Execution {
    const machine = this.machine(machineArn);
    refuseName(name);
    refuseInput(input);
    const arn = `${machineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    const earlier = this.#executions.get(arn);
    if (earlier?.status === 'RUNNING' && earlier.settings.input === input) return earlier;
    const nameIsFree =
      (earlier?.ending?.at ?? Number.POSITIVE_INFINITY) + NAME_KEPT_MS < this.#context.clock.now();
    if (earlier !== undefined && !nameIsFree) {
      throw new ServiceError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
    }
    return this.#begin(machine, name, input);
  }

  #begin(machine: Machine, name: string, input: string): Execution {
    const { clock, fabric, logs } = this.#context;
    this.#count(machine, 'ExecutionsStarted');
    if (machine.tracing) this.#trace(machine);
    const arn = `${machine.arn.replace(':stateMachine:', ':execution:')}:${name}`;
    const execution = new Execution({
      machine,
      name,
      input,
      clock,
      fabric,
      onHistory: (event) => logExecutionEvent(logs, machine, arn, event),
      onEnd: ({ status }) => this.#count(machine, ENDED[status]),
    });
    this.#executions.delete(arn);
    this.#executions.set(arn, execution);
    return execution;
  }

  /** Without the permissions there is no trace, and no error. */
  #trace({ principal, region }: Machine): void {
    for (const operation of TRACING_OPERATIONS) {
      const request = { action: `xray:${operation}`, resource: '*' };
      try {
        this.#context.acts.authorizeAs(principal, { service: 'xray', operation, region }, request);
      } catch (error) {
        if (!isRefusal(error)) throw error;
      }
    }
  }

  /** https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html */
  #count({ account, region, arn }: Machine, name: string): void {
    const at = this.#context.clock.now();
    const dimensions = { StateMachineArn: arn };
    const id = { account, region, namespace: 'AWS/States', name, dimensions };
    this.#context.metrics.put({ ...id, at, values: [1], unit: 'Count' });
  }
}

const ENDED = {
  RUNNING: 'ExecutionsStarted',
  SUCCEEDED: 'ExecutionsSucceeded',
  FAILED: 'ExecutionsFailed',
  TIMED_OUT: 'ExecutionsTimedOut',
  ABORTED: 'ExecutionsAborted',
} as const;

function refuseName(name: string): void {
  if (name.length >= 1 && name.length <= MAX_NAME_LENGTH && !FORBIDDEN_IN_NAME.test(name)) return;
  throw new ServiceError('InvalidName', `Invalid Name: '${name}'`);
}

function refuseInput(input: string): void {
  if (Buffer.byteLength(input) > MAX_DATA_BYTES) {
    throw new ServiceError(
      'InvalidExecutionInput',
      `Invalid execution input: more than ${MAX_DATA_BYTES} bytes`,
    );
  }
  try {
    JSON.parse(input);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ServiceError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${reason}'`);
  }
}
