import { DURATION_FORM, type Duration, secondsOf } from '../../core/model/duration.ts';
import { AppError } from '../../core/model/errors.ts';

/** Durations of the configuration, and seconds besides: nothing there is as short. @throws AppError `BadInput` */
export function secondsToAdvance(duration: string): number {
  const [, seconds] = /^([1-9]\d*)s$/.exec(duration) ?? [];
  if (seconds !== undefined) return Number(seconds);
  if (DURATION_FORM.test(duration)) return secondsOf(duration as Duration);
  throw new AppError('BadInput', `'${duration}' is not a duration; write 30s, 15m, 6h or 30d`);
}
