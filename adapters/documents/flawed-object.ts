import { AppError } from '../../core/model/errors.ts';

/** So much of a message is quoted: what somebody has written into an object is not theirs to fill an alert with. */
const QUOTED_CHARACTERS = 200;

/**
 * Why one object cannot be used, if that is the object's own fault: it does not fit its contract, is of a newer
 * Redrill, lies in an archive, or is
 * encrypted under a key that nobody here may use. One such object must not stop what is done with all the others.
 * @throws the error itself if it may concern every object: no permission, no answer, throttling, the vault's key disabled
 */
export function flawOf(error: unknown): string {
  if (!(error instanceof AppError)) throw error;
  const ofTheObject =
    error.code === 'BadInput' ||
    error.code === 'NewerFormat' ||
    (error.code === 'RefusedByAws' && !error.message.includes('KMS.')) ||
    (error.code === 'AccessDenied' && error.message.includes('kms:'));
  if (!ofTheObject) throw error;
  return error.message.slice(0, QUOTED_CHARACTERS);
}

/** Nothing, for an object that cannot be used. @throws what {@link flawOf} throws */
export function unusable(error: unknown): undefined {
  flawOf(error);
  return undefined;
}
