import { AppError } from '../core/model/errors.ts';
import type { VirtualClock } from './clock.ts';
import { type Ports, regionOf, STEPS } from './lambdas.ts';
import { StateError } from './states/execution.ts';
import type { Trace } from './trace.ts';
import type { PortCall, Region, Weather } from './weather.ts';

export interface InvocationWatcher {
  /** Every call of a port that had its effect. */
  called(call: PortCall, args: readonly unknown[], result: unknown): void;
  /** Its result, as Step Functions and the log get it. */
  returned(lambda: string, text: string): void;
  threw(lambda: string, error: StateError): void;
}

/** Never settles: what waits for it goes nowhere, as in a Lambda that was killed. */
const NEVER = new Promise<never>(() => undefined);

interface Invocation {
  readonly lambda: string;
  readonly region: Region;
  readonly cache: string | undefined;
  calls: number;
  dead: boolean;
  readonly die: () => void;
}

type Target = Readonly<Record<string, unknown>>;

/** Runs steps as Lambda does. Between each call of a port and its effect, and after it, a fault may strike. */
export class Lambdas {
  readonly #clock: VirtualClock;
  readonly #weather: Weather;
  readonly #ports: Omit<Ports, 'timeLeftMs'>;
  readonly #trace: Trace;
  readonly #watcher: InvocationWatcher;
  readonly #timeouts: Readonly<Record<string, number>>;
  invocations = 0;

  constructor(options: {
    readonly clock: VirtualClock;
    readonly weather: Weather;
    readonly ports: Omit<Ports, 'timeLeftMs'>;
    readonly trace: Trace;
    readonly watcher: InvocationWatcher;
    readonly timeouts: Readonly<Record<string, number>>;
  }) {
    this.#clock = options.clock;
    this.#weather = options.weather;
    this.#ports = options.ports;
    this.#trace = options.trace;
    this.#watcher = options.watcher;
    this.#timeouts = options.timeouts;
  }

