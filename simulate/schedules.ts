import { parseExpression, type Recurrence } from '@redrill/local-aws/schedule-expression';
import { StateError } from '@redrill/local-aws/states-language';
import { HOUR_MS, MINUTE_MS } from '../core/model/time.ts';
import type { ActiveFaults } from './active-faults.ts';
import type { VirtualClock } from './clock.ts';
import type { Schedule } from './deployment.ts';
import type { Lambdas } from './invocations.ts';
import { regionOf } from './lambdas.ts';
import type { Trace } from './trace.ts';

/** Lambda makes two more attempts, a minute and two minutes later: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html (checked 2026-11-21) */
const ATTEMPTS_AFTER_MS = [60_000, 120_000] as const;
/** How often Scheduler tries to deliver to a Lambda that takes nothing. */
const REDELIVERED_AFTER_MS = MINUTE_MS;
const DEADLINE_MS = 12 * HOUR_MS;

export interface Ticks {
  readonly clock: VirtualClock;
  readonly activeFaults: ActiveFaults;
  readonly lambdas: Lambdas;
  readonly trace: Trace;
  /**
   * From when on another tick of this Lambda could find anything changed, after one that has returned this; what
   * happens meanwhile wakes it earlier.
   */
  readonly quietUntil: (lambda: string, output: unknown) => number;
  readonly alarm: (name: string) => void;
  /** Run every tick, however quiet. */
  readonly everyTick: boolean;
}

/** One schedule of EventBridge Scheduler, as synthesised. Ticks at which nothing can have changed are passed over. */
export class ScheduleRunner {
  readonly lambda: string;
  readonly #schedule: Schedule;
  readonly #recurrence: Recurrence;
  readonly #ticks: Ticks;
  readonly #isFrequent: boolean;
  #nextAt = Number.POSITIVE_INFINITY;
  #errors: number[] = [];

  constructor(schedule: Schedule, ticks: Ticks) {
    this.lambda = schedule.lambda;
    this.#schedule = schedule;
    this.#recurrence = parseExpression(schedule.expression);
    this.#ticks = ticks;
    this.#isFrequent = schedule.input === '{}';
  }

  /** Something has happened that its next tick may find. */
  wake(fromMs = this.#ticks.clock.now): void {
    const at = this.#recurrence.next(fromMs, 0);
    if (at === undefined || at >= this.#nextAt) return;
    this.#nextAt = at;
    this.#ticks.clock.at(at, () => {
      if (this.#nextAt !== at) return;
      this.#nextAt = Number.POSITIVE_INFINITY;
      void this.#due(at);
    });
  }

  async #due(at: number): Promise<void> {
    const { clock, activeFaults } = this.#ticks;
    if (!this.#isFrequent) this.wake(at);
    const delivery = activeFaults.delivery(this.#schedule.name, regionOf(this.lambda, {}));
    const times = typeof delivery === 'object' && 'times' in delivery ? delivery.times : 1;
    let output: unknown;
    if (delivery === 'lost') this.#ticks.trace.note(clock.now, `${this.#schedule.name} is lost`);
    else {
      if (typeof delivery === 'object' && 'delayMs' in delivery) await clock.sleep(delivery.delayMs);
      for (let time = 1; time < times; time++) void this.#deliver(at);
      output = await this.#deliver(at);
    }
    if (!this.#isFrequent) return;
    const quietUntil =
      this.#ticks.everyTick || !activeFaults.isEmpty ? 0 : this.#ticks.quietUntil(this.lambda, output);
    this.wake(Math.max(clock.now, Math.min(quietUntil, at + DEADLINE_MS) - 1));
  }

  /** As often as Scheduler and Lambda try. @returns what the Lambda has returned, undefined if it never did */
  async #deliver(at: number): Promise<unknown> {
    const { clock, lambdas } = this.#ticks;
    const scheduledTime = new Date(at).toISOString().replace('.000Z', 'Z');
    const input = JSON.parse(this.#schedule.input.replace('<aws.scheduler.scheduled-time>', scheduledTime));
    for (let attempt = 0; ; ) {
      try {
        return await lambdas.invoke(this.lambda, input);
      } catch (error) {
        if (!(error instanceof StateError)) throw error;
        // What Lambda would not take, Scheduler delivers again as long as it is worth something.
        if (error.name === 'Lambda.ServiceException' || error.name === 'Lambda.TooManyRequestsException') {
          if (clock.now + REDELIVERED_AFTER_MS - at > this.#schedule.maximumAgeSeconds * 1000) {
            this.#ticks.alarm('redrill-schedule-undelivered');
            return undefined;
          }
          await clock.sleep(REDELIVERED_AFTER_MS);
          continue;
        }
        this.#failed();
        const pause = ATTEMPTS_AFTER_MS[attempt++];
        if (pause === undefined) return undefined;
        await clock.sleep(pause);
      }
    }
  }

  #failed(): void {
    const { now } = this.#ticks.clock;
    this.#errors = [...this.#errors.filter((each) => now - each < 900_000), now];
    if (this.#errors.length >= 3) this.#ticks.alarm(`redrill-${this.lambda}-errors`);
  }
}
