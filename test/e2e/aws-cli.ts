import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** The `aws` command of this machine, away from its user's own configuration; version undefined where there is none. */
export async function commandLine() {
  const version = await execute('aws', ['--version']).then(
    ({ stdout, stderr }) => stdout || stderr,
    () => undefined,
  );
  const home = await mkdtemp(join(tmpdir(), 'redrill-cli-'));
  const { PATH, PYENV_ROOT } = process.env;
  const ownEnvironment = { PATH, HOME: home, AWS_PAGER: '', AWS_MAX_ATTEMPTS: '1' };
  return {
    version,
    close: () => rm(home, { recursive: true, force: true }),
    run: async (parameters: readonly string[], environment: Readonly<Record<string, string>>) => {
      const env = { ...ownEnvironment, ...(PYENV_ROOT && { PYENV_ROOT }), ...environment };
      return (await execute('aws', [...parameters, '--output', 'json'], { env })).stdout;
    },
  };
}
