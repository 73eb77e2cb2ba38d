import { execFileSync } from 'node:child_process';

/** Set VALKEY_SERVER to one that is elsewhere. */
export const VALKEY = process.env.VALKEY_SERVER ?? 'valkey-server';

/** Whether there is a Valkey 9 or newer on this machine. Debian 12 has none: what needs one is reported as skipped. */
export const hasValkey9 = versionOf(VALKEY) >= 9;

/** The major version; 0 if there is none. */
function versionOf(program: string): number {
  try {
    const said = execFileSync(program, ['--version'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return Number(/Valkey server v=(\d+)/.exec(said)?.[1] ?? 0);
  } catch {
    return 0;
  }
}
