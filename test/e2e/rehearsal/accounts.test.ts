import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalAws, startLocalAws } from '@redrill/local-aws';
import { beforeAll, expect, test } from 'vitest';
import { runHere } from '../../unit/cli/run-here.ts';

const PROJECT = join(import.meta.dirname, '../../..');
/** The caches in 111122223333, the vault in 444455556666. */
const TWO_ACCOUNTS = join(PROJECT, 'examples/two-accounts.config.ts');
const [SOURCE, VAULT] = ['111122223333', '444455556666'];

let aws: LocalAws;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'redrill-accounts-'));
  aws = await startLocalAws({ dataDir: join(folder, 'aws') });
  return async () => {
    await aws.close();
    await rm(folder, { recursive: true, force: true });
  };
});

async function rehearseAs(account: string, ...options: readonly string[]) {
  const before = aws.fabric.calls.length;
  const env = { ...process.env, ...aws.environment('us-west-2', account) };
  const ran = await runHere(['doctor', '--rehearse', '--yes', ...options], { env, cwd: PROJECT });
  return { ...ran, calls: aws.fabric.calls.slice(before).map(({ operation }) => operation) };
}

test.each([SOURCE, VAULT])(
  'with the vault in another account a rehearsal with the credentials of %s is refused before anything is made',
  async (account) => {
    const { status, stdout, stderr, calls } = await rehearseAs(account, '--config', TWO_ACCOUNTS);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(`the caches in ${SOURCE} and the vault in ${VAULT}`);
    expect(stderr).toContain('Rehearse with --config <file> of a deployment in one account');
    expect(new Set(calls)).toEqual(new Set(['GetCallerIdentity']));
  },
);

test('credentials of an account in which Redrill is not are refused before anything is made', async () => {
  const config = join(folder, 'one-account.config.ts');
  await writeFile(
    config,
    `export default { account: '${SOURCE}', source: { region: 'us-east-1' }, vault: { region: 'us-west-2' }, plans: {}, caches: {} };\n`,
  );
  const { status, stderr, calls } = await rehearseAs(VAULT, '--config', config);
  expect(status).toBe(2);
  expect(stderr).toContain(
    `the credentials are of account ${VAULT}, and the configuration has Redrill in ${SOURCE}`,
  );
  expect(new Set(calls)).toEqual(new Set(['GetCallerIdentity']));
});
