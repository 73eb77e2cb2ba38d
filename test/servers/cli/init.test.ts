import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalAws, startLocalAws } from '@redrill/local-aws';
import { ACCESS_KEY, s3Fixture } from '@redrill/local-aws/testing';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { loadConfig } from '../../../adapters/files/config-file.ts';
import { lookAtCaches } from '../../../cli/init/look.ts';
import { createCaches } from '../../../demo/caches.ts';
import { folderWith, REDRILL } from '../../unit/cli/run.ts';
import { redrillHere } from '../../unit/cli/run-here.ts';

// What is written is shown as a plan, which synthesises the stacks: seconds on an idle machine, a minute on a busy one.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const PROJECT = join(import.meta.dirname, '../../..');
const FILE = 'redrill.config.mjs';
const ANSWERED = [
  '--source',
  'eu-west-1',
  '--vault',
  'eu-central-1',
  '--email',
  'a@example.com',
  '--vault-account',
  'same',
];
const NO_AWS = {
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
};

/** A folder of a project where the package is installed. */
function project(files: Readonly<Record<string, string>> = {}): string {
  const folder = folderWith(files);
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(PROJECT, join(folder, 'node_modules/redrill'));
  return folder;
}

const filesIn = (folder: string) => readdirSync(folder).filter((name) => name !== 'node_modules');

function stubEnvs(env: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
}

const init = (cwd: string, options: readonly string[], env: Readonly<Record<string, string>> = NO_AWS) =>
  redrillHere(['init', ...options], { cwd, env });

/** The command in a terminal of its own; each answer is typed when its question is there. */
async function inTerminal(
  cwd: string,
  env: Readonly<Record<string, string>>,
  answers: readonly (readonly [question: string, answer: string])[],
) {
  // `script` of util-linux gives its command a terminal, and ends as that ends.
  const command = `'${process.execPath}' '${REDRILL}' init`;
  const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    cwd,
    env: { PATH: process.env.PATH ?? '', TERM: 'dumb', NO_COLOR: '1', ...env },
  });
  const left = [...answers];
  let shown = '';
  let read = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    const [next] = left;
    const at = next === undefined ? -1 : shown.indexOf(next[0], read);
    if (next === undefined || at < 0) return;
    read = at + next[0].length;
    left.shift();
    child.stdin.write(next[1]);
  });
  await once(child, 'close');
  return { shown: shown.replaceAll('\r', ''), status: child.exitCode, unasked: left };
}

describe.skipIf(process.platform !== 'linux')(
  'redrill init in a terminal, with the caches of a local AWS',
  () => {
    let aws: LocalAws;
    let env: Readonly<Record<string, string>>;
    const dataDir = mkdtempSync(join(tmpdir(), 'redrill-init-'));

    beforeAll(async () => {
      aws = await startLocalAws({ dataDir });
      await createCaches(aws, { account: '111122223333', region: 'eu-west-1' });
      const { AWS_REGION: _region, AWS_DEFAULT_REGION: _default, ...keys } = aws.environment('eu-west-1');
      env = { ...NO_AWS, ...keys };
    });

    afterAll(async () => {
      await aws.close();
      rmSync(dataDir, { recursive: true, force: true });
    });

    test('asks, proposes a plan for each cache, writes the configuration and shows what it costs', async () => {
      const cwd = project({ 'package.json': '{ "name": "shop", "private": true }' });
      const { shown, status, unasked } = await inTerminal(cwd, env, [
        ['Region of the caches: ', 'eu-west-1\r'],
        ['[eu-central-1]: ', '\r'],
        ['E-mail address for alerts: ', 'nobody\r'],
        ['E-mail address for alerts: ', 'ops@example.com\r'],
        ['[same]: ', '444455556666\r'],
        ['its id says cart [sessionStore]: ', '\r'],
        ['its id says order [eventLog]: ', 'job\r'],
        ['its id says session [sessionStore]: ', '\r'],
      ]);
      expect({ unasked, status }, shown).toEqual({ unasked: [], status: 0 });
      expect(shown).toContain("'nobody' is not an e-mail address; write it as name@example.com");
      expect(shown).toContain('Wrote redrill.config.mjs.');
      expect(shown).toContain('carts: valkey, serverless; its id says cart');
      expect(shown).toContain('job-queue (orders)');
      expect(shown).toMatch(/\d+\.\d\d USD a month: 3 caches named in the configuration/);
      expect(shown.trimEnd().split('\n').at(-1)?.trim()).toBe(
        'npx redrill deploy    # shows what it creates, and asks',
      );
      expect(filesIn(cwd).sort()).toEqual(['package.json', FILE]);
      expect(await loadConfig(join(cwd, FILE))).toMatchObject({
        account: '111122223333',
        source: { region: 'eu-west-1' },
        vault: { region: 'eu-central-1', account: '444455556666' },
        caches: { carts: 'session-store', orders: 'job-queue', sessions: 'session-store' },
        alerts: { emails: ['ops@example.com'] },
      });
    });

    test('leaves nothing behind after Ctrl-C', async () => {
      const cwd = project();
      const { status } = await inTerminal(cwd, env, [
        ['Region of the caches: ', 'eu-west-1\r'],
        ['[eu-central-1]: ', '\u0003'],
      ]);
      expect(status).toBe(130);
      expect(filesIn(cwd)).toEqual([]);
    });

    test('is refused after Ctrl-D', async () => {
      const cwd = project();
      const { status, shown } = await inTerminal(cwd, env, [['Region of the caches: ', '\u0004']]);
      expect(shown).toContain('the input ended before every question was answered; nothing was written');
      expect(status).toBe(2);
      expect(filesIn(cwd)).toEqual([]);
    });
  },
);

