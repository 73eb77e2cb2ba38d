import { regionOf } from '../lambda/ports.ts';
import { StateError } from './interpreter/errors.ts';
import type { Task } from './interpreter/host.ts';
import { LAMBDA_INVOKE, type TaskEvent } from './task.ts';

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

/** https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const MAX_HISTORY_EVENTS = 25_000;
/** Events that the API gives no details. */
const BARE = /^(Map|Parallel)State(Succeeded|Failed)$|^(ParallelState|LambdaFunction)Started$/;

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

  /**
   * An event before the last one, with input and output as values. @returns its id
   * @throws StateError when the history is full: the execution ends
   */
  note(type: string, details: Readonly<Record<string, unknown>>): number {
    if (this.#events.length < MAX_HISTORY_EVENTS - 1) return this.add(type, asTexts(details));
    const cause = `The execution reached the maximum number of history events (${MAX_HISTORY_EVENTS}).`;
    // What the end of a full history brings with it finds no place in it.
    if (/(Failed|Aborted)$/.test(type)) return this.#events.length;
    throw new StateError('States.Runtime', cause);
  }

  task({ resource, timeoutSeconds }: Task, event: TaskEvent, details: object): void {
    const optimized = resource === LAMBDA_INVOKE;
    const isScheduled = event === 'Scheduled';
    // Of a plain Lambda task, only the event that schedules it names the function.
    const plain = isScheduled ? { resource } : {};
    const integration = { resourceType: 'lambda', resource: 'invoke' };
    this.note(`${optimized ? 'Task' : 'LambdaFunction'}${event}`, {
      ...(optimized ? integration : plain),
      ...(isScheduled && optimized && { region: regionOf(resource) }),
      ...(isScheduled && timeoutSeconds !== undefined && { timeoutInSeconds: timeoutSeconds }),
      ...details,
    });
  }

  add(type: string, details: Readonly<Record<string, unknown>>): number {
    const id = this.#events.length + 1;
    const detailsName = detailsNameOf(type);
    const event = {
      id,
      previousEventId: id - 1,
      at: this.#now(),
      type,
      ...(detailsName !== undefined && { detailsName }),
      details,
    };
    this.#events.push(event);
    this.#listener(event);
    return id;
  }
}

function detailsNameOf(type: string): string | undefined {
  if (BARE.test(type)) return undefined;
  const [, visit] = /State(Entered|Exited)$/.exec(type) ?? [];
  return visit === undefined
    ? `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`
    : `state${visit}EventDetails`;
}

/** Members of details that are execution data, left out of logs and histories that exclude it. */
const DATA_MEMBERS = ['input', 'output', 'parameters'];

/** Execution data are JSON texts. */
function asTexts(details: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(details).map(([member, value]) => [
      member,
      DATA_MEMBERS.includes(member) ? JSON.stringify(value) : value,
    ]),
  );
}

export function withoutData(details: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(details).filter(([member]) => !DATA_MEMBERS.includes(member)));
}
