/**
 * An error of a state, named as Retry and Catch match it. The message becomes the Cause.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
export class StateError extends Error {
  /** Terminal errors are matched by no Retry and no Catch, `States.ALL` included. */
  readonly isRetryable: boolean;
  readonly isCatchable: boolean;

  constructor(name: string, cause: string, terminal = false) {
    super(cause);
    this.name = name;
    this.isRetryable = !terminal;
    this.isCatchable = !terminal;
  }
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
export const MAX_DATA_BYTES = 262_144;
export const MAX_HISTORY_EVENTS = 25_000;

/** @throws StateError `States.DataLimitExceeded` when the JSON of `value` is larger than 256 KiB */
export function refuseOversize(what: string, value: unknown): void {
  const sizeBytes = Buffer.byteLength(JSON.stringify(value) ?? '');
  if (sizeBytes <= MAX_DATA_BYTES) return;
  throw new StateError(
    'States.DataLimitExceeded',
    `The ${what} has ${sizeBytes} bytes, more than the maximum of ${MAX_DATA_BYTES}.`,
    true,
  );
}
