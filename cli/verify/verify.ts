import { looksLikeFile } from '../file-or-point.ts';
import { paintFor } from '../terminal/page.ts';
import { withProgress } from '../terminal/progress.ts';
import { outputOf } from './contract.ts';
import { read, type VerifyOptions } from './read.ts';
import { reportOf } from './report.ts';
import { STATUS } from './verification.ts';

/**
 * Reads a file, or every file of a recovery point, and prints what it is. @returns the exit status
 * @throws AppError `UnreadableFile`, `NotRdb`, and what S3 refuses with
 */
export async function verify(name: string, options: VerifyOptions): Promise<number> {
  if (namesPoint(name)) return (await import('./verify-point.ts')).verifyPoint(name, options);
  const verification = await withProgress((bar) => read(name, options, bar));
  const now = new Date();
  const written = options.json
    ? JSON.stringify(outputOf(verification, now), null, 2)
    : reportOf(verification, { now, paint: paintFor(process.stdout) });
  process.stdout.write(`${written}\n`);
  return STATUS[verification.verdict];
}

function namesPoint(name: string): boolean {
  return !looksLikeFile(name) && /^[^/:]+\/[^/]+$/.test(name);
}
