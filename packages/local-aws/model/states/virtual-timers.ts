import { AsyncLocalStorage } from 'node:async_hooks';
import type { Timer, VirtualClock } from '../../clock.ts';

/**
 * Puts code that knows only the global `setTimeout` and `Date.now` (the state machine library) on the virtual clock.
 *
 * The globals are replaced once, when this module is loaded, by ones that look at the asynchronous context they are
 * called in: inside {@link VirtualTimers.run} they use the virtual clock, everywhere else they are what they were. Work
 * that leaves the library (a Lambda invocation, a hook) must leave the context with {@link outsideVirtualTime}: its timers
 * are real, and `VirtualClock.now` itself builds on the real `Date.now`.
 *
 * `new Date()` is left alone: the library uses it for one member of the context object, which is not read.
 */
export class VirtualTimers {
  readonly #clock: VirtualClock;
  readonly #pending = new Set<Timer>();
  #ended = false;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  /** Runs `work`, and all that it starts, on the virtual clock. */
  run<T>(work: () => T): T {
    return context.run(this, work);
  }

  /** Cancels what is pending; timers set from now on never fire. */
  end(): void {
    this.#ended = true;
    for (const timer of this.#pending) timer.cancel();
    this.#pending.clear();
  }

  set(fire: () => void, delayMs: number): VirtualTimeout {
    if (this.#ended) return new VirtualTimeout(() => {});
    const timer = outsideVirtualTime(() =>
      this.#clock.at(this.#clock.now() + Math.max(0, delayMs), () => {
        this.#pending.delete(timer);
        this.run(fire);
      }),
    );
    this.#pending.add(timer);
    return new VirtualTimeout(() => {
      timer.cancel();
      this.#pending.delete(timer);
    });
  }

  now(): number {
    return outsideVirtualTime(() => this.#clock.now());
  }
}

/** What `setTimeout` returns inside the context, and `clearTimeout` takes. */
class VirtualTimeout {
  readonly cancel: () => void;

  constructor(cancel: () => void) {
    this.cancel = cancel;
  }
}

const context = new AsyncLocalStorage<VirtualTimers | undefined>();

/** Runs `work`, and all that it starts, on real timers again. */
export function outsideVirtualTime<T>(work: () => T): T {
  return context.run(undefined, work);
}

const real = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout, now: Date.now };

globalThis.setTimeout = new Proxy(real.setTimeout, {
  apply: (target, self, args) => {
    const timers = context.getStore();
    if (timers === undefined) return Reflect.apply(target, self, args);
    const [fire, delayMs, ...rest] = args;
    return timers.set(() => fire(...rest), delayMs ?? 0);
  },
});

globalThis.clearTimeout = new Proxy(real.clearTimeout, {
  apply: (target, self, args) => {
    const [timeout] = args;
    return timeout instanceof VirtualTimeout ? timeout.cancel() : Reflect.apply(target, self, args);
  },
});

Date.now = () => context.getStore()?.now() ?? real.now();
