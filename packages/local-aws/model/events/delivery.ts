import type { VirtualClock } from '../../clock.ts';
import type { Fabric } from '../../dispatch.ts';
import { isRefusal } from '../lambda/refuse.ts';
import type { Principal, ServiceError } from '../service.ts';
import type { Rule, Target } from './rules.ts';

export interface DeliveryContext {
  readonly clock: VirtualClock;
  readonly fabric: Pick<Fabric, 'call'>;
}

/** AWS says only that the backoff is exponential with jitter; from two seconds doubling up to eight minutes, as Scheduler's here. */
const FIRST_RETRY_DELAY_MS = 2000;
const MAX_RETRY_DELAY_MS = 480_000;

/**
 * Gives an event to a function, asynchronously. What the function then does is not EventBridge's to retry; a missing function
 * or permission is not retried either. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html,
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 */
export async function deliver(
  context: DeliveryContext,
  rule: Rule,
  target: Target,
  event: string,
): Promise<void> {
  const { clock, fabric } = context;
  const { account, arn: sourceArn, region } = rule;
  const principal = { kind: 'service', arn: 'events.amazonaws.com', account, sourceArn } as const;
  const input = {
    FunctionName: target.arn,
    InvocationType: 'Event',
    Payload: new TextEncoder().encode(event),
  };
  const expiresAt = clock.now() + target.maximumEventAgeSeconds * 1000;
  for (let attempt = 1; ; attempt++) {
    try {
      await fabric.call({ service: 'lambda', operation: 'Invoke', region, principal, input });
      return;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const delayMs = Math.min(FIRST_RETRY_DELAY_MS * 2 ** (attempt - 1), MAX_RETRY_DELAY_MS);
      const tooLate = clock.now() + delayMs > expiresAt || attempt > target.maximumRetryAttempts;
      if (!isRetryable(error) || tooLate)
        return deadLetter(context, { rule, target, event, principal, refusal: error });
      await clock.sleep(delayMs);
    }
  }
}

function isRetryable({ code, status }: ServiceError): boolean {
  return status >= 500 || status === 429 || /Throttl|TooManyRequests/.test(code);
}

interface Undelivered {
  readonly rule: Rule;
  readonly target: Target;
  readonly event: string;
  readonly principal: Principal;
  readonly refusal: ServiceError;
}

async function deadLetter({ fabric }: DeliveryContext, undelivered: Undelivered): Promise<void> {
  const { rule, target, event, principal, refusal } = undelivered;
  if (target.deadLetterArn === undefined) return;
  const [, , , region = '', account, queue] = target.deadLetterArn.split(':');
  const attribute = (StringValue: string) => ({ DataType: 'String', StringValue });
  const input = {
    QueueUrl: `https://sqs.${region}.amazonaws.com/${account}/${queue}`,
    MessageBody: event,
    MessageAttributes: {
      RULE_ARN: attribute(rule.arn),
      TARGET_ARN: attribute(target.arn),
      ERROR_CODE: attribute(refusal.code),
      ERROR_MESSAGE: attribute(refusal.message),
    },
  };
  try {
    await fabric.call({ service: 'sqs', operation: 'SendMessage', region, principal, input });
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
}
