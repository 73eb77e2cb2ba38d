import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { parseConfig } from '../../core/contracts/parse-config.ts';
import { redrillApp } from '../../lib/app.ts';
import { builtIn } from '../../lib/lambda/bundles.ts';
import demo from '../../redrill.config.ts';
import { resourcesOf, SHAPES, synthesiseApp, type Templates, templatesIn } from './cdk-app.ts';
import { builtPackages, Installation, nodes } from './installation.ts';

const ROOT = join(import.meta.dirname, '../..');
const TSC = join(ROOT, 'node_modules/typescript/bin/tsc');

let installed: Installation;
let templates: Templates;
beforeAll(() => {
  installed = new Installation(builtPackages());
  templates = templatesOfRepository();
  return () => installed.remove();
});

describe.each(nodes())('with %s', (node) => {
  test('a configuration is synthesised, to the same templates as in the repository', async () => {
    writeConfiguration();
    const { err, status } = await installed.redrill(
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

/** By the code of this repository; a build of the same Lambdas has the same bytes, as test/infra/bundle.test.ts checks. */
function templatesOfRepository(): Templates {
  const config = parseConfig(demo);
  const lambdas = builtIn(join(inject('packages'), 'redrill/lambdas'));
  const outdir = mkdtempSync(join(installed.folder, 'of-repository-'));
  redrillApp({ config, lambdas, outdir, checked: false }).synth();
  return templatesIn(outdir);
}

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
