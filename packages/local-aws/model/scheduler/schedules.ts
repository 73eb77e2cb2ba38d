import type { Timer } from '../../clock.ts';
import { isRefusal } from '../lambda/refuse.ts';
import { ServiceError } from '../service.ts';
import { assume, type Delivery, type DeliveryContext, deliver } from './delivery.ts';
import type { Schedule } from './schedule.ts';

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
