import type { ResourceHandler } from '../../cloudformation/resource.ts';
import { refuseUnknown } from '../lambda/refuse.ts';
import type { Service } from '../service.ts';
import type { Delivery, DeliveryContext } from './delivery.ts';
import { schedulerOperations } from './operations.ts';
import { parseSchedule, SCHEDULE_PROPERTIES } from './schedule.ts';
import { Schedules } from './schedules.ts';

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
