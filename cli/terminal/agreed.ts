import { createInterface } from 'node:readline/promises';
import { AppError } from '../../core/model/errors.ts';

/** @returns whether the person has agreed; false where there is no one to ask */
export async function agreed(question = 'Start it?'): Promise<boolean> {
  if (process.stdin.isTTY !== true) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}

/** A question that an option can answer beforehand. */
export interface Consent {
  readonly question: string;
  /** Whether the option was given. */
  readonly given: boolean;
  /** Where there is no terminal: the option to add, and what for. */
  readonly add: string;
}

/** @throws AppError `BadInput` if there is no one to ask */
export async function consents({ question, given, add }: Consent): Promise<boolean> {
  if (given) return true;
  if (process.stdin.isTTY === true) return agreed(question);
  throw new AppError('BadInput', `there is no terminal to ask on, so nothing was deployed; add ${add}`);
}
