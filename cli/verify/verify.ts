import { AppError } from '../../core/model/errors.ts';
import { looksLikeFile } from '../file-or-point.ts';
import { paintFor } from '../terminal/page.ts';
import { withProgress } from '../terminal/progress.ts';
import { outputOf } from './contract.ts';
import { read, type VerifyOptions } from './read.ts';
import { reportOf } from './report.ts';
import { statusOfFile, type Verification } from './verification.ts';

/**
 * Reads a file, or every file of a recovery point, and prints what it is. @returns the exit status
 * @throws AppError `UnreadableFile`, `NotRdb`, and what S3 refuses with
 */
export async function verify(name: string, options: VerifyOptions): Promise<number> {
  refuseWrongLoad(name, options);
  if (namesPoint(name)) return (await import('./verify-point.ts')).verifyPoint(name, options);
  const verification = await loaded(await withProgress((bar) => read(name, options, bar)), options);
  const now = new Date();
  const written = options.json
    ? JSON.stringify(outputOf(verification, now), null, 2)
    : reportOf(verification, { now, paint: paintFor(process.stdout) });
  process.stdout.write(`${written}\n`);
  return statusOfFile(verification);
}

/** With `--load`, a sound file is loaded too. */
async function loaded(verification: Verification, options: VerifyOptions): Promise<Verification> {
  if (!options.load || verification.verdict !== 'sound') return verification;
  const { name: path, summary } = verification;
  const [{ openRangedFile }, { load }] = await Promise.all([
    import('../../adapters/files/ranged-file.ts'),
    import('./load.ts'),
  ]);
  const bytes = await openRangedFile(path);
  try {
    return { ...verification, load: await load({ summary, bytes, path, server: options.server }) };
  } finally {
    await bytes.close();
  }
}

function refuseWrongLoad(name: string, { load, server, structural }: VerifyOptions): void {
  if (!load && server !== undefined) throw new AppError('BadInput', '--server is of --load; add --load');
  if (!load) return;
  if (structural)
    throw new AppError(
      'BadInput',
      '--load compares the values of keys, which --structural does not read; omit one',
    );
  if (name === '-' || name.startsWith('s3://'))
    throw new AppError(
      'BadInput',
      `--load takes a file of this machine or a recovery point, not ${name}; save it to a file first`,
    );
}

function namesPoint(name: string): boolean {
  return !looksLikeFile(name) && /^[^/:]+\/[^/]+$/.test(name);
}
