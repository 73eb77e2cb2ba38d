import type { Definition } from '../model/states/interpreter/definition.ts';
import type { Task } from '../model/states/interpreter/host.ts';
import { type Ending, Interpretation } from '../model/states/interpreter/interpretation.ts';
import { refuseUninterpreted } from '../model/states/interpreter/refusals.ts';
import type { Clock } from '../model/states/interpreter/scope.ts';

/** The instant at which every execution starts. */
export const START_MS = Date.parse('2026-11-21T06:30:00.000Z');

interface Timer {
  readonly atMs: number;
  readonly fire: () => void;
}

/** A clock whose time changes only when everything waits for it: then it jumps to the next timer. */
export class JumpClock implements Clock {
  #nowMs = START_MS;
  readonly #timers = new Set<Timer>();

  now(): number {
    return this.#nowMs;
  }

  at(atMs: number, fire: () => void): { cancel(): void } {
    const timer = { atMs, fire };
    this.#timers.add(timer);
    return { cancel: () => void this.#timers.delete(timer) };
  }

  sleep(ms: number): Promise<void> {
    return new Promise((wake) => void this.at(this.#nowMs + ms, wake));
  }

  /** Returns when it is done, or when nothing is waited for. */
  async run(isDone: () => boolean): Promise<void> {
    for (;;) {
      await new Promise((turn) => setImmediate(turn));
      const [first, ...others] = this.#timers;
      if (isDone() || first === undefined) return;
      const next = others.reduce((best, each) => (each.atMs < best.atMs ? each : best), first);
      this.#timers.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.fire();
    }
  }
}

export interface Surroundings {
  /** @default {} */
  readonly input?: unknown;
  readonly context?: Readonly<Record<string, unknown>>;
  /** @default always the least */
  readonly random?: () => number;
  readonly run: (task: Task, clock: JumpClock) => Promise<unknown>;
}

export interface Interpreted {
  readonly ending: Ending;
  readonly lastedMs: number;
  /** Types of the events of its history, each with what it says, less input and output. */
  readonly events: readonly string[];
}

/** Interprets a definition from its start to its end. @throws Error if it waits for what never happens */
export async function interpret(definition: Definition, given: Surroundings): Promise<Interpreted> {
  refuseUninterpreted(definition);
  const { input = {}, context = {}, random = () => 0, run } = given;
  const clock = new JumpClock();
  const events: string[] = [];
  const host = {
    clock,
    random,
    run: (task: Task) => run(task, clock),
    timedOut: ({ state }: Task) => void events.push(`TaskTimedOut ${state}`),
    note: (type: string, { input: _input, output: _output, ...said }: Readonly<Record<string, unknown>>) =>
      events.push([type, ...Object.values(said)].join(' ')),
  };
  const { ending } = new Interpretation(definition, { input, context }, host);
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  ending.then(over, over);
  await clock.run(() => isOver);
  if (!isOver) throw new Error('it waits for what never happens');
  return { ending: await ending, lastedMs: clock.now() - START_MS, events };
}
