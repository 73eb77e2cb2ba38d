import { StateError } from '@redrill/local-aws/states-language';
import { AppError } from '../core/model/errors.ts';
import type { ActiveFaults, PortCall } from './active-faults.ts';
import type { VirtualClock } from './clock.ts';
import type { Trace } from './trace.ts';

/**
 * Never settles: what waits for it goes nowhere, as in a Lambda that was killed. One for each, because a promise remembers
 * all who wait for it, and with them the worlds that they came from.
 */
export function never(): Promise<never> {
  return new Promise(() => undefined);
}

export interface CallWatcher {
  /** Every call of a port that had its effect. */
  called(call: Omit<PortCall, 'when'>, args: readonly unknown[]): void;
}

/** What an invocation is in the middle of. */
export interface Around {
  readonly clock: VirtualClock;
  readonly activeFaults: ActiveFaults;
  readonly trace: Trace;
  readonly watcher: CallWatcher;
}

type Operation = Pick<PortCall, 'port' | 'operation'>;

/** One run of a Lambda. Between each call of a port and its effect, and after it, a fault may strike. */
export class Invocation {
  dead = false;
  /** Rejects when the Lambda is killed. */
  readonly death = Promise.withResolvers<never>();
  readonly #of: Pick<PortCall, 'lambda' | 'region' | 'cache' | 'drill'>;
  readonly #around: Around;
  #calls = 0;

  constructor(of: Pick<PortCall, 'lambda' | 'region' | 'cache' | 'drill'>, around: Around) {
    this.#of = of;
    this.#around = around;
  }

  async call(
    operation: Operation,
    args: readonly unknown[],
    effect: () => Promise<unknown>,
  ): Promise<unknown> {
    const call = { ...this.#of, ...operation, number: ++this.#calls };
    await (this.#isCalm() || this.#struck({ ...call, when: 'before' }));
    const result = await effect();
    this.#around.watcher.called(call, args);
    await (this.#isCalm() || this.#struck({ ...call, when: 'after' }));
    return result;
  }

  async *stream(operation: Operation, open: () => AsyncIterable<unknown>): AsyncIterable<unknown> {
    const call = { ...this.#of, ...operation, number: ++this.#calls };
    await this.#struck({ ...call, when: 'before' });
    for await (const each of open()) {
      yield each;
      await this.#struck({ ...call, when: 'after' });
    }
  }

  /** Then nothing can strike. */
  #isCalm(): boolean {
    return this.#around.activeFaults.isEmpty && !this.dead;
  }

  async #struck(call: PortCall): Promise<void> {
    const { clock, activeFaults, trace } = this.#around;
    if (this.dead) return never();
    if (activeFaults.isEmpty) return undefined;
    const effect = activeFaults.effectOn(call);
    if (effect === undefined) return undefined;
    trace.note(
      clock.now,
      `${JSON.stringify(effect)} ${call.when} ${call.lambda} ${call.port}.${call.operation}`,
    );
    if (effect === 'crash') {
      this.dead = true;
      this.death.reject(new StateError('Lambda.Unknown', '{"errorType":"Runtime.ExitError"}'));
      return never();
    }
    if ('code' in effect) throw new AppError(effect.code, `${call.port}.${call.operation}: ${effect.code}`);
    await clock.sleep(effect.delayMs);
    return this.dead ? never() : undefined;
  }
}

/**
 * Makes a port into what an invocation sees of it: every call goes through the invocation. What can be made once for all
 * invocations is.
 */
export function guardOf<Port extends object>(port: string, target: Port): (invocation: Invocation) => Port {
  class Guarded {
    readonly invocation: Invocation;
    constructor(invocation: Invocation) {
      this.invocation = invocation;
    }
  }
  for (const [operation, member] of Object.entries(target))
    Object.defineProperty(Guarded.prototype, operation, guarded({ port, operation }, member, target));
  return (invocation) => new Guarded(invocation) as unknown as Port;
}

type Member = (...args: unknown[]) => unknown;

/** How the member of a port is reached. Closing a connection is no call of anything. */
function guarded(operation: Operation, member: unknown, target: object): PropertyDescriptor {
  if (typeof member !== 'function' || operation.operation === 'close') return { value: member };
  const run = member as Member;
  if (operation.operation === 'stream')
    return {
      get(this: { readonly invocation: Invocation }): Member {
        const open = (args: unknown[]) => run.apply(target, args) as AsyncIterable<unknown>;
        return (...args) => this.invocation.stream(operation, () => open(args));
      },
    };
  return {
    get(this: { readonly invocation: Invocation }): Member {
      const effect = (args: unknown[]) => run.apply(target, args) as Promise<unknown>;
      return (...args) => this.invocation.call(operation, args, () => effect(args));
    },
  };
}
