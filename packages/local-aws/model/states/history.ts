import { regionOf } from '../lambda/ports.ts';
import { MAX_HISTORY_EVENTS, StateError } from './errors.ts';
import { LAMBDA_INVOKE } from './refusals.ts';
import type { RunEvent } from './run-events.ts';
import type { TaskEvent } from './task.ts';

/** One event of an execution's history, in the API's own shape less the details' data when that is not asked for. */
export interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  /** Virtual instant, ms since the epoch. */
  readonly at: number;
  readonly type: string;
  /** Name of the details member in the API, for example `stateEnteredEventDetails`. */
  readonly detailsName?: string;
  readonly details: Readonly<Record<string, unknown>>;
}

export type HistoryListener = (event: HistoryEvent) => void;

/** Kinds of state whose start and end are events of their own, between Entered and Exited. */
const STARTED_KINDS = ['Map', 'Parallel'];

/**
 * The history of one execution. The events, their order and their number are those of AWS for the states that are
 * modelled; `previousEventId` is the event just before, where AWS tells the branches of Map and Parallel states apart.
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
 */
export class History {
  readonly #events: HistoryEvent[] = [];
  readonly #now: () => number;
  readonly #listener: HistoryListener;

  constructor(now: () => number, listener: HistoryListener) {
    this.#now = now;
    this.#listener = listener;
  }

  get events(): readonly HistoryEvent[] {
    return this.#events;
  }

  /** @throws StateError when the history is full: the execution ends */
  run(event: RunEvent): void {
    if (this.#events.length >= MAX_HISTORY_EVENTS - 1) {
      const cause = `The execution reached the maximum number of history events (${MAX_HISTORY_EVENTS}).`;
      throw new StateError('States.Runtime', cause, true);
    }
    if (event.nested && event.type.startsWith('Execution')) this.#iteration(event.type);
    else if (event.type === 'StateEntered') this.#entered(event);
    else if (event.type === 'StateExited') this.#exited(event);
    else if (event.type === 'StateFailed' && STARTED_KINDS.includes(event.state?.type ?? '')) {
      this.#failed(event);
    }
  }

  task(resource: string, event: TaskEvent, details: object): void {
    const optimized = resource === LAMBDA_INVOKE;
    const type = `${optimized ? 'Task' : 'LambdaFunction'}${event}`;
    // Of a plain Lambda task, only the event that schedules it names the function.
    const plain = event === 'Scheduled' ? { resource } : {};
    const region = event === 'Scheduled' ? { region: regionOf(resource) } : {};
    const parts = optimized ? { resourceType: 'lambda', resource: 'invoke', ...region } : plain;
    // LambdaFunctionStarted is the one event that the API gives no details.
    const bare = !optimized && event === 'Started';
    this.add(type, bare ? undefined : `${lowerFirst(type)}EventDetails`, { ...parts, ...details });
  }

  add(type: string, detailsName: string | undefined, details: Readonly<Record<string, unknown>>): void {
    const id = this.#events.length + 1;
    const event = {
      id,
      previousEventId: id - 1,
      at: this.#now(),
      type,
      ...(detailsName && { detailsName }),
      details,
    };
    this.#events.push(event);
    this.#listener(event);
  }

  #entered({ state }: RunEvent): void {
    const kind = state?.type ?? '';
    this.add(`${kind}StateEntered`, 'stateEnteredEventDetails', {
      name: state?.name,
      input: JSON.stringify(state?.input),
    });
    if (kind === 'Parallel') this.add('ParallelStateStarted', undefined, {});
    if (kind !== 'Map') return;
    const length = Array.isArray(state?.input) ? state.input.length : 0;
    this.add('MapStateStarted', 'mapStateStartedEventDetails', { length });
  }

  #exited({ state }: RunEvent): void {
    const kind = state?.type ?? '';
    if (STARTED_KINDS.includes(kind)) this.add(`${kind}StateSucceeded`, undefined, {});
    this.add(`${kind}StateExited`, 'stateExitedEventDetails', {
      name: state?.name,
      output: JSON.stringify(state?.output),
    });
  }

  #failed({ state, Error: error, Cause: cause }: RunEvent): void {
    this.add(`${state?.type}StateFailed`, undefined, { error, cause: String(cause) });
  }

  /** The branches of a Parallel state have no such events on AWS; two more per branch is on the safe side of the limit. */
  #iteration(type: string): void {
    const names: Readonly<Record<string, string>> = {
      ExecutionStarted: 'MapIterationStarted',
      ExecutionSucceeded: 'MapIterationSucceeded',
      ExecutionFailed: 'MapIterationFailed',
      ExecutionAborted: 'MapIterationAborted',
    };
    const name = names[type];
    if (name !== undefined) this.add(name, `${lowerFirst(name)}EventDetails`, {});
  }
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/** Members of details that are execution data, left out of logs and histories that exclude it. */
const DATA_MEMBERS = ['input', 'output', 'parameters'];

export function withoutData(details: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(details).filter(([member]) => !DATA_MEMBERS.includes(member)));
}
