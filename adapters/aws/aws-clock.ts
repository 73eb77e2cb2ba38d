import type { MiddlewareStack } from '@smithy/types';
import type { Now } from '../../core/ports.ts';

/** A `Date` header has no fractions: differences below this say nothing. */
const PRECISION_MS = 1_000;

/** AWS's time as its last answer had it, right to a second: ages and durations must not depend on a laptop's clock. */
export class AwsClock {
  #offsetMs = 0;

  /** The instant of now. */
  readonly now: Now = () => new Date(Date.now() + this.#offsetMs);

  /** Reads the time off every answer that a client gets. */
  readFrom<Input extends object, Output extends object>({
    middlewareStack,
  }: {
    readonly middlewareStack: MiddlewareStack<Input, Output>;
  }): void {
    middlewareStack.add(
      (next) => async (args) => {
        const answered = await next(args);
        this.#takeFrom(answered.response);
        return answered;
      },
      { step: 'deserialize', name: 'readDate', priority: 'low' },
    );
  }

  #takeFrom(response: unknown): void {
    const headers =
      typeof response === 'object' && response !== null && 'headers' in response
        ? response.headers
        : undefined;
    const date =
      typeof headers === 'object' && headers !== null && 'date' in headers ? headers.date : undefined;
    const offsetMs = Date.parse(String(date)) - Date.now();
    if (Math.abs(offsetMs - this.#offsetMs) > PRECISION_MS) this.#offsetMs = offsetMs;
  }
}
