import { lifecycleLagMs } from '@redrill/local-aws/lifecycle';
import { type Readings, readingsOf } from '@redrill/local-aws/readings';
import { MemoryBucket } from '../adapters/memory/bucket.ts';
import { memoryObjectStore, memoryShardCopier } from '../adapters/memory/object-store.ts';
import { settingsAs } from '../adapters/memory/settings.ts';
import { OVER_AGAIN_AFTER_MS } from '../core/alerts/plan-notices.ts';
import type { Config } from '../core/contracts/config.ts';
import { EVENTS } from '../core/contracts/events.ts';
import { stagingKeys } from '../core/model/keys.ts';
import { DAY_MS } from '../core/model/time.ts';
import { ActiveFaults } from './active-faults.ts';
import { VirtualClock } from './clock.ts';
import { SIMULATED, simulatedCaches } from './config.ts';
import type { Deployment } from './deployment.ts';
import { Executions } from './executions.ts';
import { type Fault, faultsOf, historyOf, lastingFault } from './faults/draw-faults.ts';
import { Lambdas } from './invocations.ts';
import { type Ports, SETTINGS, VAULT_KEY } from './lambdas.ts';
import { Lifecycle } from './lifecycle.ts';
import { Random } from './random.ts';
import { type Chosen, refusalAmong, unusual } from './readings.ts';
import { Referee } from './referee/referee.ts';
import type { Violation } from './referee/verdicts.ts';
import { ScheduleRunner } from './schedules.ts';
import { Trace } from './trace.ts';
import { CANARY } from './world/contents.ts';
import { DrillRegion } from './world/drills.ts';
import { SourceRegion } from './world/source.ts';

export interface RunOptions {
  readonly deployment: Deployment;
  readonly seed: number;
  readonly days: number;
  readonly caches: number;
  /** @default drawn from the seed */
  readonly faults?: readonly Fault[];
  /** What AWS's documentation leaves open. @default the usual answers */
  readonly readings?: Chosen;
  /** Lines of the trace to keep. @default none */
  readonly traced?: number;
  /** Pass no tick over, however quiet. @default false */
  readonly everyTick?: boolean;
}

export interface RunResult {
  readonly seed: number;
  readonly violation: Violation | undefined;
  readonly hash: string;
  readonly days: number;
  readonly counts: Counts;
  readonly faults: readonly Fault[];
  /** The answers that are not the usual ones. */
  readonly readings: Chosen;
  readonly trace: readonly string[];
  /** Every alert, and its instant. */
  readonly alerts: readonly string[];
}

export interface Counts {
  readonly cacheDays: number;
  readonly faults: number;
  readonly strikes: number;
  readonly crashes: number;
  readonly invocations: number;
  readonly executions: number;
  readonly points: number;
  readonly alerts: number;
  readonly pings: number;
  readonly events: number;
}

/** A Wednesday, ten days before the end of a month. */
export const START_MS = Date.UTC(2027, 0, 20);

/** One run: a world of its own, from the first instant to the last or to the first violation. */
export class Simulation {
  readonly clock = new VirtualClock(START_MS);
  readonly activeFaults = new ActiveFaults();
  readonly trace: Trace;
  readonly faults: readonly Fault[];
  readonly readings: Readings;
  readonly referee: Referee;
  readonly #options: RunOptions;
  readonly #config: Config;
  readonly #landing = new MemoryBucket('landing', { clock: this.clock });
  readonly #vault = new MemoryBucket('vault', { clock: this.clock, versioned: true, encryption: VAULT_KEY });
  readonly #staging = new MemoryBucket('staging', { clock: this.clock });
  readonly #source: SourceRegion;
  readonly #drills: DrillRegion;
  readonly #executions: Executions;
  readonly #lambdas: Lambdas;
  readonly #schedules: readonly ScheduleRunner[];
  readonly #lifecycles: readonly Lifecycle[];
  #tokens = 0;
  #runs = 0;

