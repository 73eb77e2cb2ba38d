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

describe('the documents', () => {
  test.each(documents())('%s: links lead somewhere', (file) => {
    expect(brokenLinks(file)).toEqual([]);
  });

  test('README.md tells of every fault of the demo, and of no other', () => {
    const section = read('README.md').split('## What happens when things break')[1]?.split('\n## ')[0] ?? '';
    const told = [...section.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, name]) => name);
    expect(told.sort()).toEqual(Object.keys(DEMO_FAULTS).sort());
  });

  test('docs/dependencies.md says of every package what it is for, and of no other', () => {
    const told = [...read('docs/dependencies.md').matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name);
    const names = [manifest, rdb, localAws].flatMap(({ dependencies, devDependencies }) =>
      Object.keys({ ...dependencies, ...devDependencies }),
    );
    const published = names.filter((name) => !name.startsWith('@redrill/'));
    expect(told.sort()).toEqual([...new Set(published)].sort());
  });

  test('README.md and docs/cli.md tell of every command', () => {
    const source = read('cli/program.ts').split('const COMMANDS = [')[1]?.split(']')[0] ?? '';
    const commands = [...source.matchAll(/add(\w+)/g)].map(([, name = '']) => name.toLowerCase());
    expect(commands).toContain('cutover');
    for (const file of ['README.md', 'docs/cli.md'])
      expect(
        commands.filter((name) => !new RegExp(`(redrill |\`)${name}\\b`).test(read(file))),
        file,
      ).toEqual([]);
  });

  test('the configuration that README.md shows is accepted', () => {
    expect(ownPlans(parseConfig(example).plans)).toHaveLength(4);
  });
});
