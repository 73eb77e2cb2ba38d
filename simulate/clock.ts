import type { Clock } from '../adapters/memory/clock.ts';

/** What is to happen at an instant, unless it is called off. */
class Event {
  readonly at: number;
  readonly order: number;
  #fire: (() => void) | undefined;

  constructor(at: number, order: number, fire: () => void) {
    this.at = at;
    this.order = order;
    this.#fire = fire;
  }

  get isOff(): boolean {
    return this.#fire === undefined;
  }

  fire(): void {
    this.#fire?.();
  }

  cancel(): void {
    this.#fire = undefined;
  }
}

/**
 * Virtual time: events in the order of their instants, those of one instant in the order in which they were asked for.
 * Between two events everything that does not wait for time runs to its end, so nothing depends on the machine.
 */
export class VirtualClock implements Clock {
  now: number;
  readonly #heap: Event[] = [];
  #asked = 0;

  constructor(startMs: number) {
    this.now = startMs;
  }

  at(instantMs: number, fire: () => void): { cancel(): void } {
    const event = new Event(Math.max(instantMs, this.now), this.#asked++, fire);
    this.#push(event);
    return event;
  }

  sleep(ms: number): Promise<void> {
    return new Promise((wake) => void this.at(this.now + ms, wake));
  }

  /** @param stopped asked after every event; true ends the run early */
  async runUntil(endMs: number, stopped: () => boolean): Promise<void> {
    for (;;) {
      const next = this.#heap[0];
      if (next === undefined || next.at > endMs || stopped()) return;
      this.#pop();
      if (next.isOff) continue;
      this.now = next.at;
      next.fire();
      // A turn of the real event loop comes only when no promise is left to go on.
      await new Promise<void>((turn) => setImmediate(turn));
    }
  }

  #push(event: Event): void {
    const heap = this.#heap;
    let at = heap.push(event) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !before(event, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = event;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const [one, other] = [heap[left], heap[left + 1]];
      if (one === undefined) break;
      const child = other !== undefined && before(other, one) ? left + 1 : left;
      const smaller = heap[child];
      if (smaller === undefined || !before(smaller, last)) break;
      heap[at] = smaller;
      at = child;
    }
    heap[at] = last;
  }
}

function before(one: Event, other: Event): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}
