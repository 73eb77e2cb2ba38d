import type { VirtualClock } from '../../clock.ts';
import { ServiceError } from '../service.ts';
import type { Outcome } from './execution-environment.ts';

/** How Lambda treats events of asynchronous invocations that fail. */
export interface EventInvokeConfiguration {
  /** Further attempts after a function error, 0–2. */
  readonly maximumRetryAttempts: number;
  readonly maximumEventAgeSeconds: number;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html */
export const DEFAULT_EVENT_INVOKE: EventInvokeConfiguration = {
  maximumRetryAttempts: 2,
  maximumEventAgeSeconds: 21_600,
};
/** Waits before the second and the third attempt (same page). */
const RETRY_DELAYS_MS = [60_000, 120_000];
/** A throttled event waits from one second up to five minutes (same page). */
const FIRST_THROTTLE_DELAY_MS = 1000;
const MAX_THROTTLE_DELAY_MS = 300_000;

/**
 * Works off one event of an asynchronous invocation: function errors are retried as configured, throttling until the
 * event is too old. @returns why it was given up, if it was (destinations are not modelled)
 */
export async function deliverEvent(
  clock: VirtualClock,
  configuration: EventInvokeConfiguration,
  attempt: () => Promise<Outcome>,
): Promise<string | undefined> {
  const expiresAt = clock.now() + configuration.maximumEventAgeSeconds * 1000;
  let failures = 0;
  let throttleDelayMs = FIRST_THROTTLE_DELAY_MS;
  for (;;) {
    const outcome = await attemptUnlessThrottled(attempt);
    if (outcome?.ok === true) return undefined;
    if (outcome !== undefined && failures++ >= configuration.maximumRetryAttempts)
      return JSON.stringify(outcome.error);
    const delayMs = outcome === undefined ? throttleDelayMs : (RETRY_DELAYS_MS[failures - 1] ?? 0);
    if (outcome === undefined) throttleDelayMs = Math.min(throttleDelayMs * 2, MAX_THROTTLE_DELAY_MS);
    if (clock.now() + delayMs > expiresAt) return 'the event is too old';
    await clock.sleep(delayMs);
  }
}

async function attemptUnlessThrottled(attempt: () => Promise<Outcome>): Promise<Outcome | undefined> {
  try {
    return await attempt();
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'TooManyRequestsException') return undefined;
    throw error;
  }
}
