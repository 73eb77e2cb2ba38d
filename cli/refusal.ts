import { AppError } from '../core/model/errors.ts';
import { ExitStatus } from './exit-status.ts';

/** Says why nothing was done. @returns the exit status */
export function refusal(error: unknown, debug: boolean): number {
  if (debug) console.error(error);
  else if (error instanceof AppError) console.error(`${error.message}\n${error.hint}`);
  else console.error(`Internal error: ${error}\nRun the command again with --debug, and report the output.`);
  const isFinding = error instanceof AppError && error.kind === 'integrity';
  return isFinding ? ExitStatus.bad : ExitStatus.notDone;
}
