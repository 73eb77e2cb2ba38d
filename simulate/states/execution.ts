import type { Random } from '../random.ts';
import type { Choice, Definition, Retrier, State } from './definition.ts';
import { filled, type Json, valueAt, withValueAt } from './paths.ts';

/** How a step ended that did not succeed: what Retry and Catch match, and what a Catch leaves in the state. */
export class StateError extends Error {
  override readonly cause: string;

  constructor(name: string, cause: string) {
    super(cause);
    this.name = name;
    this.cause = cause;
  }
}

/** What an execution needs around it. */
export interface Surroundings {
  readonly random: Random;
  sleep(ms: number): Promise<void>;
  now(): number;
  /** @throws StateError with the name of what the Lambda threw */
  invoke(lambda: string, payload: Json, timeoutSeconds: number): Promise<Json>;
  entered(state: string): void;
  /** Whether somebody has aborted the execution, or its time is over. */
  ended(): boolean;
}

/** Thrown through an execution that is over, whatever it was doing. */
export class Ended extends Error {}

interface Run {
  readonly around: Surroundings;
  readonly context: Readonly<Record<string, Json>>;
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html (checked 2026-11-21) */
const NEVER_CAUGHT_BY_ALL = new Set(['States.DataLimitExceeded', 'States.Runtime']);

/** Runs a definition to its end. @throws StateError if it fails, {@link Ended} if it was ended from outside */
export async function execute(definition: Definition, input: Json, run: Run): Promise<Json> {
  let name = definition.StartAt;
  let data = input;
  for (;;) {
    const state = definition.States[name];
    if (state === undefined) throw new Error(`there is no state ${name}`);
    if (run.around.ended()) throw new Ended();
    run.around.entered(name);
    const context = { ...run.context, State: entered(name, run.around.now()) };
    const outcome = await settled(state, data, { ...run, context });
    data = outcome.data;
    if (outcome.next === undefined) return data;
    name = outcome.next;
  }
}

interface Outcome {
  readonly data: Json;
  readonly next: string | undefined;
}

async function settled(state: State, data: Json, run: Run): Promise<Outcome> {
  const input = state.InputPath === undefined ? data : valueAt(state.InputPath, data, run.context);
  if (state.Type === 'Choice') return { data, next: chosen(state, data) };
  if (state.Type === 'Fail') throw failureOf(state, data);
  if (state.Type === 'Succeed') return { data, next: undefined };
  try {
    const result = await retried(state, () => resultOf(state, input, run), run);
    const whole =
      state.Type === 'Wait'
        ? data
        : withValueAt(state.ResultPath === undefined ? '$' : state.ResultPath, data, result);
    return { data: state.OutputPath === null ? {} : whole, next: state.Next };
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    const caught = state.Catch?.find(({ ErrorEquals }) => matches(ErrorEquals, error.name));
    if (caught === undefined) throw error;
    const told = { Error: error.name, Cause: error.cause };
    return {
      data: withValueAt(caught.ResultPath === undefined ? '$' : caught.ResultPath, data, told),
      next: caught.Next,
    };
  }
}

async function resultOf(state: State, input: Json, run: Run): Promise<Json> {
  if (state.Type === 'Map') return mapped(state, input, run);
  if (state.Type === 'Wait') {
    const seconds = state.Seconds ?? Number(valueAt(state.SecondsPath ?? '$', input, run.context));
    return run.around.sleep(seconds * 1000);
  }
  const given = state.Parameters === undefined ? input : parametersOf(state, input, run);
  if (state.Type === 'Pass') return state.Result ?? given;
  return run.around.invoke(state.Resource ?? '', given, state.TimeoutSeconds ?? Number.POSITIVE_INFINITY);
}

function parametersOf(state: State, input: Json, run: Run): Json {
  try {
    return filled(state.Parameters, input, run.context);
  } catch (error) {
    throw error instanceof Error ? new StateError(error.name, error.message) : error;
  }
}

/** Items go in their order, at most so many at a time; the first that fails fails the whole. */
async function mapped(state: State, input: Json, run: Run): Promise<Json> {
  const items = valueAt(state.ItemsPath ?? '$', input, run.context) as readonly Json[];
  const processor = state.ItemProcessor as Definition;
  const results: Json[] = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      const context = { ...run.context, Map: { Item: { Index: index, Value: items[index] } } };
      const item =
        state.ItemSelector === undefined ? items[index] : filled(state.ItemSelector, input, context);
      results[index] = await execute(processor, item, { ...run, context });
    }
  };
  await Promise.all(
    Array.from({ length: Math.min(state.MaxConcurrency || items.length, items.length) }, worker),
  );
  return results;
}

async function retried(state: State, attempt: () => Promise<Json>, { around }: Run): Promise<Json> {
  const tries = new Map<Retrier, number>();
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      const retrier = state.Retry?.find(({ ErrorEquals }) => matches(ErrorEquals, error.name));
      const tried = retrier === undefined ? 0 : (tries.get(retrier) ?? 0);
      if (retrier === undefined || tried >= (retrier.MaxAttempts ?? 3)) throw error;
      tries.set(retrier, tried + 1);
      await around.sleep(delayMs(retrier, tried, around.random));
      if (around.ended()) throw new Ended();
    }
  }
}

function delayMs(retrier: Retrier, tried: number, random: Random): number {
  const { IntervalSeconds = 1, BackoffRate = 2, MaxDelaySeconds = Number.POSITIVE_INFINITY } = retrier;
  const longest = Math.min(IntervalSeconds * BackoffRate ** tried, MaxDelaySeconds) * 1000;
  return retrier.JitterStrategy === 'FULL' ? Math.round(random.share() * longest) : longest;
}

function matches(errors: readonly string[], name: string): boolean {
  if (errors.includes(name)) return true;
  if (errors.includes('States.TaskFailed') && name !== 'States.Timeout') return true;
  return errors.includes('States.ALL') && !NEVER_CAUGHT_BY_ALL.has(name);
}

function chosen(state: State, data: Json): string {
  const found = state.Choices?.find((choice) => holds(choice, data))?.Next ?? state.Default;
  if (found === undefined) throw new StateError('States.NoChoiceMatched', 'no choice matched');
  return found;
}

function holds({ Variable, StringEquals, BooleanEquals, IsPresent }: Choice, data: Json): boolean {
  const value = valueAt(Variable, data, undefined);
  if (IsPresent !== undefined) return (value !== undefined) === IsPresent;
  return value === (StringEquals ?? BooleanEquals);
}

function failureOf(state: State, data: Json): StateError {
  const text = (fixed: string | undefined, path: string | undefined) =>
    fixed ?? (path === undefined ? '' : String(valueAt(path, data, undefined)));
  return new StateError(text(state.Error, state.ErrorPath), text(state.Cause, state.CausePath));
}

/** `$$.State`; few states ask when they were entered. */
function entered(name: string, atMs: number): Json {
  return {
    Name: name,
    get EnteredTime() {
      return new Date(atMs).toISOString();
    },
  };
}
