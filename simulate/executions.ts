import type { Workflow } from '../core/contracts/resources.ts';
import { DAY_MS } from '../core/model/time.ts';
import type { Workflows } from '../core/ports.ts';
import type { VirtualClock } from './clock.ts';
import type { Deployment } from './deployment.ts';
import type { Lambdas } from './invocations.ts';
import { Random } from './random.ts';
import { refuseUninterpretable } from './states/definition.ts';
import { Ended, execute, StateError } from './states/execution.ts';
import type { Trace } from './trace.ts';

export interface Execution {
  readonly workflow: Workflow;
  readonly name: string;
  readonly input: { readonly cache: string; readonly slot?: string };
  readonly startedAt: number;
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  stoppedAt: number | undefined;
  /** The state it is in. */
  state: string;
  error: string | undefined;
}

export interface ExecutionWatcher {
  started(execution: Execution): void;
  ended(execution: Execution): void;
}

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html (checked 2026-11-21) */
const NAME_KEPT_MS = 90 * DAY_MS;

/** Step Functions: the synthesised definitions, one execution per name. */
export class Executions {
  readonly port: Workflows;
  readonly #byName = new Map<string, Execution>();
  readonly #running = new Set<Execution>();
  readonly #definitions: Deployment['machines'];
  readonly #clock: VirtualClock;
  readonly #lambdas: () => Lambdas;
  readonly #trace: Trace;
  readonly #seed: number;
  readonly #watcher: ExecutionWatcher;
  started = 0;

  constructor(options: {
    readonly clock: VirtualClock;
    readonly machines: Deployment['machines'];
    readonly lambdas: () => Lambdas;
    readonly trace: Trace;
    readonly seed: number;
    readonly watcher: ExecutionWatcher;
  }) {
    this.#clock = options.clock;
    this.#lambdas = options.lambdas;
    this.#trace = options.trace;
    this.#seed = options.seed;
    this.#watcher = options.watcher;
    this.#definitions = options.machines;
    for (const [workflow, machine] of Object.entries(options.machines))
      refuseUninterpretable(machine, workflow);
    this.port = {
      start: async (machine, name, input) => this.#start(machine as Workflow, name, input),
      find: async (machine, name) => this.#find(machine as Workflow, name),
    };
  }

  running(): readonly Execution[] {
    return [...this.#running];
  }

  /** Somebody stops it: no Catch runs, and no alert. */
  abort(execution: Execution, status: 'ABORTED' | 'TIMED_OUT' = 'ABORTED'): void {
    if (execution.status === 'RUNNING') this.#end(execution, status);
  }

  #start(workflow: Workflow, name: string, input: object): 'started' | 'exists' {
    const id = `${workflow}:${name}`;
    const before = this.#byName.get(id);
    if (before !== undefined && this.#clock.now - (before.stoppedAt ?? this.#clock.now) < NAME_KEPT_MS)
      return 'exists';
    const execution: Execution = {
      workflow,
      name,
      input: JSON.parse(JSON.stringify(input)),
      startedAt: this.#clock.now,
      status: 'RUNNING',
      stoppedAt: undefined,
      state: '',
      error: undefined,
    };
    this.started++;
    this.#byName.set(id, execution);
    this.#running.add(execution);
    this.#watcher.started(execution);
    const { TimeoutSeconds } = this.#definitions[workflow];
    this.#clock.at(this.#clock.now + TimeoutSeconds * 1000, () => this.abort(execution, 'TIMED_OUT'));
    this.#clock.at(this.#clock.now, () => void this.#run(execution));
    return 'started';
  }

  async #run(execution: Execution): Promise<void> {
    const { workflow, name, input, startedAt } = execution;
    const around = {
      random: new Random(this.#seed, `${workflow} ${name}`),
      sleep: (ms: number) => this.#clock.sleep(ms),
      now: () => this.#clock.now,
      invoke: (lambda: string, payload: unknown) => this.#lambdas().invoke(lambda, payload),
      entered: (state: string) => {
        execution.state = state;
        this.#trace.note(this.#clock.now, `${workflow} ${name} ${state}`);
      },
      ended: () => execution.status !== 'RUNNING',
    };
    const context = {
      Execution: { Id: `${workflow}:${name}`, StartTime: new Date(startedAt).toISOString() },
    };
    try {
      await execute(this.#definitions[workflow], input, { around, context });
      this.#end(execution, 'SUCCEEDED');
    } catch (error) {
      if (error instanceof Ended) return;
      if (!(error instanceof StateError)) throw error;
      execution.error = error.name;
      this.#end(execution, 'FAILED');
    }
  }

  #end(execution: Execution, status: Execution['status']): void {
    if (execution.status !== 'RUNNING') return;
    execution.status = status;
    execution.stoppedAt = this.#clock.now;
    this.#running.delete(execution);
    this.#trace.note(this.#clock.now, `${execution.workflow} ${execution.name} ${status}`);
    this.#watcher.ended(execution);
  }

  #find(workflow: Workflow, name: string): Awaited<ReturnType<Workflows['find']>> {
    const found = this.#byName.get(`${workflow}:${name}`);
    if (found === undefined) return undefined;
    const { status, stoppedAt } = found;
    if (stoppedAt !== undefined && this.#clock.now - stoppedAt >= NAME_KEPT_MS) return undefined;
    return { status, stoppedAt: stoppedAt === undefined ? undefined : new Date(stoppedAt) };
  }
}