describe('redrill init without the caches of the account', () => {
  test('says why in one sentence and goes on', async () => {
    const cwd = project();
    const { stdout, stderr, status } = await init(cwd, [...ANSWERED, '--cache', 'orders=event']);
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    expect(stdout.split('\n')[0]).toBe(
      `The caches in eu-west-1 were not read, because no AWS credentials were found; list them in ${FILE}, under caches.`,
    );
    expect((await loadConfig(join(cwd, FILE))).caches).toEqual({ orders: 'event-log' });
  });

  test('names the endpoint that does not answer', async () => {
    const keys = { AWS_ACCESS_KEY_ID: 'A', AWS_SECRET_ACCESS_KEY: 'B' };
    stubEnvs({ ...NO_AWS, ...keys, AWS_ENDPOINT_URL: 'http://127.0.0.1:1' });
    expect(await lookAtCaches('eu-west-1')).toEqual({
      whyNot:
        'nothing answers at http://127.0.0.1:1, which AWS_ENDPOINT_URL names; unset it to use AWS itself',
    });
  });

  test('names the permission that is missing', async () => {
    stubEnvs((await elastiCacheOf([], 'denied')).env);
    expect(await lookAtCaches('eu-west-1')).toEqual({
      whyNot:
        'the credentials may not call elasticache:DescribeReplicationGroups, DescribeCacheClusters and DescribeServerlessCaches',
    });
  });

  test('with the credentials of another account, it says whose they are', async () => {
    const { env, fixture } = await elastiCacheOf([]);
    fixture.fabric.register({
      name: 'sts',
      operations: {
        GetCallerIdentity: () => ({ Account: '444455556666', Arn: 'arn:aws:iam::444455556666:root' }),
      },
    } as never);
    const options = [...ANSWERED.slice(0, -1), '444455556666', '--account', '111122223333'];
    const { stdout } = await init(project(), options, env);
    expect(stdout).toContain(
      'were not read, because the credentials are those of the account 444455556666; list',
    );
  });
});

/** An ElastiCache that lists these groups and clusters outside groups, or refuses to. */
async function elastiCacheOf(
  ReplicationGroups: readonly object[],
  answer: 'listed' | 'denied' = 'listed',
  CacheClusters: readonly object[] = [],
) {
  const fixture = await s3Fixture();
  const action = 'elasticache:DescribeReplicationGroups';
  if (answer === 'denied') fixture.fabric.denied.add(action);
  fixture.fabric.register({
    name: 'elasticache',
    operations: {
      DescribeReplicationGroups: (_: object, call: { authorize(wanted: object): void }) => {
        call.authorize({ action, resource: '*' });
        return { ReplicationGroups };
      },
      DescribeCacheClusters: () => ({ CacheClusters }),
      DescribeServerlessCaches: () => ({ ServerlessCaches: [] }),
    },
  } as never);
  const keys = { AWS_ACCESS_KEY_ID: ACCESS_KEY, AWS_SECRET_ACCESS_KEY: 'not-checked' };
  return { fixture, env: { ...NO_AWS, ...keys, AWS_ENDPOINT_URL: fixture.url } };
}

test('--yes takes the proposed presets, names what cannot be protected, and lists keys', async () => {
  const KmsKeyId = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
  const group = (ReplicationGroupId: string, more: object) => ({
    ReplicationGroupId,
    Engine: 'valkey',
    CacheNodeType: 'cache.t4g.medium',
    DataTiering: 'disabled',
    NodeGroups: [{ NodeGroupId: '0001' }],
    ...more,
  });
  const cluster = (CacheClusterId: string, Engine: string) => ({
    CacheClusterId,
    Engine,
    CacheNodeType: 'cache.t4g.small',
  });
  const { env } = await elastiCacheOf(
    [
      group('jobs', { KmsKeyId, CacheNodeType: 'cache.r7g.xlarge' }),
      group('archive', { DataTiering: 'enabled' }),
      group('tokens', { KmsKeyId: 'alias/shop' }),
    ],
    'listed',
    [cluster('audit', 'redis'), cluster('fragments', 'memcached')],
  );
  const cwd = project();
  const { stdout, stderr, status } = await init(cwd, ['--yes', '--email', 'a@example.com'], {
    ...env,
    AWS_REGION: 'eu-west-1',
  });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  expect(stdout).toContain(
    'Caches and their plans:\n  audit   event-log      its id says audit\n  jobs    job-queue      its id says job\n  tokens  session-store  its id says token\n',
  );
  expect(stdout).toContain(
    'Not protected: archive. ElastiCache does not export backups of caches with data tiering.\n',
  );
  expect(stdout).toContain(
    'Not protected: fragments. fragments is a Memcached cluster, and ElastiCache takes no snapshots of Memcached clusters.\n',
  );
  expect(stdout).toContain('Add the ARN of the KMS key alias/shop of tokens to source.kmsKeys');
  const config = await loadConfig(join(cwd, FILE));
  expect(config.source.kmsKeys).toEqual([KmsKeyId]);
  expect(config.plans['job-queue']).toMatchObject({ drill: { nodeType: 'cache.r7g.xlarge' } });
});

