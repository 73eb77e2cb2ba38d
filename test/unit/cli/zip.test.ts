import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { zip } from '../../../cli/template/zip.ts';

const folder = mkdtempSync(join(tmpdir(), 'redrill-zip-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const FILES = [
  { name: 'index.mjs', content: Buffer.from('export const one = 1;\n'.repeat(1_000)) },
  { name: 'below/ünïcode.json', content: Buffer.from('{}') },
  { name: 'empty', content: Buffer.alloc(0) },
];

test('Python reads every file of the archive again, with its checksum and readable by everybody', () => {
  const file = join(folder, 'some.zip');
  writeFileSync(file, zip(FILES));
  const program = [
    'import json, sys, zipfile',
    'archive = zipfile.ZipFile(sys.argv[1])',
    'assert archive.testzip() is None',
    'print(json.dumps([[i.filename, oct(i.external_attr >> 16), archive.read(i).decode()] for i in archive.infolist()]))',
  ].join('\n');
  const read = JSON.parse(execFileSync('python3', ['-c', program, file], { encoding: 'utf8' }));
  expect(read).toEqual(FILES.map(({ name, content }) => [name, '0o100644', content.toString()]));
});

test('equal files make equal archives', () => {
  expect(zip(FILES).equals(zip(FILES))).toBe(true);
});
