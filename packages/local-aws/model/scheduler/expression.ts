import cron from 'aws-cron-parser';
import { NotModelledError, ServiceError } from '../service.ts';

/** When a schedule fires. Instants are ms since the epoch. */
export interface Recurrence {
  /**
   * The first firing strictly after `after`; `undefined` when there is none any more.
   * @param enabledAt since when the schedule has been enabled: rates count from there
   */
  next(after: number, enabledAt: number): number | undefined;
}

const UNIT_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/**
 * Parses `cron(…)`, `rate(…)` or `at(…)`, in UTC.
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function parseExpression(expression: string): Recurrence {
  const [, kind, body = ''] = /^(cron|rate|at)\((.+)\)$/.exec(expression) ?? [];
  if (kind === 'cron') return parseCron(expression, body);
  if (kind === 'rate') return parseRate(expression, body);
  if (kind === 'at') return parseAt(expression, body);
  throw invalid(expression);
}

function parseCron(expression: string, body: string): Recurrence {
  const fields = body.trim().split(/\s+/);
  // One of day-of-month and day-of-week must be `?` (same page).
  if (fields.length !== 6 || (fields[2] === '?') === (fields[4] === '?')) throw invalid(expression);
  let parsed: ReturnType<typeof cron.parse>;
  try {
    parsed = cron.parse(body);
  } catch {
    throw invalid(expression);
  }
  return { next: (after) => cron.next(parsed, new Date(after))?.getTime() };
}

/** Without a StartDate the first invocation is at once (same page). */
function parseRate(expression: string, body: string): Recurrence {
  const [, count, unit] = /^(\d+) (minute|hour|day)s?$/.exec(body) ?? [];
  const periodMs = Number(count) * (UNIT_MS[unit as keyof typeof UNIT_MS] ?? 0);
  if (!(periodMs > 0)) throw invalid(expression);
  return {
    next: (after, enabledAt) =>
      after < enabledAt ? enabledAt : enabledAt + (Math.floor((after - enabledAt) / periodMs) + 1) * periodMs,
  };
}

function parseAt(expression: string, body: string): Recurrence {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(body)) throw invalid(expression);
  const at = Date.parse(`${body}Z`);
  return { next: (after) => (at > after ? at : undefined) };
}

function invalid(expression: string): ServiceError {
  return new ServiceError('ValidationException', `Invalid Schedule Expression ${expression}.`);
}

/** Refuses time zones: clock changes are the point of a zone, and they are not modelled. */
export function refuseTimezone(timezone: string | undefined): void {
  if (timezone !== undefined && timezone !== 'UTC' && timezone !== 'Etc/UTC') {
    throw new NotModelledError(`schedules in the time zone ${timezone}`);
  }
}
