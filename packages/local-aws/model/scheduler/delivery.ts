import { randomUUID } from 'node:crypto';
import type { VirtualClock } from '../../clock.ts';
import type { Fabric } from '../../dispatch.ts';
import type { Roles } from '../lambda/ports.ts';
import { isRefusal } from '../lambda/refuse.ts';
import type { Principal, ServiceError } from '../service.ts';
import type { Schedule } from './schedule.ts';

export interface DeliveryContext {
  readonly clock: VirtualClock;
  readonly fabric: Pick<Fabric, 'call'>;
  readonly roles: Pick<Roles, 'assumeForService'>;
}

/** What became of one firing of a schedule. */
export interface Delivery {
  readonly scheduleArn: string;
  /** The instant that the schedule names, ms since the epoch. */
  readonly scheduledAt: number;
  readonly executionId: string;
  readonly attempts: number;
  readonly outcome: 'delivered' | 'dead-lettered' | 'dropped';
  /** Code of the last refusal. */
  readonly error?: string;
}

/**
 * AWS says only that the backoff is exponential. From two seconds doubling up to eight minutes, the greatest number of
 * retries (185) takes the greatest age (24 hours).
 * @see https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html
 */
const FIRST_RETRY_DELAY_MS = 2000;
const MAX_RETRY_DELAY_MS = 480_000;

/** Delivers one firing: with the schedule's role, retried as its policy says, and put in its dead-letter queue at last. */
export async function deliver(
  context: DeliveryContext,
  schedule: Schedule,
  scheduledAt: number,
): Promise<Delivery> {
  const { clock } = context;
  const { target } = schedule;
  const executionId = randomUUID();
  const expiresAt = clock.now() + target.maximumEventAgeSeconds * 1000;
  for (let attempt = 1; ; attempt++) {
    const input = fillIn(target.input, schedule, scheduledAt, executionId, attempt);
    const refusal = await attemptOnce(context, schedule, input);
    const delivery = { scheduleArn: schedule.arn, scheduledAt, executionId, attempts: attempt };
    if (refusal === undefined) return { ...delivery, outcome: 'delivered' };
    const delayMs = Math.min(FIRST_RETRY_DELAY_MS * 2 ** (attempt - 1), MAX_RETRY_DELAY_MS);
    const tooLate = clock.now() + delayMs > expiresAt;
    if (!isRetryable(refusal) || attempt > target.maximumRetryAttempts || tooLate) {
      const kept = await deadLetter(context, schedule, input, refusal, attempt);
      return { ...delivery, outcome: kept ? 'dead-lettered' : 'dropped', error: refusal.code };
    }
    await clock.sleep(delayMs);
  }
}

/** https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html */
function fillIn(
  input: string,
  { arn }: Schedule,
  scheduledAt: number,
  executionId: string,
  attempt: number,
): string {
  return input
    .replaceAll('<aws.scheduler.schedule-arn>', arn)
    .replaceAll('<aws.scheduler.scheduled-time>', new Date(scheduledAt).toISOString().replace(/\.\d+Z$/, 'Z'))
    .replaceAll('<aws.scheduler.execution-id>', executionId)
    .replaceAll('<aws.scheduler.attempt-number>', String(attempt));
}

/** @returns the refusal, or undefined when the target has accepted */
async function attemptOnce(
  { fabric, roles }: DeliveryContext,
  schedule: Schedule,
  input: string,
): Promise<ServiceError | undefined> {
  const { arn } = schedule.target;
  const region = arn.split(':')[3] ?? schedule.region;
  try {
    const principal = assume(roles, schedule);
    // A Lambda target is invoked asynchronously: what the function then does is not the scheduler's to retry.
    const request = arn.startsWith('arn:aws:lambda:')
      ? {
          service: 'lambda',
          operation: 'Invoke',
          input: { FunctionName: arn, InvocationType: 'Event', Payload: new TextEncoder().encode(input) },
        }
      : { service: 'states', operation: 'StartExecution', input: { stateMachineArn: arn, input } };
    await fabric.call({ ...request, region, principal });
    return undefined;
  } catch (error) {
    if (isRefusal(error)) return error;
    throw error;
  }
}

/** @throws ServiceError if the schedule's role does not exist, or Scheduler may not assume it */
export function assume(roles: DeliveryContext['roles'], { arn, account, target }: Schedule): Principal {
  const conditions = {
    'aws:SourceAccount': account,
    'aws:SourceArn': arn.replace(/\/[^/]+$/, '').replace(':schedule/', ':schedule-group/'),
  };
  return roles.assumeForService(target.roleArn, 'scheduler.amazonaws.com', conditions);
}

/** Throttling and faults of the service are worth another try; a missing permission or target is not. */
function isRetryable({ code, status }: ServiceError): boolean {
  return status >= 500 || status === 429 || /Throttl|TooManyRequests|LimitExceeded/.test(code);
}

/** @returns whether the queue took it: https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html */
async function deadLetter(
  { fabric, roles }: DeliveryContext,
  schedule: Schedule,
  input: string,
  refusal: ServiceError,
  attempts: number,
): Promise<boolean> {
  const queueArn = schedule.target.deadLetterArn;
  if (queueArn === undefined) return false;
  const [, , , region = '', account, queue] = queueArn.split(':');
  const attribute = (StringValue: string) => ({ DataType: 'String', StringValue });
  const message = {
    QueueUrl: `https://sqs.${region}.amazonaws.com/${account}/${queue}`,
    MessageBody: input,
    MessageAttributes: {
      ERROR_CODE: attribute(refusal.code),
      ERROR_MESSAGE: attribute(refusal.message),
      SCHEDULE_ARN: attribute(schedule.arn),
      TARGET_ARN: attribute(schedule.target.arn),
      RETRY_ATTEMPTS: attribute(String(attempts - 1)),
    },
  };
  try {
    const principal = assume(roles, schedule);
    await fabric.call({ service: 'sqs', operation: 'SendMessage', region, principal, input: message });
    return true;
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
}
