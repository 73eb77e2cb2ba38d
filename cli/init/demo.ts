import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { extname, join } from 'node:path';
import { AppError } from '../../core/model/errors.ts';
import { ExitStatus } from '../exit-status.ts';

const LOCAL_AWS = '@redrill/local-aws';

/** What `npm start` runs in a checkout; its ending is that of this file. */
const PROGRAM = join(import.meta.dirname, `../../demo/start${extname(import.meta.filename)}`);

/**
 * Runs a backup, a copy and a restore drill on this machine, in a process of its own. Ctrl-C reaches that as well.
 * @param resolvePackage throws if Node does not find a package
 * @returns its exit status
 * @throws AppError `NotInstalled` without the package that has the local AWS
 */
export async function runDemo(resolvePackage = (name: string) => import.meta.resolve(name)): Promise<number> {
  try {
    resolvePackage(LOCAL_AWS);
  } catch (cause) {
    throw new AppError(
      'NotInstalled',
      `the package ${LOCAL_AWS}, which the demo runs on, is not installed; install it with: npm install --save-dev ${LOCAL_AWS}`,
      { cause },
    );
  }
  const demo = spawn(process.execPath, [PROGRAM], { stdio: 'inherit' });
  // The terminal sends Ctrl-C to both; this process ends after the demo has stopped its servers.
  const wait = () => undefined;
  process.on('SIGINT', wait);
  const [status, signal] = (await once(demo, 'close')) as [number | null, NodeJS.Signals | null];
  process.off('SIGINT', wait);
  if (signal !== null) process.kill(process.pid, signal);
  return status ?? ExitStatus.notDone;
}
