import { NotModelledError, ServiceError } from '../service.ts';

/** Refuses by name every member of `value` that is neither known nor undefined. */
export function refuseUnknown(what: string, value: unknown, known: readonly string[]): void {
  for (const [member, content] of Object.entries(value ?? {})) {
    if (content !== undefined && !known.includes(member)) throw new NotModelledError(`${what}: ${member}`);
  }
}

/** Refuses `value` by name unless it is one of the modelled ones (or absent). */
export function refuseUnless<T>(what: string, value: T | undefined, modelled: readonly T[]): void {
  if (value !== undefined && !modelled.includes(value)) {
    throw new NotModelledError(`${what} = ${JSON.stringify(value)}`);
  }
}

/** What AWS would refuse, too; something that is not modelled must never pass for that. */
export function isRefusal(error: unknown): error is ServiceError {
  return error instanceof ServiceError && !(error instanceof NotModelledError);
}
