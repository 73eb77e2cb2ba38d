import type { PassState, State, WorkingState } from './definition.ts';
import { refuseOversize } from './errors.ts';
import { filled, found } from './fields.ts';
import type { Run } from './host.ts';
import { type Data, type Json, parsePath, withValueAt } from './paths.ts';

/** What a visit leaves for the next state. */
export interface Left {
  readonly output: Json;
  readonly next: string | undefined;
}

interface Visited {
  readonly name: string;
  readonly state: State;
  /** The raw input. */
  readonly raw: Json;
  readonly run: Run;
}

/** The data of one visit of a state, from its input to its output: https://states-language.net/spec.html#filters */
export class StateData {
  readonly raw: Json;
  retries = 0;
  readonly #of: Visited;
  readonly #enteredMs: number;

  constructor(visited: Visited) {
    this.raw = visited.raw;
    this.#of = visited;
    this.#enteredMs = visited.run.host.clock.now();
  }

  /** What `$` and `$$` are; `$$.State` is this visit. */
  on(input: Json, context = this.#of.run.context): Data {
    const State = {
      EnteredTime: new Date(this.#enteredMs).toISOString(),
      Name: this.#of.name,
      RetryCount: this.retries,
    };
    return { input, context: { ...context, State } };
  }

  input(): Json {
    const { state } = this.#of;
    return this.#selected('InputPath' in state ? state.InputPath : undefined, this.raw);
  }

  /** The input after Parameters. */
  payload({ Parameters }: { readonly Parameters?: Json }): Json {
    const input = this.input();
    return Parameters === undefined ? input : filled(Parameters, this.on(input));
  }

  /** The result after ResultSelector. */
  effectiveResult({ ResultSelector }: WorkingState, result: Json): Json {
    refuseOversize(`result of the state '${this.#of.name}'`, result);
    return ResultSelector === undefined ? result : filled(ResultSelector, this.on(result));
  }

  /** @param whole what OutputPath selects from */
  output({ OutputPath }: { readonly OutputPath?: string | null }, whole: Json): Json {
    const output = this.#selected(OutputPath, whole);
    refuseOversize(`output of the state '${this.#of.name}'`, output);
    return output;
  }

  combined(state: PassState | WorkingState, result: Json): Left {
    return { output: this.output(state, this.with(state.ResultPath, result)), next: state.Next };
  }

  /** The raw input with a value put into it; InputPath and Parameters do not restrict it. */
  with(path: string | null | undefined, value: Json): Json {
    if (path === null) return this.raw;
    const target = parsePath(path ?? '$');
    return target === undefined ? value : withValueAt(target, this.raw, value);
  }

  #selected(path: string | null | undefined, from: Json): Json {
    if (path === null) return {};
    return path === undefined || path === '$' ? from : found(path, this.on(from));
  }
}
