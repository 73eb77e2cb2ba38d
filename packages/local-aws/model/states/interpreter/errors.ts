/**
 * The error of a state: its name, which Retry and Catch match, and its cause as the message. Both may be empty.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
export class StateError extends Error {
  /** A second name that Retry and Catch match. */
  readonly alias: string | undefined;

  constructor(name: string, cause: string, alias?: string) {
    super(cause);
    this.name = name;
    this.alias = alias;
  }
}

/** An expression cannot be evaluated on the data. The state that contains it turns this into a {@link StateError}. */
export class EvaluationError extends Error {
  override readonly name: string;

  constructor(message: string, name = 'States.Runtime') {
    super(message);
    this.name = name;
  }
}

/**
 * Whether a Retry or Catch with these names matches an error. `States.Runtime` always fails the execution, and no wildcard
 * matches `States.DataLimitExceeded`.
 */
export function matches(names: readonly string[], { name, alias }: StateError): boolean {
  if (name === 'States.Runtime') return false;
  if (names.includes(name) || (alias !== undefined && names.includes(alias))) return true;
  if (name === 'States.DataLimitExceeded') return false;
  return names.includes('States.ALL') || (names.includes('States.TaskFailed') && name !== 'States.Timeout');
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
export const MAX_DATA_BYTES = 262_144;

/** @throws StateError `States.DataLimitExceeded` when the JSON of `value` is larger than 256 KiB */
export function refuseOversize(what: string, value: unknown): void {
  const sizeBytes = Buffer.byteLength(JSON.stringify(value) ?? '');
  if (sizeBytes <= MAX_DATA_BYTES) return;
  throw new StateError(
    'States.DataLimitExceeded',
    `The ${what} has ${sizeBytes} bytes, more than the maximum of ${MAX_DATA_BYTES}.`,
  );
}
