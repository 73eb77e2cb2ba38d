import type { StackEvent } from '@redrill/local-aws/cloudformation';
import { expect } from 'vitest';
import { instantOf, type Slot, slotAt } from '../../../core/model/slot.ts';
import {
  type Deployable,
  HOUR_MS,
  MINUTE_MS,
  type StartedDrill,
  type ToldAlert,
  type World,
} from '../world.ts';

const SIX_HOURS_MS = 6 * HOUR_MS;
const STEP_MS = 1000;

export interface Meanwhile {
  readonly started: StartedDrill;
  readonly events: readonly StackEvent[];
  readonly told: readonly ToldAlert[];
}

/** A backup of `sessions`, an ingest of `orders` and a drill, under way while something is deployed. */
export class WorkUnderWay {
  readonly world: World;
  slot: Slot;

  /** @param slot of the newest points */
  constructor(world: World, slot: Slot) {
    this.world = world;
    this.slot = slot;
  }

  async whileDeploying(after: Deployable): Promise<Meanwhile> {
    const { world } = this;
    const alerts = world.allAlerts.length;
    const started = await this.#begin();
    const events = await this.deploy(after);
    await world.pass(0);
    await world.deliver('find-exports');
    for (const watch of ['watch-vault', 'watch-source', 'sweep-drills']) await world.deliver(watch);
    return { started, events, told: world.allAlerts.slice(alerts) };
  }

  /** Deploys while time passes. @returns what the deployment did to the stacks */
  async deploy({ folder }: Deployable): Promise<readonly StackEvent[]> {
    const { aws } = this.world;
    const earlier = new Map(aws.stacks.all.map(({ name, events }) => [name, events.length]));
    let deployed = false;
    const deploying = aws.deploy(folder, { pause: () => aws.clock.sleep(STEP_MS) }).finally(() => {
      deployed = true;
    });
    await Promise.all([deploying, this.world.until('the stacks are deployed', () => deployed)]);
    return aws.stacks.all.flatMap(({ name, events }) => events.slice(earlier.get(name) ?? 0));
  }

  /** What must be so after any change. */
  async expectNothingLost({ started, events }: Meanwhile): Promise<void> {
    const { world, slot } = this;
    expect(events.filter(({ status }) => status.endsWith('_FAILED'))).toEqual([]);
    expect(world.ends.filter((end) => !end.endsWith(' SUCCEEDED'))).toEqual([]);
    expect(started.execution.status).toBe('SUCCEEDED');
    for (const cache of ['orders', 'sessions']) {
      const points = await world.points(cache);
      expect(points.at(-1), `the newest point of ${cache}`).toMatchObject({ slot, verdict: 'verified' });
    }
    expect(world.drillClusters).toEqual([]);
    const drills = (await world.stagedKeys()).filter(
      (key) => key.startsWith('drills/') && key.endsWith('.rdb'),
    );
    expect(drills).toEqual([]);
    expect(world.refusals).toEqual([]);
  }

  /** Begins all three, and returns when they are under way. */
  async #begin(): Promise<StartedDrill> {
    const { world } = this;
    this.slot = slotAt(new Date(instantOf(this.slot).getTime() + SIX_HOURS_MS));
    const at = instantOf(this.slot).getTime();
    await world.passUntil(at);
    await world.deliver('backup-event-log', at);
    await world.deliver('watch-source');
    const drill = await world.startDrill('orders');
    await this.#beginOne('backup-session-store', 'redrill-backup');
    // Busy for half a minute: what was copied before the deployment is verified and admitted after it.
    const error = { code: 'TooManyRequestsException', message: 'Rate Exceeded.', status: 429 };
    const invoke = { service: 'lambda', operation: 'Invoke', resource: 'redrill-verify-shard' };
    world.aws.faults.arm({ kind: 'error', ...invoke, times: 5, error });
    await this.#beginOne('find-exports', 'redrill-ingest');
    expect([...this.#running()].sort()).toEqual(['redrill-backup', 'redrill-drill', 'redrill-ingest']);
    return drill;
  }

  async #beginOne(schedule: string, machine: string): Promise<void> {
    const { world } = this;
    const minute = Math.floor(world.now / MINUTE_MS) * MINUTE_MS;
    const at = schedule === 'find-exports' ? minute : instantOf(this.slot).getTime();
    await world.aws.scheduler.deliverAgain(`redrill-${schedule}`, at);
    await world.until(`${machine} runs`, () => this.#running().has(machine));
  }

  #running(): ReadonlySet<string> {
    return new Set(this.world.aws.states.running.map(({ settings }) => settings.machine.name));
  }
}
