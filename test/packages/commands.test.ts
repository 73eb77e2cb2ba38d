import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { builtPackages, Installation, nodes } from './installation.ts';

const ROOT = join(import.meta.dirname, '../..');
const RDB = join(ROOT, 'packages/rdb/fixtures/redis-7.0.15.rdb');
const TSC = join(ROOT, 'node_modules/typescript/bin/tsc');

let installed: Installation;
beforeAll(() => {
  installed = new Installation(builtPackages());
  return () => installed.remove();
});

describe.each(nodes())('with %s', (node) => {
  test('the command prints its version and no warning', async () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect(await installed.redrill(node, '--version')).toEqual({ out: `${version}\n`, err: '', status: 0 });
  });

  test('a file is verified by the reader of @redrill/rdb', async () => {
    const { out, err, status } = await installed.redrill(node, 'verify', RDB);
    expect({ out: out.split('\n')[0], err, status }).toEqual({
      out: expect.stringMatching(/^SOUND/),
      err: '',
      status: 0,
    });
  });
});

describe.each(nodes())('the program for hosts, with %s', (node) => {
  test('is in the package, and runs alone', async () => {
    const { out, status } = await installed.redrill(node, 'ship', '--print', 'program');
    expect(status).toBe(0);
    writeFileSync(join(installed.folder, 'redrill-ship.mjs'), out);
    expect(
      await installed.run(node, ['redrill-ship.mjs', '--once', '--host-config', 'none.json']),
    ).toMatchObject({
      out: '',
      err: expect.stringMatching(/^none\.json cannot be read: there is no such file\n/),
      status: 2,
    });
  });
});

const USE = `
async function* file() { yield readFileSync('dump.rdb'); }
const config = defineConfig({
  source: { region: 'eu-west-1' },
  vault: { region: 'eu-central-1' },
  plans: { jobs: presets.jobQueue },
});
readRdb(file(), { depth: 'deep' }).then(({ keys }) => console.log(keys, 'keys', config.source.region));
`;
const AS_ESM = `
import { readFileSync } from 'node:fs';
import { readRdb } from '@redrill/rdb';
import { defineConfig, presets } from 'redrill/config';
`;
const AS_COMMON_JS = `
const { readFileSync } = require('node:fs');
const { readRdb } = require('@redrill/rdb');
const { defineConfig, presets } = require('redrill/config');
`;

const isNoRegion = (file: string) =>
  expect.stringMatching(
    new RegExp(`^${file}\\(.*error TS2322: Type 'number' is not assignable to type 'string'\\.$`),
  );

describe('code of another project', () => {
  beforeAll(() => {
    cpSync(RDB, join(installed.folder, 'dump.rdb'));
    for (const name of ['@types/node', 'undici-types']) installed.link(name);
  });

  test.each(
    nodes().flatMap((node) => [
      [node, 'use.mjs', AS_ESM],
      [node, 'use.cjs', AS_COMMON_JS],
    ]),
  )('%s %s imports the packages', async (node, file, imports) => {
    writeFileSync(join(installed.folder, file), imports + USE);
    expect(await installed.run(node, [file])).toEqual({ out: '26 keys eu-west-1\n', err: '', status: 0 });
  });

  test('ES modules and CommonJS are checked against the declarations', async () => {
    const right = AS_ESM + USE;
    const wrong = right.replace("region: 'eu-west-1'", 'region: 1');
    const files = { 'use.mts': right, 'use.cts': right, 'wrong.mts': wrong, 'wrong.cts': wrong };
    for (const [file, text] of Object.entries(files)) writeFileSync(join(installed.folder, file), text);
    const options = '--noEmit --strict --module NodeNext --types node --target ES2023'.split(' ');
    const { out, err } = await installed.run(process.execPath, [TSC, ...options, ...Object.keys(files)]);
    const errors = out.match(/^\S.*/gm)?.sort();
    expect({ errors, err }).toEqual({ errors: ['wrong.cts', 'wrong.mts'].map(isNoRegion), err: '' });
  });
});
