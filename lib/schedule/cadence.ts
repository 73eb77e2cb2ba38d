import { type Duration, secondsOf } from '../../core/model/duration.ts';
import { FIND_EXPORTS_EVERY_MS, WATCH_EVERY_MS } from '../../core/model/periods.ts';
import { MINUTE_MS } from '../../core/model/time.ts';

/**
 * Cron expressions of EventBridge Scheduler, always in UTC: no hour is skipped or doubled when clocks change.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html (checked 2026-11-21)
 */

const MINUTES_PER_DAY = 24 * 60;

/**
 * Every so often, counted from midnight UTC. One expression fires at the same minutes of some hours, so a cadence that
 * drifts through the hour (90 minutes: 0:00, 1:30, 3:00 …) takes several.
 * @param every divides a day evenly
 */
export function cronsEvery(every: Duration): readonly string[] {
  const stepMinutes = secondsOf(every) / 60;
  const hoursAtMinute = new Map<number, number[]>();
  for (let at = 0; at < MINUTES_PER_DAY; at += stepMinutes) {
    const minute = at % 60;
    hoursAtMinute.set(minute, [...(hoursAtMinute.get(minute) ?? []), Math.floor(at / 60)]);
  }
  const minutesAtHours = new Map<string, number[]>();
  for (const [minute, hours] of hoursAtMinute) {
    const key = hours.length === 24 ? '*' : hours.join(',');
    minutesAtHours.set(key, [...(minutesAtHours.get(key) ?? []), minute]);
  }
  return [...minutesAtHours].map(([hours, minutes]) => `cron(${minutes.join(',')} ${hours} * * ? *)`);
}

/** Half past two: clear of midnight, when the first backup of the day and S3's lifecycle run. */
export const DRILL_CRONS = {
  daily: 'cron(30 2 * * ? *)',
  weekly: 'cron(30 2 ? * SUN *)',
  monthly: 'cron(30 2 1 * ? *)',
} as const;

/** When people are at work; compose-canary.ts tells them when the next one is due. */
export const CANARY_CRONS = {
  daily: 'cron(0 9 * * ? *)',
  weekly: 'cron(0 9 ? * MON *)',
} as const;

export const FIND_EXPORTS_CRON = `cron(0/${FIND_EXPORTS_EVERY_MS / MINUTE_MS} * * * ? *)`;
/** Of watch-vault and watch-source, and of what goes with them. */
export const WATCH_CRON = `cron(0/${WATCH_EVERY_MS / MINUTE_MS} * * * ? *)`;