  /** @throws StateError with the name that a state machine's Retry and Catch would match */
  async invoke(lambda: string, payload: unknown): Promise<unknown> {
    const step = STEPS[lambda];
    if (step === undefined) throw new Error(`there is no Lambda ${lambda}`);
    this.invocations++;
    const region = regionOf(lambda, payload);
    const cache = cacheOf(payload);
    const fault = this.#weather.invocationFault(lambda, region, cache);
    if (fault !== undefined) return this.#failed(lambda, new StateError(fault, 'Lambda did not run it'));
    const dead = Promise.withResolvers<never>();
    const invocation: Invocation = {
      lambda,
      region,
      cache,
      calls: 0,
      dead: false,
      die: () => dead.reject(new StateError('Lambda.Unknown', '{"errorType":"Runtime.ExitError"}')),
    };
    const timeoutMs = (this.#timeouts[lambda] ?? 60) * 1000;
    const deadline = this.#clock.now + timeoutMs;
    try {
      const running = step(payload, this.#portsFor(invocation, deadline));
      const output = this.#weather.calm
        ? await running
        : await Promise.race([running, dead.promise, this.#timedOut(invocation, timeoutMs)]);
      const text = JSON.stringify(output ?? null);
      this.#watcher.returned(lambda, text);
      return JSON.parse(text);
    } catch (error) {
      return this.#failed(lambda, thrownBy(error));
    } finally {
      invocation.dead = true;
    }
  }

  #failed(lambda: string, error: StateError): never {
    this.#trace.note(this.#clock.now, `${lambda} failed: ${error.name}`);
    this.#watcher.threw(lambda, error);
    throw error;
  }

  async #timedOut(invocation: Invocation, timeoutMs: number): Promise<never> {
    await this.#clock.sleep(timeoutMs);
    if (invocation.dead) return NEVER;
    throw new StateError('Sandbox.Timedout', '{"errorMessage":"Task timed out"}');
  }

  /** The ports as this invocation sees them. */
  #portsFor(invocation: Invocation, deadline: number): Ports {
    const guard = <Port extends object>(port: string, target: Port) =>
      this.#guarded(invocation, port, target as Target) as Port;
    const { source, drills, landing, vault, staging, copier, workflows, ...rest } = this.#ports;
    const { alerts, parameters, heartbeat, connect, ...given } = rest;
    return {
      ...given,
      source: guard('elasticache', source),
      drills: guard('drills', drills),
      landing: guard('landing', landing),
      vault: guard('vault', vault),
      staging: guard('staging', staging),
      copier: guard('copier', copier),
      workflows: guard('workflows', workflows),
      alerts: guard('alerts', alerts),
      parameters: guard('parameters', parameters),
      heartbeat: guard('heartbeat', heartbeat),
      connect: async (target) => {
        const cluster = await guard('redis', { connect }).connect(target);
        const servers = cluster.servers.map((server) => guard('restored', server));
        return { ...guard('restored', cluster), servers };
      },
      timeLeftMs: () => Math.max(0, deadline - this.#clock.now),
    };
  }

  #guarded(invocation: Invocation, port: string, target: Target): Target {
    const guarded: Record<string, unknown> = {};
    for (const [operation, member] of Object.entries(target)) {
      if (typeof member !== 'function') guarded[operation] = member;
      else if (operation === 'close') guarded[operation] = member;
      else if (operation === 'stream')
        guarded[operation] = (...args: readonly unknown[]) =>
          this.#streamed(invocation, { port, operation }, () => member.apply(target, args));
      else
        guarded[operation] = (...args: readonly unknown[]) =>
          this.#call(invocation, { port, operation }, args, () => member.apply(target, args));
    }
    return guarded;
  }

  async #call(
    invocation: Invocation,
    { port, operation }: Pick<PortCall, 'port' | 'operation'>,
    args: readonly unknown[],
    effect: () => Promise<unknown>,
  ): Promise<unknown> {
    const { lambda, region, cache } = invocation;
    const call = { lambda, region, port, operation, cache, number: ++invocation.calls };
    await this.#struck(invocation, { ...call, when: 'before' });
    const result = await effect();
    this.#watcher.called({ ...call, when: 'after' }, args, result);
    await this.#struck(invocation, { ...call, when: 'after' });
    return result;
  }

  async *#streamed(
    invocation: Invocation,
    { port, operation }: Pick<PortCall, 'port' | 'operation'>,
    open: () => AsyncIterable<unknown>,
  ): AsyncIterable<unknown> {
    const { lambda, region, cache } = invocation;
    const call = { lambda, region, port, operation, cache, number: ++invocation.calls };
    await this.#struck(invocation, { ...call, when: 'before' });
    for await (const each of open()) {
      yield each;
      await this.#struck(invocation, { ...call, when: 'after' });
    }
  }

  async #struck(invocation: Invocation, call: PortCall): Promise<void> {
    if (invocation.dead) return NEVER;
    if (this.#weather.calm) return undefined;
    const blow = this.#weather.blow(call);
    if (blow === undefined) return undefined;
    this.#trace.note(
      this.#clock.now,
      `${JSON.stringify(blow)} ${call.when} ${call.lambda} ${call.port}.${call.operation}`,
    );
    if (blow === 'crash') {
      invocation.dead = true;
      invocation.die();
      return NEVER;
    }
    if ('code' in blow) throw new AppError(blow.code, `${call.port}.${call.operation}: ${blow.code}`);
    await this.#clock.sleep(blow.delayMs);
    return invocation.dead ? NEVER : undefined;
  }
}

/** As Lambda tells it: the error's name, and the rest as JSON. */
function thrownBy(error: unknown): StateError {
  if (error instanceof StateError) return error;
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
  return new StateError(name, JSON.stringify({ errorType: name, errorMessage: message }));
}

function cacheOf(payload: unknown): string | undefined {
  return (payload as { readonly cache?: string } | undefined)?.cache;
}
