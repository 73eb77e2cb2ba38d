import { type Host, Interpretation, refuseUninterpreted } from '@redrill/local-aws/states-language';
import type { Workflow } from '../core/contracts/resources.ts';
import { DAY_MS } from '../core/model/time.ts';
import type { Workflows } from '../core/ports.ts';
import type { VirtualClock } from './clock.ts';
import type { Deployment } from './deployment.ts';
import type { Lambdas } from './invocations.ts';
import { Random } from './random.ts';
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
  /** Each has its interpretation from its first instant on. */
  readonly #running = new Map<Execution, Interpretation | undefined>();
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
    for (const machine of Object.values(options.machines)) refuseUninterpreted(machine);
    this.port = {
      start: async (machine, name, input) => this.#start(machine as Workflow, name, input),
      find: async (machine, name) => this.#find(machine as Workflow, name),
    };
  }

  running(): readonly Execution[] {
    return [...this.#running.keys()];
  }

  /** Somebody stops it: no Catch runs, and no alert. */
  abort(execution: Execution): void {
    this.#end(execution, 'ABORTED');
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
    this.#running.set(execution, undefined);
    this.#watcher.started(execution);
    this.#clock.at(this.#clock.now, () => this.#run(execution));
    return 'started';
  }

  #run(execution: Execution): void {
    if (execution.status !== 'RUNNING') return;
    const { workflow, name, input, startedAt } = execution;
    const context = {
      Execution: { Id: `${workflow}:${name}`, StartTime: new Date(startedAt).toISOString() },
    };
    const host = this.#hostOf(execution);
    const interpretation = new Interpretation(this.#definitions[workflow], { input, context }, host);
    this.#running.set(execution, interpretation);
    void interpretation.ending.then((ending) => {
      if (execution.status === 'RUNNING' && ending.status === 'FAILED') execution.error = ending.error;
      this.#end(execution, ending.status);
    });
  }

  #hostOf(execution: Execution): Host {
    const { workflow, name } = execution;
    const clock = this.#clock;
    const random = new Random(this.#seed, `${workflow} ${name}`);
    let events = 0;
    return {
      clock: { now: () => clock.now, at: (instantMs, fire) => clock.at(instantMs, fire) },
      random: () => random.share(),
      run: ({ resource, input }) => this.#lambdas().invoke(resource, input),
      timedOut: () => undefined,
      note: (type, details) => {
        if (type.endsWith('StateEntered')) {
          execution.state = String(details.name);
          this.#trace.note(clock.now, `${workflow} ${name} ${execution.state}`);
        }
        return ++events;
      },
    };
  }

  #end(execution: Execution, status: Execution['status']): void {
    if (execution.status !== 'RUNNING') return;
    execution.status = status;
    execution.stoppedAt = this.#clock.now;
    this.#running.get(execution)?.stop();
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
