import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LAYERS } from '../unit/layers.ts';
import { documents, PROJECT, read, tracked } from './markdown.ts';

/** What fits on a screen. */
const SCREEN_LINES = 40;

const FOLDERS = [...new Set(tracked('*/*').map((file) => file.split('/')[0] ?? ''))].filter(
  (folder) => !folder.startsWith('.'),
);
/** Those with a page of their own; parts of a package have none. */
const OF_PAGES = LAYERS.filter(({ folder }) => documents().includes(`${folder}/README.md`));

const quoted = (text: string) => [...text.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);

/** A file or folder of this project, as a document names it: from the root, or from where the document is. */
function isThere(path: string, document: string): boolean {
  return [path, join(dirname(document), path)].some((each) => existsSync(join(PROJECT, normalize(each))));
}

describe('each folder', () => {
  test.each(FOLDERS)('%s says on one screen what it is', (folder) => {
    const lines = read(`${folder}/README.md`).split('\n');
    expect(lines[0]).toMatch(/^# /);
    if (folder !== 'docs') expect(lines.length).toBeLessThanOrEqual(SCREEN_LINES);
  });

  test.each(OF_PAGES)('$folder says what it may import', ({ folder, own, npm = [] }) => {
    const [line = ''] = /^May import: .*$/m.exec(read(`${folder}/README.md`)) ?? [];
    expect(quoted(line).sort()).toEqual([...own, ...npm].sort());
  });
});

describe('the files that contributors are pointed to', () => {
  const documentsOf = ['CONTRIBUTING.md', 'AGENTS.md', ...FOLDERS.map((folder) => `${folder}/README.md`)];

  test.each(documentsOf)('%s names files that exist', (document) => {
    const paths = quoted(read(document)).filter((code) =>
      /^[\w.-]+(\/[\w.-]+)*(\/|\.(ts|md|json))$/.test(code),
    );
    expect(paths.filter((path) => !isThere(path, document))).toEqual([]);
  });

  test('each recipe of CONTRIBUTING.md counts its files', () => {
    const recipes = read('CONTRIBUTING.md').split('## Recipes')[1]?.split('\n### ').slice(1) ?? [];
    expect(recipes).toHaveLength(7);
    for (const recipe of recipes) {
      const files = recipe.match(/^\| .*`.*\|$/gm) ?? [];
      expect(`${files.length} files`, recipe).toBe(/^\d+ files/m.exec(recipe)?.[0]);
    }
  });
});
