import { DAY_SECONDS, HOUR_SECONDS, MINUTE_SECONDS } from './time.ts';

const UNIT_SECONDS = { m: MINUTE_SECONDS, h: HOUR_SECONDS, d: DAY_SECONDS } as const;

/** A length of time as people write it in the configuration: `15m`, `6h`, `30d`. */
export type Duration = `${number}${keyof typeof UNIT_SECONDS}`;

export const DURATION_FORM = /^([1-9]\d*)([mhd])$/;

/** Seconds of a duration that has matched {@link DURATION_FORM}. */
export function secondsOf(duration: Duration): number {
  const [, count, unit] = DURATION_FORM.exec(duration) ?? [];
  return Number(count) * UNIT_SECONDS[unit as keyof typeof UNIT_SECONDS];
}

/** `2 h 05 min`, `40 s`, `3 d 4 h`: the two largest units, for people. */
export function readableSeconds(seconds: number): string {
  if (Math.round(seconds) < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
  return `${Math.floor(minutes / 1440)} d ${Math.floor((minutes % 1440) / 60)} h`;
}
