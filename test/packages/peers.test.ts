import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pack } from '../../packaging/pack.ts';
import { PACKAGES } from '../../packaging/packages.ts';
import { resourcesOf, SHAPES, type Shape, synthesiseApp, templatesIn } from './cdk-app.ts';
import { builtPackages, Installation } from './installation.ts';

/** `npm run prove-peers`: the tarballs, as npm installs them beside the lowest and the newest of what a project brings. */
const ROOT = join(import.meta.dirname, '../..');
const RDB = join(ROOT, 'packages/rdb/fixtures/redis-7.0.15.rdb');

const { peers, node } = PACKAGES.find(({ name }) => name === 'redrill') ?? { peers: {}, node: '' };
const versions = (of: (range: string) => string) =>
  Object.entries(peers).map(([name, range]) => `${name}@${of(range)}`);

interface Project {
  /** What it installs beside Redrill. */
  readonly brings: readonly string[];
  readonly shapes: Readonly<Record<string, Shape>>;
}
const { 'CommonJS with the old resolution': _, ...newShapes } = SHAPES;
const PROJECTS: Readonly<Record<string, Project>> = {
  'the lowest': {
    brings: [
      ...versions((range) => range.slice(1)),
      `node@${node.replace('>=', '')}.0`,
      // The first that lets CommonJS import ES modules.
      'typescript@5.8.2',
      '@types/node@20',
    ],
    shapes: SHAPES,
  },
  'the newest': {
    brings: [...versions((range) => range), 'node@latest', 'typescript@latest', '@types/node@latest'],
    shapes: newShapes,
  },
};

const out = mkdtempSync(join(tmpdir(), 'redrill-tarballs-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

const isAsked = process.env.REDRILL_PEERS === 'all';
const described = describe.runIf(isAsked);

if (isAsked)
  beforeAll(() => {
    for (const folder of builtPackages()) pack(folder, out);
  });

described.each(Object.entries(PROJECTS))('beside %s', (_name, { brings, shapes }) => {
  const installed = new Installation();
  const [nodeFile, redrillFile] = ['node/bin/node', '.bin/redrill'].map((file) =>
    join(installed.folder, 'node_modules', file),
  ) as [string, string];
  const redrill = (...words: readonly string[]) => installed.run(nodeFile, [redrillFile, ...words]);

  beforeAll(async () => {
    const tarballs = readdirSync(out).filter((file) => file.endsWith('.tgz'));
    await installed.install(...tarballs.map((file) => join(out, file)), ...brings);
    console.log(versionsIn(installed.folder).join(', '));
  });
  afterAll(() => installed.remove());

  test('every command has its help, without a warning', async () => {
    const { out: text, err, status } = await redrill('--help');
    expect({ err, status }).toEqual({ err: '', status: 0 });
    const commands = [...text.matchAll(/^ {2}([a-z]\S*) /gm)].flatMap(([, name = '']) =>
      name === 'help' ? [] : name,
    );
    expect(commands.length).toBeGreaterThan(10);
    for (const command of commands) {
      const help = await redrill(command, '--help');
      expect(help).toEqual({ out: expect.stringContaining(`redrill ${command}`), err: '', status: 0 });
    }
  });

  test('redrill verify reads a file', async () => {
    const { out: text, err, status } = await redrill('verify', RDB);
    expect({ text: text.slice(0, 5), err, status }).toEqual({ text: 'SOUND', err: '', status: 0 });
  });

  test('redrill init writes a configuration that redrill synth takes', async () => {
    const regions = ['--source', 'eu-west-1', '--vault', 'eu-central-1'];
    const init = await redrill('init', ...regions, '--email', 'on-call@example.com', '--yes');
    expect(init.status, init.err).toBe(0);
    const synth = await redrill('synth', '--out', 'of-init');
    expect(synth).toMatchObject({ out: expect.stringContaining('The stacks are in of-init.'), status: 0 });
    rmSync(join(installed.folder, 'redrill.config.mjs'));
  });

  test.each(Object.entries(shapes))('%s makes what the configuration file makes', async (_shape, shape) => {
    const tsc = join(installed.folder, 'node_modules/typescript/bin/tsc');
    const { compiler, program, assembly } = await synthesiseApp(installed, { shape, tsc, node: nodeFile });
    expect({ compiler, program }).toEqual({ compiler: '', program: 'cdk-nag found 0\n' });
    const config = join(assembly, `../redrill.config.${shape.ending.replace('ts', 'js')}`);
    const synth = await redrill('synth', '--config', config, '--out', 'of-file');
    expect(synth.status, synth.err).toBe(0);
    expect(resourcesOf(templatesIn(assembly))).toEqual(
      resourcesOf(templatesIn(join(installed.folder, 'of-file'))),
    );
  });
});

function versionsIn(folder: string): readonly string[] {
  const node = execFileSync(join(folder, 'node_modules/node/bin/node'), ['--version'], { encoding: 'utf8' });
  return [
    `Node ${node.trim()}`,
    ...[...Object.keys(peers), 'cdk-nag', 'typescript'].map((name) => {
      const manifest = readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8');
      return `${name} ${JSON.parse(manifest).version}`;
    }),
  ];
}
