import { together } from './branches.ts';
import { chosen } from './choice.ts';
import {
  type ChoiceState,
  type Definition,
  type FailState,
  type MapState,
  type ParallelState,
  type PassState,
  processorOf,
  type Retrier,
  type State,
  type SucceedState,
  type TaskState,
  type WorkingState,
} from './definition.ts';
import { EvaluationError, matches, refuseOversize, StateError } from './errors.ts';
import { filled, found, required } from './fields.ts';
import type { Run } from './host.ts';
import type { Json } from './paths.ts';
import { never, type Scope } from './scope.ts';
import { type Left, StateData } from './state-data.ts';
import { DEFAULT_ATTEMPTS, delayMsOf, endOfWait, numberIn } from './waits.ts';

/** https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html */
const MAX_ITERATIONS_AT_ONCE = 40;

/** Runs a state machine, or a branch of one, to its end. @throws StateError if it fails */
export async function execute(definition: Definition, input: Json, run: Run): Promise<Json> {
  let name = definition.StartAt;
  let data = input;
  for (;;) {
    if (run.scope.isOver) return never();
    const state = definition.States[name];
    if (state === undefined) throw new StateError('States.Runtime', `There is no state '${name}'.`);
    const { output, next } = await new Visit(name, state, data, run).leave();
    if (next === undefined) return output;
    name = next;
    data = output;
  }
}

/** One visit of a state; the constructor enters it. */
class Visit {
  readonly #name: string;
  readonly #state: State;
  readonly #run: Run;
  readonly #data: StateData;
  /** Of the event of the history. */
  readonly #enteredId: number;
  /** Whether its branches have started. */
  #hasBegun = false;

  constructor(name: string, state: State, raw: Json, run: Run) {
    this.#name = name;
    this.#state = state;
    this.#run = run;
    this.#data = new StateData({ name, state, raw, run });
    this.#enteredId = run.host.note(`${state.Type}StateEntered`, { name, input: raw });
  }

