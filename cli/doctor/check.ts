import { inParallel } from '../../adapters/in-parallel.ts';
import type { Finding } from '../../core/contracts/doctor.ts';
import { unknown } from '../../core/doctor/findings.ts';
import { AppError } from '../../core/model/errors.ts';
import { whyNoAws } from '../why-no-aws.ts';

/** One thing that doctor looks at. It only reads, but for what is asked for by an option. */
export interface Check {
  /** Of the finding that says that it could not be made. */
  readonly id: string;
  readonly subject: string;
  /** The permissions that it needs. */
  readonly needs: string;
  run(): Promise<readonly Finding[]>;
}

/** The findings of all checks, in their order. What a check may not see is unknown, and never well. */
export async function findingsOf(checks: readonly Check[]): Promise<readonly Finding[]> {
  return (await inParallel(checks, made)).flat();
}

async function made({ id, subject, needs, run }: Check): Promise<readonly Finding[]> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const unreached = whyNoAws(error);
    if (unreached !== undefined) throw unreached;
    const why = error.code === 'AccessDenied' ? `needs ${needs}` : error.message.replace(/\.$/, '');
    const told = { id: `${id}-unchecked`, subject, text: `Not checked: ${why}.` };
    const next =
      error.code === 'AccessDenied' ? `npx redrill doctor, with credentials that have ${needs}` : error.hint;
    return [unknown({ ...told, next: [next] })];
  }
}
