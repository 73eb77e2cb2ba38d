import type { ErrorCode } from '../core/model/errors.ts';

/** One call of a port, as the faults see it. */
export interface PortCall {
  readonly lambda: string;
  readonly region: Region;
  readonly port: string;
  readonly operation: string;
  readonly when: 'before' | 'after';
  /** The cache that the invocation works for, if it is one. */
  readonly cache: string | undefined;
  /** The drill that it is a step of, if it is one. */
  readonly drill: string | undefined;
  /** How many calls the invocation has made. */
  readonly number: number;
}

export type Region = 'source' | 'vault';

/** What a fault does to a call: the Lambda dies, the call fails, or it takes so long. */
export type CallEffect = 'crash' | { readonly code: ErrorCode } | { readonly delayMs: number };

/** A fault while it lasts. What it does not say, it leaves alone. */
export interface ActiveFault {
  readonly name: string;
  onCall?(call: PortCall): CallEffect | undefined;
  /** Before a Lambda starts: the name of Lambda's own error. */
  onInvoke?(lambda: string, region: Region, cache: string | undefined): string | undefined;
  /** Whether a schedule's event is lost, comes late, or comes more than once. */
  onDelivery?(schedule: string, region: Region): Delivery | undefined;
}

export type Delivery = 'lost' | { readonly delayMs: number } | { readonly times: number };

/** The faults that are going on. */
export class ActiveFaults {
  readonly #faults = new Set<ActiveFault>();
  /** How often a fault has struck. */
  strikes = 0;
  crashes = 0;

  get isEmpty(): boolean {
    return this.#faults.size === 0;
  }

  begin(fault: ActiveFault): void {
    this.#faults.add(fault);
  }

  end(fault: ActiveFault): void {
    this.#faults.delete(fault);
  }

  effectOn(call: PortCall): CallEffect | undefined {
    for (const fault of this.#faults) {
      const effect = fault.onCall?.(call);
      if (effect === undefined) continue;
      this.strikes++;
      if (effect === 'crash') this.crashes++;
      return effect;
    }
    return undefined;
  }

  errorOnInvoke(lambda: string, region: Region, cache: string | undefined): string | undefined {
    for (const fault of this.#faults) {
      const error = fault.onInvoke?.(lambda, region, cache);
      if (error === undefined) continue;
      this.strikes++;
      return error;
    }
    return undefined;
  }

  delivery(schedule: string, region: Region): Delivery | undefined {
    for (const fault of this.#faults) {
      const delivery = fault.onDelivery?.(schedule, region);
      if (delivery === undefined) continue;
      this.strikes++;
      return delivery;
    }
    return undefined;
  }
}
