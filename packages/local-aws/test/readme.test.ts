import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const PACKAGE = join(import.meta.dirname, '..');
/** Inside of the project, so that the program finds the package as an application does. */
const FOLDER = join(PACKAGE, '../../out/readme');

test('the program that README.md begins with prints what README.md says', async () => {
  const readme = readFileSync(join(PACKAGE, 'README.md'), 'utf8');
  const [, program = ''] = /```js\n([\s\S]*?)```/.exec(readme) ?? [];
  const [, output = ''] = /^It prints `(.*)`\.$/m.exec(readme) ?? [];
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, 'start.mjs'), program);
  const { stdout } = await promisify(execFile)(process.execPath, [join(FOLDER, 'start.mjs')]);
  expect(stdout.trim()).toBe(output);
});
