import { execFile } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, expect, test } from 'vitest';

const PROJECT = join(import.meta.dirname, '../..');
const run = promisify(execFile);

/** A fresh clone on a machine that has nothing but what is put into `programs`. */
let clone = '';
let programs = '';

beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), 'redrill-setup-'));
  programs = join(clone, 'programs');
  mkdirSync(programs);
  for (const file of ['setup.mjs', 'package.json', 'package-lock.json'])
    copyFileSync(join(PROJECT, file), join(clone, file));
  program('npm', `: > '${join(clone, 'npm-was-run')}'; exit 7`);
  return () => rmSync(clone, { recursive: true, force: true });
});

function program(name: string, script = 'exit 0'): void {
  writeFileSync(join(programs, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(programs, name), 0o755);
}

const setup = (...options: string[]) =>
  run(process.execPath, ['setup.mjs', ...options], {
    cwd: clone,
    // Nothing of this machine's own: only the stubs are to be found.
    env: { PATH: programs },
  });

const packagesInstalled = () => existsSync(join(clone, 'npm-was-run'));

test('a missing server is named before any package is installed', async () => {
  await expect(setup()).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/Redis or Valkey server, version 7\.0.*apt-get install redis-tools\n/s),
  });
  expect(packagesInstalled()).toBe(false);
});

test('everything that the tests lack is named at once', async () => {
  program('valkey-server');
  await expect(setup('--tests')).rejects.toMatchObject({
    code: 1,
    // Debian's own Python is looked at wherever PATH points, and may have botocore.
    stderr: expect.stringMatching(/apt-get install awscli (?:python3-botocore )?chromium\n/),
  });
  expect(packagesInstalled()).toBe(false);
});

test('with a server on the PATH, the packages come next', async () => {
  program('redis-server');
  await expect(setup()).rejects.toMatchObject({ code: 7 });
  expect(packagesInstalled()).toBe(true);
});
