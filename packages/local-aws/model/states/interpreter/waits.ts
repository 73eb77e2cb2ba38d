import { timestampOf } from './choice.ts';
import type { Retrier, WaitState } from './definition.ts';
import { EvaluationError } from './errors.ts';
import { found } from './fields.ts';
import type { Data, Json } from './paths.ts';

/** Until when a Wait state waits, ms since the epoch. @throws EvaluationError, in AWS's words */
export function endOfWait(state: WaitState, data: Data, nowMs: number): number {
  const { Seconds, SecondsPath, Timestamp, TimestampPath } = state;
  if (Seconds !== undefined) return nowMs + Seconds * 1000;
  if (SecondsPath !== undefined) return nowMs + secondsAt(SecondsPath, data) * 1000;
  const value = Timestamp ?? (TimestampPath === undefined ? undefined : found(TimestampPath, data));
  const instant = timestampOf(value);
  if (instant !== undefined) return instant;
  throw new EvaluationError(
    `The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: ${TimestampPath} == ${shown(value)}`,
  );
}

function secondsAt(path: string, data: Data): number {
  const value = found(path, data);
  if (typeof value !== 'number' || !Number.isInteger(value))
    throw new EvaluationError(
      `The SecondsPath parameter cannot be parsed as a long value: ${path} == ${shown(value)}`,
    );
  if (value < 0)
    throw new EvaluationError(`The SecondsPath parameter references a negative value: ${path} == ${value}`);
  return value;
}

interface NumberField {
  readonly name: string;
  readonly least: number;
}

/** The whole number in a field, or at the path in the field's namesake that ends with Path; undefined without either. */
export function numberIn(state: object, { name, least }: NumberField, data: Data): number | undefined {
  const path: Json = Reflect.get(state, `${name}Path`);
  const value: Json = typeof path === 'string' ? found(path, data) : Reflect.get(state, name);
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= least) return value;
  throw new EvaluationError(
    `The ${name}Path field refers to value "${shown(value)}" which is not a valid integer: ${path}`,
  );
}

function shown(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-retrying-after-an-error */
export const DEFAULT_ATTEMPTS = 3;

/** How long a Retry waits, ms. @param tried how often this retrier has retried in this visit of the state */
export function delayMsOf(retrier: Retrier, tried: number, random: () => number): number {
  const { IntervalSeconds = 1, BackoffRate = 2, MaxDelaySeconds = Number.POSITIVE_INFINITY } = retrier;
  const longest = Math.min(IntervalSeconds * BackoffRate ** tried, MaxDelaySeconds) * 1000;
  return retrier.JitterStrategy === 'FULL' ? Math.round(random() * longest) : longest;
}