  /** @throws StateError if the state fails and no Catch takes the error */
  async leave(): Promise<Left> {
    const { scope, host } = this.#run;
    let left: Left;
    try {
      const state = this.#state;
      if (state.Type === 'Task' || state.Type === 'Parallel' || state.Type === 'Map')
        left = this.#data.combined(state, await this.#worked(state));
      else if (state.Type === 'Wait') {
        const input = this.#data.input();
        await scope.waitUntil(endOfWait(state, this.#data.on(input), host.clock.now()));
        left = { output: this.#data.output(state, input), next: state.Next };
      } else left = this.#leftAtOnce(state);
    } catch (error) {
      left = this.#caught(this.#asStateError(error));
    }
    if (scope.isOver) return never();
    host.note(`${this.#state.Type}StateExited`, { name: this.#name, output: left.output });
    return left;
  }

  #leftAtOnce(state: PassState | ChoiceState | SucceedState | FailState): Left {
    if (state.Type === 'Fail') throw this.#failure(state);
    if (state.Type === 'Pass')
      return this.#data.combined(state, 'Result' in state ? state.Result : this.#data.payload(state));
    const input = this.#data.input();
    const next = state.Type === 'Choice' ? chosen(state, this.#data.on(input)) : undefined;
    return { output: this.#data.output(state, input), next };
  }

  async #worked(state: WorkingState): Promise<Json> {
    const { host, scope } = this.#run;
    const tried = new Map<Retrier, number>();
    for (;;) {
      const attempt = scope.inner();
      let delayMs: number;
      try {
        const result = await this.#result(state, attempt);
        return this.#data.effectiveResult(state, result);
      } catch (error) {
        delayMs = this.#delayAfter(this.#asStateError(error), state, tried);
      } finally {
        attempt.end();
      }
      await scope.waitUntil(host.clock.now() + delayMs);
    }
  }

  /**
   * Only the first retrier that matches applies, and each has its own count: https://states-language.net/spec.html#retrying-after-error
   * @throws StateError the failure, if it is not to be retried
   */
  #delayAfter(failure: StateError, { Retry }: WorkingState, tried: Map<Retrier, number>): number {
    const retrier = Retry?.find(({ ErrorEquals }) => matches(ErrorEquals, failure));
    const count = (retrier && tried.get(retrier)) ?? 0;
    if (retrier === undefined || count >= (retrier.MaxAttempts ?? DEFAULT_ATTEMPTS)) throw failure;
    tried.set(retrier, count + 1);
    this.#data.retries++;
    return delayMsOf(retrier, count, this.#run.host.random);
  }

  /** @param attempt ends when the attempt is over */
  #result(state: WorkingState, attempt: Scope): Promise<Json> {
    if (state.Type === 'Task') return this.#task(state, attempt);
    return state.Type === 'Map' ? this.#map(state, attempt) : this.#parallel(state, attempt);
  }

  /** No heartbeat can be sent, so the shorter of the two limits applies. */
  #task(state: TaskState, attempt: Scope): Promise<Json> {
    const { host } = this.#run;
    const data = this.#data.on(this.#data.input());
    const timeoutSeconds = numberIn(state, { name: 'TimeoutSeconds', least: 1 }, data);
    const heartbeat = numberIn(state, { name: 'HeartbeatSeconds', least: 1 }, data);
    const input = this.#data.payload(state);
    refuseOversize(`input of the task '${this.#name}'`, input);
    const { Resource: resource } = state;
    const task = { state: this.#name, resource, input, timeoutSeconds, isGivenUp: () => attempt.isOver };
    const running = host.run(task);
    const seconds = Math.min(...[timeoutSeconds, heartbeat].filter((each) => each !== undefined));
    if (seconds === Number.POSITIVE_INFINITY) return running;
    const overdue = attempt.waitUntil(host.clock.now() + seconds * 1000).then(() => {
      host.timedOut(task);
      const alias = seconds === heartbeat ? 'States.HeartbeatTimeout' : undefined;
      throw new StateError('States.Timeout', '', alias);
    });
    return Promise.race([running, overdue]);
  }

  async #parallel(state: ParallelState, scope: Scope): Promise<Json> {
    const input = this.#data.payload(state);
    const run = { ...this.#run, scope };
    this.#begin({});
    const atOnce = state.Branches.length;
    return this.#succeeded(
      await together(state.Branches, { atOnce, scope }, (branch) => execute(branch, input, run)),
    );
  }

  async #map(state: MapState, scope: Scope): Promise<Json> {
    const input = this.#data.input();
    const data = this.#data.on(input);
    const { ItemsPath = '$' } = state;
    const items = found(ItemsPath, data);
    if (!Array.isArray(items))
      throw new EvaluationError(`Reference path "${ItemsPath}" must point to array.`);
    const limit = numberIn(state, { name: 'MaxConcurrency', least: 0 }, data);
    const atOnce = Math.min(limit || MAX_ITERATIONS_AT_ONCE, MAX_ITERATIONS_AT_ONCE);
    this.#begin({ length: items.length });
    const results = await together<Json>(items, { atOnce, scope }, (item, index) =>
      this.#iteration(state, { input, index, item }, scope),
    );
    return this.#succeeded(results);
  }

  async #iteration(state: MapState, { input, index, item }: Iteration, scope: Scope): Promise<Json> {
    const { host, context } = this.#run;
    const told = { name: this.#name, index };
    host.note('MapIterationStarted', told);
    const forget = scope.onEnd(() => host.note('MapIterationAborted', told));
    try {
      const selector = state.ItemSelector ?? state.Parameters;
      const about = this.#data.on(input, { ...context, Map: { Item: { Index: index, Value: item } } });
      const given = selector === undefined ? item : filled(selector, about);
      const output = await execute(processorOf(state), given, { ...this.#run, scope });
      if (scope.isOver) return never();
      host.note('MapIterationSucceeded', told);
      return output;
    } catch (error) {
      if (scope.isOver) return never();
      host.note('MapIterationFailed', told);
      throw error;
    } finally {
      forget();
    }
  }

  #begin(details: { readonly length?: number }): void {
    this.#run.host.note(`${this.#state.Type}StateStarted`, details);
    this.#hasBegun = true;
  }

  #succeeded(results: Json): Json {
    this.#run.host.note(`${this.#state.Type}StateSucceeded`, {});
    return results;
  }

  #caught(failure: StateError): Left {
    const { scope, host } = this.#run;
    if (this.#hasBegun && !scope.isOver) host.note(`${this.#state.Type}StateFailed`, {});
    const catchers = 'Catch' in this.#state ? this.#state.Catch : undefined;
    const catcher = catchers?.find(({ ErrorEquals }) => matches(ErrorEquals, failure));
    if (catcher === undefined) throw failure;
    const errorOutput = { Error: failure.name, Cause: failure.message };
    try {
      const whole = this.#data.with(catcher.ResultPath, errorOutput);
      return { output: this.#data.output({}, whole), next: catcher.Next };
    } catch (error) {
      throw this.#asStateError(error);
    }
  }

  #failure(state: FailState): StateError {
    const text = (field: string, fixed: string | undefined, path: string | undefined) => {
      if (path === undefined) return fixed ?? '';
      const value = required(path, field, this.#data.on(this.#data.raw));
      if (typeof value === 'string') return value;
      throw new EvaluationError(
        `The ${field} '${path}' does not refer to a string: ${JSON.stringify(value)}`,
      );
    };
    return new StateError(
      text('ErrorPath', state.Error, state.ErrorPath),
      text('CausePath', state.Cause, state.CausePath),
    );
  }

  /** Adds the place to an error of evaluation, in AWS's words. Throws any other error again: it is a defect of the program. */
  #asStateError(error: unknown): StateError {
    if (error instanceof StateError) return error;
    if (!(error instanceof EvaluationError)) throw error;
    const place = `the state '${this.#name}' (entered at the event id #${this.#enteredId})`;
    return new StateError(error.name, `An error occurred while executing ${place}. ${error.message}`);
  }
}

interface Iteration {
  /** Of the Map state. */
  readonly input: Json;
  readonly index: number;
  readonly item: Json;
}
