import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { unzip } from '../../model/cloudformation/unzip.ts';

const folder = mkdtempSync(join(tmpdir(), 'redrill-unzip-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Made by Python's zipfile, deflated or stored. */
function archived(
  files: Readonly<Record<string, string>>,
  method: 'ZIP_DEFLATED' | 'ZIP_STORED' | 'ZIP_BZIP2',
) {
  const made = join(folder, `${method}.zip`);
  const program = [
    'import json, sys, zipfile',
    'archive = zipfile.ZipFile(sys.argv[1], "w", getattr(zipfile, sys.argv[2]))',
    'for name, text in json.loads(sys.argv[3]).items(): archive.writestr(name, text)',
    'archive.close()',
  ].join('\n');
  execFileSync('python3', ['-c', program, made, method, JSON.stringify(files)]);
  return readFileSync(made);
}

it.each(['ZIP_DEFLATED', 'ZIP_STORED'] as const)('an archive of %s has its files again', (method) => {
  const out = join(folder, method);
  unzip(archived({ 'index.mjs': 'one\n'.repeat(100), 'below/a.json': '{}', 'empty/': '' }, method), out);
  expect(readFileSync(join(out, 'index.mjs'), 'utf8')).toBe('one\n'.repeat(100));
  expect(readFileSync(join(out, 'below/a.json'), 'utf8')).toBe('{}');
});

it('what is no archive is refused as Lambda does', () => {
  expect(() => unzip(Buffer.from('text'), folder)).toThrow('Could not unzip uploaded file');
  expect(() => unzip(Buffer.alloc(100), folder)).toThrow('Could not unzip uploaded file');
});

it('a file outside the folder is refused', () => {
  expect(() => unzip(archived({ '../out': 'x' }, 'ZIP_STORED'), folder)).toThrow('Could not unzip');
});

it('another compression is refused by name', () => {
  const bzip2 = archived({ a: 'x' }, 'ZIP_BZIP2');
  expect(() => unzip(bzip2, folder)).toThrow('the compression method 12');
});
