import { StateError } from '@redrill/local-aws/states-language';
import type { RestoredCluster } from '../adapters/redis/restored-cluster.ts';
import type { ActiveFaults } from './active-faults.ts';
import type { VirtualClock } from './clock.ts';
import { type Around, type CallWatcher, guardOf, Invocation, never } from './invocation.ts';
import { isLambda, type Ports, regionOf, runLambda } from './lambdas.ts';
import type { Trace } from './trace.ts';

export interface InvocationWatcher extends CallWatcher {
  /** Its result, as Step Functions and the log get it. */
  returned(lambda: string, text: string): void;
  threw(lambda: string, error: StateError): void;
}

/** Runs steps as Lambda does. */
export class Lambdas {
  readonly #around: Around & { readonly watcher: InvocationWatcher };
  readonly #portsFor: (invocation: Invocation, deadline: number) => Ports;
  readonly #timeouts: Readonly<Record<string, number>>;
  invocations = 0;

  constructor(options: {
    readonly clock: VirtualClock;
    readonly activeFaults: ActiveFaults;
    readonly ports: Omit<Ports, 'timeLeftMs'>;
    readonly trace: Trace;
    readonly watcher: InvocationWatcher;
    readonly timeouts: Readonly<Record<string, number>>;
  }) {
    const { clock, activeFaults, trace, watcher } = options;
    this.#around = { clock, activeFaults, trace, watcher };
    this.#portsFor = portsOf(options.ports, clock);
    this.#timeouts = options.timeouts;
  }

  /** @throws StateError with the name that a state machine's Retry and Catch would match */
  async invoke(lambda: string, payload: unknown): Promise<unknown> {
    if (!isLambda(lambda)) throw new Error(`there is no Lambda ${lambda}`);
    this.invocations++;
    const region = regionOf(lambda, payload);
    const { cache, drill } = (payload ?? {}) as Partial<Record<'cache' | 'drill', string>>;
    const { clock, activeFaults, watcher } = this.#around;
    const fault = activeFaults.errorOnInvoke(lambda, region, cache);
    if (fault !== undefined) return this.#failed(lambda, new StateError(fault, 'Lambda did not run it'));
    const invocation = new Invocation({ lambda, region, cache, drill }, this.#around);
    const timeoutMs = (this.#timeouts[lambda] ?? 60) * 1000;
    try {
      const running = runLambda(lambda, payload, this.#portsFor(invocation, clock.now + timeoutMs));
      const output = activeFaults.isEmpty
        ? await running
        : await Promise.race([running, invocation.death.promise, this.#timedOut(invocation, timeoutMs)]);
      const text = JSON.stringify(output ?? null);
      watcher.returned(lambda, text);
      return JSON.parse(text);
    } catch (error) {
      return this.#failed(lambda, thrownBy(error));
    } finally {
      invocation.dead = true;
    }
  }

  #failed(lambda: string, error: StateError): never {
    const { clock, trace, watcher } = this.#around;
    trace.note(clock.now, `${lambda} failed: ${error.name}`);
    watcher.threw(lambda, error);
    throw error;
  }

  async #timedOut(invocation: Invocation, timeoutMs: number): Promise<never> {
    await this.#around.clock.sleep(timeoutMs);
    if (invocation.dead) return never();
    throw new StateError('Sandbox.Timedout', '{"errorMessage":"Task timed out"}');
  }
}

/** The ports as an invocation sees them. */
function portsOf(ports: Omit<Ports, 'timeLeftMs'>, clock: VirtualClock) {
  const { source, drills, landing, vault, staging, copier, workflows, ...rest } = ports;
  const { alerts, parameters, heartbeat, settings, connect, ...given } = rest;
  const guards = {
    source: guardOf('elasticache', source),
    drills: guardOf('drills', drills),
    landing: guardOf('landing', landing),
    vault: guardOf('vault', vault),
    staging: guardOf('staging', staging),
    copier: guardOf('copier', copier),
    workflows: guardOf('workflows', workflows),
    alerts: guardOf('alerts', alerts),
    parameters: guardOf('parameters', parameters),
    heartbeat: guardOf('heartbeat', heartbeat),
    settings: guardOf('settings', settings),
  };
  const redis = guardOf('redis', { connect });
  return (invocation: Invocation, deadline: number): Ports => ({
    ...given,
    source: guards.source(invocation),
    drills: guards.drills(invocation),
    landing: guards.landing(invocation),
    vault: guards.vault(invocation),
    staging: guards.staging(invocation),
    copier: guards.copier(invocation),
    workflows: guards.workflows(invocation),
    alerts: guards.alerts(invocation),
    parameters: guards.parameters(invocation),
    heartbeat: guards.heartbeat(invocation),
    settings: guards.settings(invocation),
    connect: async (target) => {
      const cluster = await redis(invocation).connect(target);
      const servers = cluster.servers.map((server) => guardOf('restored', server)(invocation));
      return { ...restored(cluster, invocation), servers };
    },
    timeLeftMs: () => Math.max(0, deadline - clock.now),
  });
}

function restored(cluster: RestoredCluster, invocation: Invocation): Omit<RestoredCluster, 'servers'> {
  const { serverTimeMs, functions, close } = guardOf('restored', cluster)(invocation);
  return { serverTimeMs, functions, close };
}

/** As Lambda tells it: the error's name, and the rest as JSON. */
function thrownBy(error: unknown): StateError {
  if (error instanceof StateError) return error;
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
  return new StateError(name, JSON.stringify({ errorType: name, errorMessage: message }));
}
