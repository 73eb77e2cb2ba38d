import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const PACKAGE = join(import.meta.dirname, '..');
/** Inside of the project, so that the program finds the package as an application does. */
const FOLDER = join(PACKAGE, '../../out/readme');
const read = (file: string) => readFileSync(join(PACKAGE, file), 'utf8');

test('the program that README.md begins with prints what README.md shows', async () => {
  const [, program = ''] = /```js\n([\s\S]*?)```/.exec(read('README.md')) ?? [];
  const [, output = ''] = /```console\n\$ node read\.mjs .*\n([\s\S]*?)```/.exec(read('README.md')) ?? [];
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, 'read.mjs'), program);
  const words = [join(FOLDER, 'read.mjs'), join(PACKAGE, 'fixtures/redis-7.0.15.rdb')];
  const { stdout } = await promisify(execFile)(process.execPath, words);
  expect(stdout).toBe(output);
});

test('README.md names every export, and no other', () => {
  const api = read('README.md').split('## API')[1]?.split('\n## ')[0] ?? '';
  const named = [...api.matchAll(/^\| (`.*?`) \|/gm)].flatMap(([, names = '']) =>
    [...names.matchAll(/`(\w+)`/g)].map(([, name]) => name),
  );
  const exported = [...read('index.ts').matchAll(/\{([^}]*)\}/g)].flatMap(([, names = '']) =>
    names.split(',').flatMap((name) => name.trim().replace(/^type /, '') || []),
  );
  expect(exported.length).toBeGreaterThan(50);
  expect(named.sort()).toEqual(exported.filter((name) => !name.startsWith('@')).sort());
});
