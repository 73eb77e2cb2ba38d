import type { Polled } from '../contracts/steps.ts';
import { HOUR_SECONDS } from './time.ts';

/**
 * How long to wait before looking again: often at first, seldom later, so that a long wait stays far below the 25,000
 * events of an execution. At most 10 events a poll: 2 h of waiting are 30 + 50 + 12 polls, under 1,000 events.
 * https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html (checked 2026-11-21)
 */
export function waitSecondsAfter(elapsedSeconds: number): number {
  if (elapsedSeconds < 600) return 20;
  if (elapsedSeconds < HOUR_SECONDS) return 60;
  return 300;
}

export interface Waited {
  readonly requestedAt: string;
  readonly now: Date;
  /** After so long it is overdue. */
  readonly limitSeconds: number;
}

/** @returns when to look again, or `overdue` with the seconds waited */
export function stillWaiting({
  requestedAt,
  now,
  limitSeconds,
}: Waited): Polled | { readonly overdueSeconds: number } {
  const elapsedSeconds = Math.max(0, (now.getTime() - Date.parse(requestedAt)) / 1000);
  if (elapsedSeconds >= limitSeconds) return { overdueSeconds: elapsedSeconds };
  return { status: 'waiting', waitSeconds: waitSecondsAfter(elapsedSeconds) };
}

/** How long after its `Create…` was accepted a thing may not be shown yet by `Describe…`. ElastiCache documents nothing. */
const UNSEEN_LIMIT_SECONDS = 300;

/** @returns when to look again for what was asked for and is not shown, or undefined when it has to be gone */
export function stillUnseen(requestedAt: string, now: Date): Polled | undefined {
  const wait = stillWaiting({ requestedAt, now, limitSeconds: UNSEEN_LIMIT_SECONDS });
  return 'status' in wait ? wait : undefined;
}

/** The answer of a step whose wait is over; the seconds are what the state's type asks for, and nobody waits them. */
export const READY: Polled = { status: 'ready', waitSeconds: 1 };

/** AWS gives no figures; a snapshot or an export that has taken two hours has gone wrong, or the plan expects too much. */
export const SNAPSHOT_LIMIT_SECONDS = 2 * HOUR_SECONDS;
export const EXPORT_LIMIT_SECONDS = 2 * HOUR_SECONDS;
export const CLUSTER_LIMIT_SECONDS = HOUR_SECONDS;
export const TEARDOWN_LIMIT_SECONDS = HOUR_SECONDS;

/** A cluster that is seeded passes these on its way to `available`; anything else is a failure (`restore-failed`, …). */
export const CLUSTER_UNDER_WAY: ReadonlySet<string> = new Set(['creating', 'modifying', 'snapshotting']);
