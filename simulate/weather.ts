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
export type Blow = 'crash' | { readonly code: ErrorCode } | { readonly delayMs: number };

/** A fault while it lasts. What it does not say, it leaves alone. */
export interface Spell {
  readonly name: string;
  onCall?(call: PortCall): Blow | undefined;
  /** Before a Lambda starts: the name of Lambda's own error. */
  onInvoke?(lambda: string, region: Region, cache: string | undefined): string | undefined;
  /** Whether a schedule's event is lost, comes late, or comes more than once. */
  onDelivery?(schedule: string, region: Region): Delivery | undefined;
}

export type Delivery = 'lost' | { readonly delayMs: number } | { readonly times: number };

/** The faults that are going on. */
export class Weather {
  readonly #spells = new Set<Spell>();
  /** How often a spell has struck. */
  strikes = 0;
  crashes = 0;

  get calm(): boolean {
    return this.#spells.size === 0;
  }

  begin(spell: Spell): void {
    this.#spells.add(spell);
  }

  end(spell: Spell): void {
    this.#spells.delete(spell);
  }

  blow(call: PortCall): Blow | undefined {
    for (const spell of this.#spells) {
      const blow = spell.onCall?.(call);
      if (blow === undefined) continue;
      this.strikes++;
      if (blow === 'crash') this.crashes++;
      return blow;
    }
    return undefined;
  }

  invocationFault(lambda: string, region: Region, cache: string | undefined): string | undefined {
    for (const spell of this.#spells) {
      const fault = spell.onInvoke?.(lambda, region, cache);
      if (fault === undefined) continue;
      this.strikes++;
      return fault;
    }
    return undefined;
  }

  delivery(schedule: string, region: Region): Delivery | undefined {
    for (const spell of this.#spells) {
      const delivery = spell.onDelivery?.(schedule, region);
      if (delivery === undefined) continue;
      this.strikes++;
      return delivery;
    }
    return undefined;
  }
}
