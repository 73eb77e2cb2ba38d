import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findServer, NoServerError, type ServerBinary } from '@redrill/local-aws/redis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VerifyOutput } from '../../../cli/verify/contract.ts';
import { runHere } from '../../unit/cli/run-here.ts';

const ROOT = join(import.meta.dirname, '../../..');
const FILE = join(ROOT, 'packages/rdb/fixtures/redis-7.0.15.rdb');
const KEYS = 26;

const folder = mkdtempSync(join(tmpdir(), 'redrill-verify-load-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A program that says that it is a server, and then does what a script says. */
function program(name: string, script: string): string {
  const file = join(folder, name);
  const version = 'if [ "$1" = --version ]; then echo "Redis server v=7.0.15 sha=0"; exit; fi';
  writeFileSync(file, `#!/bin/bash\n${version}\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

const verify = (...words: readonly string[]) => runHere(['verify', ...words], { env: process.env });
const loadOf = (stdout: string) => {
  const output = VerifyOutput.parse(JSON.parse(stdout));
  if (output.verdict !== 'sound' || output.load === undefined) throw new Error(stdout);
  return output.load;
};

describe('redrill verify --load', () => {
  let server: ServerBinary;
  beforeAll(async () => {
    const found = await findServer();
    if (found === undefined) throw new NoServerError('no server');
    server = found;
  });

  test('loads the file into a server of this machine, and compares every key', async () => {
    const { stdout, stderr, status } = await verify(FILE, '--load', '--json', '--server', server.file);
    expect(loadOf(stdout)).toMatchObject({
      server: { file: server.file, version: server.version },
      outcome: 'equal',
      keysCompared: KEYS,
    });
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  });

  test('finds a server on the PATH, and says which one it was', async () => {
    const { stdout, status } = await verify(FILE, '--load');
    expect(stdout).toMatch(
      /^ {2}loaded into {3}(?:Redis|Valkey) \d+\.\d+\.\d+ \(\/.*\)\n {16}equal: 26 keys compared$/m,
    );
    expect(status).toBe(0);
  });

  test('exits with 1 if the server holds something else', async () => {
    const real = `exec -a ${server.argv0} ${server.file} -`;
    const forgetful = program('forgetful', `sed 's/^dbfilename .*/dbfilename other.rdb/' | (${real})`);
    const { stdout, status } = await verify(FILE, '--load', '--server', forgetful, '--json');
    expect(loadOf(stdout)).toMatchObject({
      outcome: 'different',
      message: expect.stringContaining(`${KEYS} keys missing in the server`),
    });
    expect(status).toBe(1);
  });

  test('takes another port if the one it chose is taken before the server has it', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const marker = join(folder, 'was-late');
    const real = `exec -a ${server.argv0} ${server.file} -`;
    const late = program(
      'late',
      `if [ -e ${marker} ]; then ${real}; fi; touch ${marker}; sed 's/^port .*/port ${port}/' | (${real})`,
    );
    try {
      const { stdout, status } = await verify(FILE, '--load', '--server', late, '--json');
      expect(loadOf(stdout)).toMatchObject({ outcome: 'equal', keysCompared: KEYS });
      expect(status).toBe(0);
      expect(readdirSync(folder)).toContain('was-late');
    } finally {
      other.close();
    }
  });

  test.each([
    ['refused', 'Internal error in RDB reading offset 9, function at rdb.c:2900 -> Unexpected EOF', 1],
    ['unsupported', "Can't handle RDB format version 13", 2],
    ['unsupported', 'Wrong signature trying to load DB from file', 2],
    ['unsupported', "The RDB file contains module data I can't load: no matching module type 'bloom'", 2],
  ] as const)('gives the server’s own words if it is %s: %s', async (outcome, words, status) => {
    const lines = [
      '# WARNING Memory overcommit must be enabled!',
      `# ${words}`,
      '# Fatal error loading the DB: Invalid argument. Exiting.',
    ].map((line) => `echo "42:M 25 Nov 2026 10:00:00.000 ${line}"`);
    const refusing = program(`refusing-${status}`, [...lines, 'exit 1'].join('\n'));
    const run = await verify(FILE, '--load', '--server', refusing, '--json');
    expect(loadOf(run.stdout)).toMatchObject({ outcome, message: words, keysCompared: 0 });
    expect(run.status).toBe(status);
  });

  test('does not blame the file if a signal ends the server', async () => {
    const { stdout, status } = await verify(
      FILE,
      '--load',
      '--json',
      '--server',
      program('dies', 'kill -9 $$'),
    );
    expect(loadOf(stdout)).toMatchObject({
      outcome: 'ended',
      message: 'it ended with signal SIGKILL, and said: nothing',
    });
    expect(status).toBe(2);
  });

  test('leaves nothing behind, also if somebody ends it', async () => {
    const left = () => readdirSync(tmpdir()).filter((name) => name.startsWith('redrill-load-'));
    const before = left();
    const slow = program('slow', `echo $$ > ${join(folder, 'pid')}; exec sleep 600`);
    const words = ['cli/redrill.ts', 'verify', FILE, '--load', '--server', slow];
    const child = spawn(process.execPath, words, { cwd: ROOT, stdio: 'ignore' });
    const closed = once(child, 'close');
    while (!readdirSync(folder).includes('pid')) await sleep(20);
    child.kill('SIGTERM');
    expect(await closed).toEqual([143, null]);
    expect(left()).toEqual(before);
  });

  test.each([
    [[FILE, '--load', '--server', '/bin/true'], '/bin/true is not a Redis or Valkey server'],
    [[FILE, '--server', 'redis-server'], '--server is of --load'],
    [[FILE, '--load', '--structural'], '--load compares the values of keys'],
    [['-', '--load'], '--load takes a file of this machine or a recovery point, not -'],
    [['s3://bucket/key', '--load'], 'not s3://bucket/key; save it to a file first'],
  ])('refuses %j', async (words, why) => {
    const { stdout, stderr, status } = await verify(...words);
    expect(stderr).toContain(why);
    expect({ stdout, status }).toEqual({ stdout: '', status: 2 });
  });

  test('says what to install if there is no server', async () => {
    const { stderr, status } = await runHere(['verify', FILE, '--load'], { env: { PATH: folder } });
    expect(stderr).toContain('neither redis-server nor valkey-server is on the PATH; install one');
    expect(status).toBe(2);
  });

  test('does not load a file that is not sound', async () => {
    const torn = join(folder, 'torn.rdb');
    writeFileSync(torn, readFileSync(FILE).subarray(0, 300));
    const { stdout, status } = await verify(torn, '--load', '--json');
    expect(VerifyOutput.parse(JSON.parse(stdout))).not.toHaveProperty('load');
    expect(status).toBe(1);
  });
});
