import { ServiceError } from '../service.ts';

/** As CloudWatch words it: https://github.com/localstack/localstack/blob/main/tests/aws/services/cloudwatch/test_cloudwatch.snapshot.json */
export function validationError(message: string): ServiceError {
  return new ServiceError('ValidationError', message);
}

/** @throws ServiceError `ValidationError` unless the value is absent or one of AWS's own */
export function requireOneOf(value: string | undefined, member: string, known: readonly string[]): void {
  if (value === undefined || known.includes(value)) return;
  throw validationError(
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ` +
      `Member must satisfy enum value set: [${known.join(', ')}]`,
  );
}

/** @throws ServiceError `ValidationError` unless the value is a whole number within these bounds */
export function requireWhole(
  value: number,
  member: string,
  [least, most]: readonly [number, number] = [1, Number.POSITIVE_INFINITY],
): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw validationError(
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ` +
      `Member must have value ${value < least ? `greater than or equal to ${least}` : `less than or equal to ${most}`}`,
  );
}

export const ALARM_STATES = ['INSUFFICIENT_DATA', 'ALARM', 'OK'] as const;
