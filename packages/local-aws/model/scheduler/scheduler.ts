import type { Timer } from '../../clock.ts';
import type { ResourceHandler } from '../../cloudformation/resource.ts';
import { isRefusal, refuseUnknown } from '../lambda/refuse.ts';
import { type Service, ServiceError } from '../service.ts';
import { assume, type Delivery, type DeliveryContext, deliver } from './delivery.ts';
import { schedulerOperations } from './operations.ts';
import { parseSchedule, SCHEDULE_PROPERTIES, type Schedule } from './schedule.ts';

export interface Scheduler {
  readonly service: Service;
  readonly resourceHandlers: readonly ResourceHandler[];
  /** Arms every enabled schedule from the virtual instant of now on, including those created later. */
  start(): void;
  /** Nothing fires until {@link resume}: firings of that time are missed, as with a scheduler that is down. */
  pause(): void;
  resume(): void;
  /** Delivers a firing once more, as at-least-once delivery may. @param scheduledAt ms since the epoch */
  deliverAgain(scheduleName: string, scheduledAt: number): Promise<Delivery>;
  /** What became of every firing, in the order in which that was settled. */
  readonly deliveries: readonly Delivery[];
}

/** The schedules of every account and region. */
export class Schedules {
  readonly #context: DeliveryContext;
  readonly #schedules = new Map<string, Schedule>();
  readonly #timers = new Map<string, Timer>();
  readonly #deliveries: Delivery[] = [];
  readonly groups = new Set<string>();
  #armed = false;

  constructor(context: DeliveryContext) {
    this.#context = context;
  }

  get deliveries(): readonly Delivery[] {
    return this.#deliveries;
  }

