import { execFileSync } from 'node:child_process';
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseConfig } from '../../core/contracts/parse-config.ts';
import { redrillApp } from '../../lib/app.ts';
import { bundleLambdas } from '../../lib/lambda/bundle.ts';
import { assembleAll } from '../../packaging/pack.ts';
import { PACKAGES } from '../../packaging/packages.ts';
import { writeRelease } from '../../packaging/release/write-release.ts';
import demo from '../../redrill.config.ts';
import { resourcesOf, SHAPES, synthesiseApp, type Templates, templatesIn } from './cdk-app.ts';
import { startAccount } from './five-commands.ts';
import { Installation, nodes } from './installation.ts';

const ROOT = join(import.meta.dirname, '../..');
const RDB = join(ROOT, 'packages/rdb/fixtures/redis-7.0.15.rdb');

const TSC = join(ROOT, 'node_modules/typescript/bin/tsc');

const out = mkdtempSync(join(tmpdir(), 'redrill-packages-'));
let installed: Installation;
let templates: Templates;

beforeAll(() => {
  installed = new Installation(assembleAll(out));
  templates = templatesOfRepository();
});

afterAll(() => {
  installed.remove();
  rmSync(out, { recursive: true, force: true });
});

const redrill = (node: string, ...words: readonly string[]) =>
  installed.run(node, ['node_modules/redrill/cli/redrill.js', ...words]);

describe.each(nodes())('with %s', (node) => {
  test('the command prints its version and no warning', async () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect(await redrill(node, '--version')).toEqual({ out: `${version}\n`, err: '', status: 0 });
  });

  test('a file is verified by the reader of @redrill/rdb', async () => {
    const { out, err, status } = await redrill(node, 'verify', RDB);
    expect({ out: out.split('\n')[0], err, status }).toEqual({
      out: expect.stringMatching(/^SOUND/),
      err: '',
      status: 0,
    });
  });

  test('a configuration is synthesised, to the same templates as in the repository', async () => {
    writeConfiguration();
    const { err, status } = await redrill(
      node,
      'synth',
      '--config',
      'redrill.config.mjs',
      '--out',
      'assembly',
    );
    expect({ err, status }).toEqual({ err: '', status: 0 });
    expect(templatesIn(join(installed.folder, 'assembly'))).toEqual(templates);
  });
});

/** The demo's configuration, as a user writes it. */
function writeConfiguration(): void {
  const text = readFileSync(join(ROOT, 'redrill.config.ts'), 'utf8');
  writeFileSync(join(installed.folder, 'redrill.config.mjs'), text);
}

/** By the code of this repository, with bundles that are built now. */
function templatesOfRepository(): Templates {
  const config = parseConfig(demo);
  const built = bundleLambdas({ lambdas: join(ROOT, 'lambdas'), out: join(out, 'lambdas') });
  const outdir = mkdtempSync(join(out, 'assembly-'));
  redrillApp({ config, lambdas: built, outdir, checked: false }).synth();
  return templatesIn(outdir);
}

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

const isOlderThanItsLambdas = (node: string) =>
  Number(execFileSync(node, ['-p', 'process.versions.node.split(".")[0]'], { encoding: 'utf8' })) < 24;

describe('redrill init --demo', () => {
  const demo = (node: string) => redrill(node, 'init', '--demo');

  test('restores, drills and tells of it with the packages alone', async () => {
    const { out, err, status } = await demo(process.execPath);
    expect(out).toMatch(/^ {2}orders .* passed$/m);
    expect(out).toMatch(/^ {2}sessions .* passed$/m);
    expect(out).toContain('\nAlerts: none\n');
    expect({ err, status }).toEqual({ err: '', status: 0 });
  });

  test.each(nodes().filter(isOlderThanItsLambdas))('%s is too old for it, which is said', async (node) => {
    const { err, status } = await demo(node);
    expect(err).toContain('runs Lambda functions in Node 24');
    expect(status).toBe(1);
  });
});

