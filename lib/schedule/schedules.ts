import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule, CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { resourceNames } from '../../core/contracts/resources.ts';
import type { LambdaFunction } from '../lambda/lambda-function.ts';
import { policyOf } from '../permissions.ts';

export interface ScheduleProps {
  /** Unique in the stack. */
  readonly name: string;
  readonly description: string;
  /** A cron expression, UTC. */
  readonly cron: string;
  readonly invoke: LambdaFunction;
  /** @default an empty object */
  readonly input?: Readonly<Record<string, string>>;
  /** An event that could not be delivered for so long is worth nothing any more: the next one is due. */
  readonly usefulFor: Duration;
}

/** EventBridge Scheduler puts the instant in its place. https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html */
export const SCHEDULED_TIME = '<aws.scheduler.scheduled-time>';

/**
 * Scheduler's own limits of an event's age and of attempts; the age ends first.
 * https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html (checked 2026-11-21)
 */
const ATTEMPTS_MAX = 185;

/** SQS keeps a message no longer. */
const UNDELIVERED_KEPT = Duration.days(14);

/** One group per region. */
export const SCHEDULE_GROUP = 'redrill';

/** The stack's schedules, their group, and the queue of what could not be delivered. */
export class Schedules extends Construct {
  readonly undelivered: Queue;
  readonly #group: CfnScheduleGroup;
  readonly #roles = new Map<LambdaFunction, Role>();

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.#group = new CfnScheduleGroup(this, 'Group', { name: SCHEDULE_GROUP });
    this.undelivered = this.#createQueue();
  }

  add({ name, description, cron, invoke, input = {}, usefulFor }: ScheduleProps): void {
    new CfnSchedule(this, name, {
      name: `redrill-${name}`,
      groupName: this.#group.ref,
      description,
      scheduleExpression: cron,
      scheduleExpressionTimezone: 'UTC',
      flexibleTimeWindow: { mode: 'OFF' },
      state: 'ENABLED',
      target: {
        arn: invoke.arn,
        roleArn: this.#roleFor(invoke).roleArn,
        input: JSON.stringify(input),
        deadLetterConfig: { arn: this.undelivered.queueArn },
        retryPolicy: {
          maximumEventAgeInSeconds: usefulFor.toSeconds(),
          maximumRetryAttempts: ATTEMPTS_MAX,
        },
      },
    });
  }

  #createQueue(): Queue {
    const queue = new Queue(this, 'Undelivered', {
      queueName: 'redrill-undelivered',
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: UNDELIVERED_KEPT,
    });
    Validations.of(queue).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is the dead-letter queue of the schedules; an alarm tells when it is not empty.',
    });
    return queue;
  }

  /** One role per Lambda: it may invoke that Lambda and report what it could not deliver. */
  #roleFor(invoke: LambdaFunction): Role {
    const known = this.#roles.get(invoke);
    if (known !== undefined) return known;
    const role = new Role(this, `${invoke.node.id}Role`, {
      roleName: resourceNames.role(`schedule-${invoke.name.replace(/^redrill-/, '')}`, Stack.of(this).region),
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Stack.of(this).account },
          ArnEquals: { 'aws:SourceArn': this.#group.attrArn },
        },
      }),
      inlinePolicies: {
        Permissions: policyOf([
          { actions: ['lambda:InvokeFunction'], resources: [invoke.arn] },
          { actions: ['sqs:SendMessage'], resources: [this.undelivered.queueArn] },
        ]),
      },
    });
    this.#roles.set(invoke, role);
    return role;
  }
}