describe('redrill init is refused', () => {
  const expectNothingWritten = (cwd: string, before: readonly string[] = []) =>
    expect(filesIn(cwd)).toEqual(before);

  test.each([['redrill.config.mjs'], ['redrill.config.js'], ['redrill.config.ts'], ['redrill.config.mts']])(
    'if there is a %s already',
    async (name) => {
      const cwd = project({ [name]: 'export default {};' });
      const { stderr, status } = await init(cwd, [...ANSWERED, '--yes']);
      expect({ status, first: stderr.split('\n')[0] }).toEqual({
        status: 2,
        first: `this folder has a configuration already: ${name}`,
      });
      expect(stderr).toContain('Nothing was changed. Edit the file;');
      expect(readFileSync(join(cwd, name), 'utf8')).toBe('export default {};');
      expectNothingWritten(cwd, [name]);
    },
  );

  test('if a configuration appears while it asks', async () => {
    const cwd = project();
    const fixture = await elastiCacheOf([]);
    fixture.fixture.fabric.register({
      name: 'elasticache',
      operations: {
        DescribeReplicationGroups: () => {
          writeFileSync(join(cwd, FILE), 'theirs');
          return { ReplicationGroups: [] };
        },
      },
    } as never);
    const { stderr, status } = await init(cwd, ANSWERED, fixture.env);
    expect({ status, first: stderr.split('\n')[0] }).toEqual({ status: 2, first: `${FILE} exists already` });
    expect(readFileSync(join(cwd, FILE), 'utf8')).toBe('theirs');
    expectNothingWritten(cwd, [FILE]);
  });

  test('if the package is not installed', async () => {
    const cwd = folderWith({});
    const { stderr, status } = await init(cwd, ANSWERED);
    expect(status).toBe(2);
    expect(stderr).toContain(`is not installed in ${cwd}; install it with: npm install redrill\n`);
    expectNothingWritten(cwd);
  });

  test('if the folder cannot be written to', async () => {
    const cwd = project();
    // What the temporary file would be called is a folder.
    mkdirSync(join(cwd, `.redrill.config.${process.pid}.mjs`));
    const { stderr, status } = await init(cwd, ANSWERED);
    expect({ status, first: stderr.split('\n')[0] }).toMatchObject({
      status: 2,
      first: expect.stringMatching(/^redrill\.config\.mjs cannot be written: /),
    });
    expect(existsSync(join(cwd, FILE))).toBe(false);
  });

  test.each([
    [
      [],
      'there is no terminal to ask on; add --source <region>, --vault <region>, --email <address>, --vault-account same',
    ],
    [['--yes', '--source', 'eu-west-1'], 'there is no terminal to ask on; add --email <address>'],
    [
      ['--yes', '--source', 'ca-central-1', '--email', 'a@example.com'],
      'there is no terminal to ask on; add --vault <region>',
    ],
    [['--source', 'west'], "--source 'west' is not a region; write it as eu-west-1"],
    [
      ['--source', 'eu-west-1', '--vault', 'eu-west-1'],
      "--vault 'eu-west-1' is the source's region too; choose another, or losing one region loses both",
    ],
    [['--email', 'nobody'], "--email 'nobody' is not an e-mail address; write it as name@example.com"],
    [['--email', ' '], '--email is empty; write it as name@example.com'],
    [['--vault-account', '12'], "--vault-account '12' is not an account id; write its 12 digits as a string"],
    [[...ANSWERED.slice(0, -1), '444455556666'], 'there is no terminal to ask on; add --account <id>'],
    [
      ['--demo', '--vault-account', 'same'],
      '--vault-account does not go with --demo, which writes no configuration; omit it',
    ],
    [
      ['--demo', '--cache', 'a=event'],
      '--cache does not go with --demo, which writes no configuration; omit it',
    ],
  ] as const)('called with %j', async (options, line) => {
    const cwd = project();
    const { stdout, stderr, status } = await init(cwd, options);
    expect({ stdout, status, first: stderr.split('\n')[0] }).toEqual({ stdout: '', status: 2, first: line });
    expectNothingWritten(cwd);
  });
});