describe('an empty folder', () => {
  /** What a person has; it takes one. */
  const FIVE_MINUTES_MS = 300_000;

  test(
    'has a verified recovery point after five commands: install, local up, init, deploy, backup',
    async () => {
      for (const file of ['redrill.config.mjs', 'cdk.out'])
        rmSync(join(installed.folder, file), { recursive: true, force: true });
      const account = await startAccount(installed);
      const type = (...words: readonly string[]) =>
        installed.run(process.execPath, [installed.command, ...words], {
          also: { ...account.environment, REDRILL_LOOK_EVERY_MS: '200' },
        });
      try {
        const places = ['--source', 'eu-west-1', '--vault', 'eu-central-1', '--email', 'you@example.com'];
        const initialised = await type('init', ...places, '--yes');
        expect(initialised).toMatchObject({ status: 0, out: expect.stringContaining('npx redrill deploy') });
        const deployed = await type('deploy', '--yes');
        expect(deployed).toMatchObject({ status: 0, out: expect.stringContaining('all well') });
        const backedUp = await type('backup', 'sessions');
        expect(backedUp).toMatchObject({ status: 0, out: expect.stringContaining('VERIFIED') });
        const read = await type('verify', 'sessions/latest');
        expect(read).toMatchObject({ status: 0, out: expect.stringMatching(/^SOUND/) });
      } finally {
        await account.close();
      }
    },
    FIVE_MINUTES_MS,
  );
});

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

  test.each(['use.mts', 'use.cts'])('%s is checked against the declarations', async (file) => {
    const check = (text: string) => {
      writeFileSync(join(installed.folder, file), text);
      const options = [
        '--noEmit',
        '--strict',
        '--module',
        'NodeNext',
        '--types',
        'node',
        '--target',
        'ES2023',
      ];
      return installed.run(process.execPath, [TSC, ...options, file]);
    };
    expect(await check(AS_ESM + USE)).toEqual({ out: '', err: '', status: 0 });
    const { out } = await check((AS_ESM + USE).replace("region: 'eu-west-1'", 'region: 1'));
    expect(out).toContain("Type 'number' is not assignable to type 'string'");
  });
});

// The other shapes, and other versions of the CDK: peers.test.ts.
test('a CommonJS CDK app of the constructs makes what the configuration file makes, and cdk-nag finds nothing', async () => {
  for (const name of ['@types/node', 'undici-types']) installed.link(name);
  const { compiler, program, assembly } = await synthesiseApp(installed, {
    shape: SHAPES.CommonJS,
    tsc: TSC,
    node: process.execPath,
  });
  expect({ compiler, program }).toEqual({ compiler: '', program: 'cdk-nag found 0\n' });
  expect(resourcesOf(templatesIn(assembly))).toEqual(resourcesOf(templates));
});

/** CommonJS gets ES modules, which the Nodes that the packages ask for can load. */
const BY_DESIGN = 'CJSResolvesToESM';

describe('what a release publishes', () => {
  test('tarballs whose types every resolution finds, notes, the bill of materials and checksums that sha256sum accepts', async () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const release = join(out, 'release');
    const folders = PACKAGES.map(({ name }) => join(out, name));
    writeRelease({ folders, version, pairs: [['eu-west-1', 'eu-central-1']] }, release);
    const checked = execFileSync('sha256sum', ['--check', '--strict', 'SHA256SUMS'], {
      cwd: release,
      encoding: 'utf8',
    });
    const tarballs = ['redrill', 'redrill-local-aws', 'redrill-rdb'].map((name) => `${name}-${version}.tgz`);
    expect(checked.trim().split('\n')).toEqual(
      ['NOTES.md', ...tarballs, `redrill-templates-${version}-eu-west-1-eu-central-1.zip`, 'sbom.cdx.json']
        .sort()
        .map((file) => `${file}: OK`),
    );
    const bill = JSON.parse(readFileSync(join(release, 'sbom.cdx.json'), 'utf8'));
    expect(bill.metadata.component).toMatchObject({ name: 'redrill', version });
    const names = bill.components.map((each: { name: string }) => each.name);
    expect(names).toEqual(expect.arrayContaining(['zod', 'commander', '@peculiar/x509']));
    expect(names).not.toContain('vitest');
    for (const name of tarballs) {
      const tarball = createPackageFromTarballData(readFileSync(join(release, name)));
      const checked = await checkPackage(tarball);
      if (!checked.types) throw new Error(`${name} has no declarations`);
      const kinds = checked.problems.map(({ kind }) => kind);
      expect(
        kinds.filter((kind) => kind !== BY_DESIGN),
        name,
      ).toEqual([]);
    }
  });
});

describe.each(PACKAGES.map(({ name }) => name))('%s', (name) => {
  test('is packed as registries and tools expect it', async () => {
    const { messages } = await publint({ pkgDir: join(out, name), strict: true });
    expect(messages).toEqual([]);
  });

  test('carries no test, and no path of this machine', () => {
    const files = globSync('**/*', { cwd: join(out, name), withFileTypes: true }).filter((each) =>
      each.isFile(),
    );
    expect(files.length).toBeGreaterThan(10);
    for (const file of files) {
      expect(file.name).not.toMatch(/\.test\./);
      expect(readFileSync(join(file.parentPath, file.name), 'utf8').includes(ROOT), file.name).toBe(false);
    }
  });
});
