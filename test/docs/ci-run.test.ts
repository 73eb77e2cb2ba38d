import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';

const PROJECT = join(import.meta.dirname, '../..');
const run = promisify(execFile);

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'redrill-ci-'));
  writeFileSync(
    join(folder, 'new.test.js'),
    "test('has no snapshot yet', () => { expect({ keys: 1 }).toMatchSnapshot(); });\n",
  );
  // In the place of npm: it runs the one test above with whatever environment it was given.
  const npm = join(folder, 'npm');
  const vitest = join(PROJECT, 'node_modules/vitest/vitest.mjs');
  const options = `run --globals --root '${folder}'`;
  writeFileSync(npm, `#!/bin/sh\nexec '${process.execPath}' '${vitest}' ${options}\n`);
  chmodSync(npm, 0o755);
  return () => rmSync(folder, { recursive: true, force: true });
});

test('.ci/run refuses a snapshot that is missing instead of writing it', async () => {
  const { CI: _unset, ...environment } = process.env;
  const env = { ...environment, PATH: `${folder}:${process.env.PATH}` };
  await expect(run(join(PROJECT, '.ci/run'), { env })).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/Snapshot `has no snapshot yet 1` mismatched/),
  });
  expect(existsSync(join(folder, '__snapshots__'))).toBe(false);
});