  constructor(options: RunOptions) {
    const { deployment, seed, days } = options;
    const { clock } = this;
    const shapes = simulatedCaches(options.caches, options.seed);
    const names = shapes.map(({ cache }) => cache);
    this.#options = options;
    this.#config = withCaches(names);
    this.trace = new Trace(options.traced ?? 0);
    this.faults = options.faults ?? faultsOf({ seed, startMs: START_MS, days, caches: names });
    this.readings = readingsOf(options.readings);
    const refusal = refusalAmong(this.readings);
    const felt = refusal === undefined ? this.faults : [...this.faults, lastingFault(START_MS, days)];
    this.referee = new Referee({
      clock,
      config: this.#config,
      deployment,
      watched: {
        landing: this.#landing,
        vault: this.#vault,
        staging: this.#staging,
        source: () => this.#source,
        drills: () => this.#drills,
      },
      faults: historyOf(felt, () => clock.now),
      refusal,
      caches: names.length,
    });
    const landing = this.#landing;
    const world = { clock, seed, readings: this.readings };
    this.#source = new SourceRegion({ ...world, landing, shapes, watcher: this.referee.source });
    this.#drills = new DrillRegion({ ...world, staging: this.#staging, watcher: this.referee.drills });
    this.#executions = new Executions({
      clock,
      machines: deployment.machines,
      lambdas: () => this.#lambdas,
      trace: this.trace,
      seed,
      watcher: {
        started: () => undefined,
        ended: (execution) => {
          this.referee.resources.ended(execution);
          this.#wake('find-exports');
        },
      },
    });
    this.#lambdas = this.#makeLambdas();
    this.#schedules = this.#makeSchedules();
    this.#lifecycles = [
      new Lifecycle(landing, deployment.lifecycles.landing),
      new Lifecycle(this.#vault, deployment.lifecycles.vault, this.#config.vault.lock.days),
      new Lifecycle(this.#staging, deployment.lifecycles.staging),
    ];
    this.#watchTheWorld();
  }

  async run(): Promise<RunResult> {
    const { clock, referee } = this;
    const { days, seed } = this.#options;
    for (const runner of this.#schedules) runner.wake(START_MS - 1);
    for (const fault of this.faults) clock.at(fault.fromMs, () => this.#begin(fault));
    clock.at(START_MS + DAY_MS, () => this.#midnight());
    const { violations } = referee.verdicts;
    await underVirtualTime(clock, () =>
      clock.runUntil(START_MS + days * DAY_MS, () => violations.length > 0),
    );
    const simulatedDays = Math.max(1, Math.ceil((clock.now - START_MS) / DAY_MS));
    return {
      seed,
      violation: violations[0],
      hash: this.trace.hash,
      days: simulatedDays,
      counts: this.#counts(simulatedDays),
      faults: this.faults,
      readings: unusual(this.readings),
      trace: this.trace.tail(),
      alerts: referee.notices.sent.map(
        ({ atMs, alert }) => `${new Date(atMs).toISOString()} ${alert.subject}`,
      ),
    };
  }

  #counts(days: number): Counts {
    const { notices, points } = this.referee;
    return {
      cacheDays: days * this.#options.caches,
      faults: this.faults.filter(({ fromMs }) => fromMs <= this.clock.now).length,
      strikes: this.activeFaults.strikes,
      crashes: this.activeFaults.crashes,
      invocations: this.#lambdas.invocations,
      executions: this.#executions.started,
      points: [...points.byCache.values()].reduce((sum, { all }) => sum + all.length, 0),
      alerts: notices.sent.length,
      pings: notices.pings,
      events: this.trace.events,
    };
  }

  #begin({ kind, cache, toMs, seed }: Fault): void {
    const live = this.#source.caches.get(cache);
    if (live === undefined) return;
    this.trace.note(this.clock.now, `fault: ${kind.name} of ${cache} until ${new Date(toMs).toISOString()}`);
    const scene = {
      clock: this.clock,
      activeFaults: this.activeFaults,
      source: this.#source,
      drills: this.#drills,
      landing: this.#landing,
      vault: this.#vault,
      executions: this.#executions,
      points: this.referee.points,
    };
    const end = kind.begin(scene, live, new Random(seed, `fault ${kind.name}`));
    this.#wakeAll();
    this.clock.at(toMs, () => {
      this.trace.note(this.clock.now, `over: ${kind.name} of ${cache}`);
      end();
      this.#wakeAll();
    });
  }

  /** S3 acts at midnight; where it is late, on what was due up to two days ago. */
  #midnight(): void {
    const { clock } = this;
    const reading = this.readings['lifecycle-lag'];
    const lateMs = new Random(this.#options.seed, `lag ${clock.now}`).below(3) * DAY_MS;
    const lagMs = (bucket: string, key: string) =>
      reading === 'days-late' ? lateMs : lifecycleLagMs(reading, bucket, key);
    for (const lifecycle of this.#lifecycles) lifecycle.apply(clock.now, lagMs);
    this.referee.look();
    clock.at(clock.now + DAY_MS, () => this.#midnight());
  }

  #makeLambdas(): Lambdas {
    const { clock, referee } = this;
    const buckets = new Map([this.#landing, this.#vault, this.#staging].map((each) => [each.name, each]));
    const measured = (name: string, dimensions: object = {}) =>
      referee.notices.mustNotTell(`${name} ${JSON.stringify(dimensions)}`, 'a metric');
    const ports: Omit<Ports, 'timeLeftMs'> = {
      source: this.#source.port,
      drills: this.#drills.port,
      connect: this.#drills.connect,
      landing: memoryObjectStore(this.#landing),
      vault: memoryObjectStore(this.#vault),
      staging: memoryObjectStore(this.#staging),
      copier: memoryShardCopier(buckets),
      workflows: this.#executions.port,
      alerts: {
        publish: async (alert) => {
          this.trace.note(clock.now, `alert: ${alert.subject}`);
          referee.notices.alert(alert);
          if (alert.code.endsWith('Resolved'))
            clock.at(clock.now + OVER_AGAIN_AFTER_MS, () => this.#wakeWatches());
        },
      },
      events: {
        put: async (events) => {
          for (const { name, detail } of events) EVENTS[name].schema.parse(detail);
        },
      },
      parameters: { read: async () => 'https://heartbeat.example.com/ping' },
      heartbeat: { ping: async (url, body) => referee.notices.ping(url, body) },
      metrics: {
        count: (name, _value, dimensions) => measured(name, dimensions),
        seconds: (name, _value, dimensions) => measured(name, dimensions),
      },
      config: this.#config,
      now: () => new Date(clock.now),
      newToken: () => `${CANARY}${(++this.#tokens).toString(16).padStart(40, '0')}`,
      newRunId: () => `run-${++this.#runs}`,
      settings: settingsAs(SETTINGS),
    };
    const { timeouts } = this.#options.deployment;
    return new Lambdas({
      clock,
      activeFaults: this.activeFaults,
      ports,
      trace: this.trace,
      watcher: referee,
      timeouts,
    });
  }

  #makeSchedules(): readonly ScheduleRunner[] {
    const ticks = {
      clock: this.clock,
      activeFaults: this.activeFaults,
      lambdas: this.#lambdas,
      trace: this.trace,
      quietUntil: (lambda: string, output: unknown) => this.#quietUntil(lambda, output),
      alarm: (name: string) => this.referee.notices.alarm(name),
      everyTick: this.#options.everyTick ?? false,
    };
    return this.#options.deployment.schedules.map((schedule) => new ScheduleRunner(schedule, ticks));
  }

  /**
   * When a tick could find anything else than the last one did, if nothing happens: these depend on what lies in the
   * buckets, on the clusters there are, and on ages. The page of all caches is then rewritten for its ages alone, which
   * is passed over too.
   */
  #quietUntil(lambda: string, output: unknown): number {
    const { now } = this.clock;
    if (lambda === 'find-exports')
      return (output as { readonly waiting?: number } | undefined)?.waiting === 0
        ? Number.POSITIVE_INFINITY
        : now;
    // What people were told of is over with a later look, whatever else happens.
    const { drifted = [], broken = [], atSource = [], missing = [] } = (output ?? {}) as Findings;
    if ([drifted, broken, atSource, missing].some(({ length }) => length > 0)) return now;
    if (lambda === 'watch-source') return Number.POSITIVE_INFINITY;
    if (lambda === 'watch-vault' || lambda === 'publish-fleet')
      return this.referee.notices.nextDueMs() ?? now;
    const isBusy = this.#drills.isBusy || !this.#staging.keys('drills/').next().done;
    return isBusy ? now : Number.POSITIVE_INFINITY;
  }

  #watchTheWorld(): void {
    this.#landing.watch((change, { key }) => {
      if (change === 'written' && /\.export\.json$|\/discovered\.json$/.test(key)) this.#wake('find-exports');
    });
    this.#vault.watch((_change, { key }) => {
      if (key.startsWith('registry/')) this.#wake('watch-vault');
      if (key.startsWith('registry/') || key.endsWith('/history.json')) this.#wake('publish-fleet');
    });
    this.#staging.watch((change, { key }) => {
      if (change === 'written' && key.startsWith('drills/')) this.#wake('sweep-drills');
      if (change === 'written' && key === stagingKeys.sourceSight) this.#wake('watch-vault');
    });
    for (const bucket of [this.#landing, this.#vault, this.#staging])
      bucket.watch((change, { key }) => this.trace.note(this.clock.now, `${change} ${bucket.name}/${key}`));
  }

  #wake(lambda: string): void {
    for (const runner of this.#schedules ?? []) if (runner.lambda === lambda) runner.wake();
  }

  /** From an hour after a fault was said to be over, that may be said of it again. */
  #wakeWatches(): void {
    for (const lambda of ['watch-vault', 'watch-source']) this.#wake(lambda);
  }

  #wakeAll(): void {
    for (const lambda of ['find-exports', 'publish-fleet', 'sweep-drills']) this.#wake(lambda);
    this.#wakeWatches();
  }
}

/** What looks have found that is not as it should be. */
interface Findings {
  readonly drifted?: readonly string[];
  readonly broken?: readonly string[];
  readonly atSource?: readonly string[];
  readonly missing?: readonly string[];
}

function withCaches(names: readonly string[]): Config {
  const caches = Object.fromEntries(
    Object.entries(SIMULATED.caches).filter(([cache]) => names.includes(cache)),
  );
  return { ...SIMULATED, caches };
}

/** Durations that the product measures are virtual too. */
async function underVirtualTime(clock: VirtualClock, run: () => Promise<void>): Promise<void> {
  const real = performance.now;
  performance.now = () => clock.now;
  try {
    await run();
  } finally {
    performance.now = real;
  }
}
