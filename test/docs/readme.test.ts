import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../core/contracts/parse-config.ts';
import { ownPlans } from '../../core/contracts/rehearsal.ts';
import { DEMO_FAULTS } from '../../demo/faults.ts';
import example from '../../examples/redrill.config.ts';
import manifest from '../../package.json' with { type: 'json' };
import localAws from '../../packages/local-aws/package.json' with { type: 'json' };
import rdb from '../../packages/rdb/package.json' with { type: 'json' };
import { documents, PROJECT, read } from './markdown.ts';

/** As GitHub makes anchors of headings. */
function anchorsOf(file: string): readonly string[] {
  return [...read(file).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  );
}

function brokenLinks(file: string): readonly string[] {
  const links = [...read(file).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link = '']) => link);
  return links.filter((link) => {
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? file : join(dirname(file), path);
    if (!existsSync(join(PROJECT, target))) return true;
    return anchor !== undefined && !anchorsOf(target).includes(anchor);
  });
}

/** What somebody reads who decides whether to use Redrill, in two minutes. */
const README_LINES = 150;

/** Commands of `redrill`, as cli/program.ts has them. */
function commands(): readonly string[] {
  const source = read('cli/program.ts').split('const COMMANDS = [')[1]?.split(']')[0] ?? '';
  return [...source.matchAll(/add(\w+)/g)].map(([, name = '']) => name.toLowerCase());
}

describe('the documents', () => {
  test.each(documents())('%s: links lead somewhere', (file) => {
    expect(brokenLinks(file)).toEqual([]);
  });

  test.each(documents())('%s: the scripts of npm that it names exist', (file) => {
    const named = [...read(file).matchAll(/\bnpm run ([\w:-]+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !Object.hasOwn(manifest.scripts, name))).toEqual([]);
  });

  test('README.md is short enough to be read in two minutes', () => {
    expect(read('README.md').split('\n').length).toBeLessThanOrEqual(README_LINES);
  });

  test('docs/README.md lists every page and every runbook', () => {
    const pages = documents().filter((file) => file.startsWith('docs/') && file !== 'docs/README.md');
    expect(pages.filter((file) => !read('docs/README.md').includes(`(${file.slice(5)})`))).toEqual([]);
  });

  test('docs/try.md explains every fault of the demo, and no other', () => {
    const section = read('docs/try.md').split('## Inject a fault')[1]?.split('\n## ')[0] ?? '';
    const explained = [...section.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, name]) => name);
    expect(explained.sort()).toEqual(Object.keys(DEMO_FAULTS).sort());
  });

  test('docs/dependencies.md says of every package what it is for, and of no other', () => {
    const told = [...read('docs/dependencies.md').matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name);
    const names = [manifest, rdb, localAws].flatMap(({ dependencies, devDependencies }) =>
      Object.keys({ ...dependencies, ...devDependencies }),
    );
    const published = names.filter((name) => !name.startsWith('@redrill/'));
    expect(told.sort()).toEqual([...new Set(published)].sort());
  });

  test.each(['docs/operate.md', 'docs/cli.md'])('%s names every command', (file) => {
    expect(commands()).toContain('cutover');
    const text = read(file);
    const missing = commands().filter((name) => !new RegExp(`(redrill |\`)${name}\\b`).test(text));
    expect(missing).toEqual([]);
  });

  test('the commands that README.md shows exist', () => {
    const named = [...read('README.md').matchAll(/npx redrill (\w+)/g)].map(([, name = '']) => name);
    expect(named).toContain('status');
    expect(named.filter((name) => !commands().includes(name))).toEqual([]);
  });

  test('the configuration that docs/configure.md shows is accepted', () => {
    expect(ownPlans(parseConfig(example).plans)).toHaveLength(4);
  });
});
