import {
  DeleteAlarmsCommand,
  DisableAlarmActionsCommand,
  PutMetricAlarmCommand,
} from '@aws-sdk/client-cloudwatch';
import {
  CreateScheduleCommand,
  DeleteScheduleCommand,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { SubscribeCommand, UnsubscribeCommand } from '@aws-sdk/client-sns';
import { confirm, drifts, ON_CALL, readAlarm, readSchedule, subscriptionArn, topicArn } from './deployed.ts';

/** What was deleted or changed, so that it can be put back as a deployment would. */
let kept: unknown;

/** Attacks on what starts the work, and on what reports that it was not done. */
export const WATCHING_ATTACKS = drifts(15, [
  {
    name: 'a schedule of the vault is disabled',
    subject: () => 'schedules: not as deployed',
    says: [/schedule redrill-find-exports:/, /State\n {4}expected: "ENABLED"\n {4}found: "DISABLED"/],
    attack: async (on) => {
      const schedule = await readSchedule(on, 'redrill-find-exports');
      await on.scheduler.send(new UpdateScheduleCommand({ ...schedule, State: 'DISABLED' }));
    },
  },
  {
    name: 'a schedule of the vault is changed to once a year',
    subject: () => 'schedules: not as deployed',
    says: [
      /ScheduleExpression\n {4}expected: "cron\(30 2 \* \* \? \*\)"\n {4}found: "cron\(30 2 1 1 \? \*\)"/,
    ],
    attack: async (on) => {
      const schedule = await readSchedule(on, 'redrill-drill-event-log');
      await on.scheduler.send(
        new UpdateScheduleCommand({ ...schedule, ScheduleExpression: 'cron(30 2 1 1 ? *)' }),
      );
    },
  },
  {
    name: 'a schedule of the vault is deleted',
    subject: () => 'schedules: not as deployed',
    says: [
      /schedule redrill-drill-event-log:/,
      /found: nothing/,
      /npx cdk deploy redrill-vault --revert-drift/,
    ],
    attack: async (on) => {
      kept = await readSchedule(on, 'redrill-drill-event-log');
      await on.scheduler.send(
        new DeleteScheduleCommand({ Name: 'redrill-drill-event-log', GroupName: 'redrill' }),
      );
    },
    also: (on) =>
      on.scheduler.send(
        new CreateScheduleCommand(kept as ConstructorParameters<typeof CreateScheduleCommand>[0]),
      ),
  },
  {
    name: 'the subscription to the alerts is created again and not confirmed',
    subject: () => 'subscriptions to the alerts: not as deployed',
    says: [/email on-call@example\.com:/, /found: "pending confirmation"/],
    attack: async (on) => {
      await on.sns.send(new UnsubscribeCommand({ SubscriptionArn: await subscriptionArn(on) }));
      await on.sns.send(
        new SubscribeCommand({ TopicArn: topicArn(on), Protocol: 'email', Endpoint: ON_CALL }),
      );
    },
    also: confirm,
    stillWorks: [{ what: 'subscribing the address again, and confirming it, ends the alert' }],
  },
  {
    name: 'the subscription to the alerts is deleted',
    subject: () => 'subscriptions to the alerts: not as deployed',
    says: [/email on-call@example\.com:/, /found: nothing/],
    attack: async (on) => on.sns.send(new UnsubscribeCommand({ SubscriptionArn: await subscriptionArn(on) })),
    also: confirm,
    stillWorks: [{ what: 'subscribing the address again, and confirming it, ends the alert' }],
  },
  {
    name: 'the actions of an alarm are disabled',
    subject: () => 'alarms: not as deployed',
    says: [/alarm redrill-watch-silent:/, /ActionsEnabled\n {4}expected: true\n {4}found: false/],
    attack: (on) =>
      on.cloudwatch.send(new DisableAlarmActionsCommand({ AlarmNames: ['redrill-watch-silent'] })),
  },
  {
    name: 'the threshold of an alarm is raised beyond reach',
    subject: () => 'alarms: not as deployed',
    says: [/alarm redrill-rpo-missed:/, /Threshold\n {4}expected: 1\n {4}found: 1000/],
    attack: async (on) => {
      const alarm = await readAlarm(on, 'redrill-rpo-missed');
      kept = alarm;
      await on.cloudwatch.send(new PutMetricAlarmCommand({ ...alarm, Threshold: 1000 }));
    },
    also: (on) =>
      on.cloudwatch.send(
        new PutMetricAlarmCommand(kept as ConstructorParameters<typeof PutMetricAlarmCommand>[0]),
      ),
  },
  {
    name: 'an alarm is deleted',
    subject: () => 'alarms: not as deployed',
    says: [/alarm redrill-drill-aborted:/, /found: nothing/, /npx cdk deploy redrill-vault --revert-drift/],
    attack: async (on) => {
      kept = await readAlarm(on, 'redrill-drill-aborted');
      await on.cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: ['redrill-drill-aborted'] }));
    },
    also: (on) =>
      on.cloudwatch.send(
        new PutMetricAlarmCommand(kept as ConstructorParameters<typeof PutMetricAlarmCommand>[0]),
      ),
  },
]);