  get all(): readonly Schedule[] {
    return [...this.#schedules.values()];
  }

  now(): number {
    return this.#context.clock.now();
  }

  /**
   * What Scheduler looks at before it takes a schedule: its group, and whether it may assume the role.
   * @throws ServiceError `ResourceNotFoundException`, `ValidationException`
   */
  admit(schedule: Schedule): void {
    const { account, region, group } = schedule;
    if (group !== 'default' && !this.groups.has(`${account}/${region}/${group}`))
      throw new ServiceError('ResourceNotFoundException', `Schedule group ${group} does not exist.`, 404);
    try {
      assume(this.#context.roles, schedule);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      throw new ServiceError(
        'ValidationException',
        'The execution role you provide must allow AWS EventBridge Scheduler to assume the role.',
      );
    }
  }

  add(schedule: Schedule): void {
    this.#schedules.set(schedule.arn, schedule);
    if (this.#armed) this.#arm(schedule, schedule.enabledAt - 1);
  }

  /** @throws ServiceError `ResourceNotFoundException` */
  find(account: string, region: string, group: string, name: string): Schedule {
    const arn = `arn:aws:scheduler:${region}:${account}:schedule/${group}/${name}`;
    const schedule = this.#schedules.get(arn);
    if (schedule !== undefined) return schedule;
    throw new ServiceError('ResourceNotFoundException', `Schedule ${name} does not exist.`, 404);
  }

  remove(schedule: Schedule): void {
    this.#timers.get(schedule.arn)?.cancel();
    this.#timers.delete(schedule.arn);
    this.#schedules.delete(schedule.arn);
  }

  /** Rates count on from where they were, unless it was disabled meanwhile. */
  replace(before: Schedule, after: Schedule): void {
    this.remove(before);
    const { createdAt } = before;
    const enabledAt = before.enabled ? before.enabledAt : this.now();
    const schedule = { ...after, createdAt, enabledAt };
    this.#schedules.set(schedule.arn, schedule);
    if (this.#armed) this.#arm(schedule, this.now());
  }

  /** Rates count from here for the schedules that are there already: nothing could fire before. */
  start(): void {
    for (const schedule of this.all) schedule.enabledAt = this.now();
    this.#armAll((schedule) => schedule.enabledAt - 1);
  }

  pause(): void {
    this.#armed = false;
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
  }

  resume(): void {
    this.#armAll(() => this.now());
  }

  #armAll(after: (schedule: Schedule) => number): void {
    this.pause();
    this.#armed = true;
    for (const schedule of this.all) this.#arm(schedule, after(schedule));
  }

  async deliver(schedule: Schedule, scheduledAt: number): Promise<Delivery> {
    const delivery = await deliver(this.#context, schedule, scheduledAt);
    this.#deliveries.push(delivery);
    return delivery;
  }

  #arm(schedule: Schedule, after: number): void {
    if (!schedule.enabled || !this.#schedules.has(schedule.arn)) return;
    const from = Math.max(after, schedule.startsAt - 1);
    const next = schedule.recurrence.next(from, Math.max(schedule.enabledAt, schedule.startsAt));
    if (next === undefined || next > schedule.endsAt) return;
    const timer = this.#context.clock.at(next, () => {
      this.#arm(schedule, next);
      void this.deliver(schedule, next);
    });
    this.#timers.set(schedule.arn, timer);
  }
}

export function createScheduler(context: DeliveryContext): Scheduler {
  const schedules = new Schedules(context);
  return {
    service: { name: 'scheduler', operations: schedulerOperations(schedules) },
    resourceHandlers: [scheduleHandler(schedules), groupHandler(schedules)],
    start: () => schedules.start(),
    pause: () => schedules.pause(),
    resume: () => schedules.resume(),
    deliverAgain: async (scheduleName, scheduledAt) => {
      const schedule = schedules.all.find(({ name }) => name === scheduleName);
      if (schedule === undefined) throw new Error(`there is no schedule ${scheduleName}`);
      return schedules.deliver(schedule, scheduledAt);
    },
    get deliveries() {
      return schedules.deliveries;
    },
  };
}

function scheduleHandler(schedules: Schedules): ResourceHandler {
  return {
    type: 'AWS::Scheduler::Schedule',
    properties: SCHEDULE_PROPERTIES,
    create: async (declaration) => {
      const schedule = parseSchedule(declaration, schedules.now());
      schedules.admit(schedule);
      schedules.add(schedule);
      return { ref: schedule.name, attributes: { Arn: schedule.arn } };
    },
    update: async (declaration, { ref, attributes }) => {
      const after = parseSchedule(declaration, schedules.now());
      schedules.admit(after);
      schedules.replace(schedules.find(after.account, after.region, after.group, after.name), after);
      return { ref, attributes };
    },
    delete: async ({ attributes }) => {
      const schedule = schedules.all.find(({ arn }) => arn === attributes.Arn);
      if (schedule !== undefined) schedules.remove(schedule);
    },
  };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-scheduler-schedulegroup.html */
function groupHandler(schedules: Schedules): ResourceHandler {
  return {
    type: 'AWS::Scheduler::ScheduleGroup',
    properties: ['Name', 'Tags'],
    create: async ({ properties, stack, generatedName }) => {
      refuseUnknown('AWS::Scheduler::ScheduleGroup', properties, ['Name', 'Tags']);
      const name: string = properties?.Name ?? generatedName;
      schedules.groups.add(`${stack.account}/${stack.region}/${name}`);
      const Arn = `arn:aws:scheduler:${stack.region}:${stack.account}:schedule-group/${name}`;
      return { ref: name, attributes: { Arn, State: 'ACTIVE' } };
    },
    // Tags are not kept.
    update: async (_declaration, { ref, attributes }) => ({ ref, attributes }),
    // Its schedules go with it: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_DeleteScheduleGroup.html
    delete: async ({ ref, stack: { account, region } }) => {
      for (const schedule of schedules.all) {
        const inGroup = schedule.account === account && schedule.region === region && schedule.group === ref;
        if (inGroup) schedules.remove(schedule);
      }
      schedules.groups.delete(`${account}/${region}/${ref}`);
    },
  };
}
