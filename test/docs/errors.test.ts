import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PROJECT, read } from './markdown.ts';

const FOLDERS = ['adapters', 'cli', 'core', 'lambdas', 'live', 'packages/rdb', 'vault', 'watch'];
/** How a code stands in the sources: in an object, as an error's first argument, or as a class of errors. */
const CODE = /(?:\bcode: |AppError\(\s*|fail\w*\(\s*|name = )'([A-Z][A-Za-z]+)'/g;

function codesIn(folder: string): readonly string[] {
  const files = readdirSync(join(PROJECT, folder), { recursive: true, encoding: 'utf8' });
  const sources = files.filter(
    (file) => file.endsWith('.ts') && !/\b(?:assembly|build|test|testing|bench|fixtures)\//.test(file),
  );
  return sources.flatMap((file) =>
    [...readFileSync(join(PROJECT, folder, file), 'utf8').matchAll(CODE)].map(([, code = '']) => code),
  );
}

/** Errors that nothing lets out: each is caught where it is thrown, or carries codes of its own. */
const INNER = ['AppError', 'RdbError', 'ServerRefusal', 'ProcessGone'];

test('every code that the sources name is explained in docs/errors.md or docs/alerts.md', () => {
  const documents = read('docs/errors.md') + read('docs/alerts.md');
  const codes = new Set(FOLDERS.flatMap(codesIn));
  expect(codes.size).toBeGreaterThan(80);
  const missing = [...codes].filter((code) => !INNER.includes(code) && !documents.includes(`\`${code}\``));
  expect(missing).toEqual([]);
});
