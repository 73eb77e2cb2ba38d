import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { LAYERS, type Layer } from './layers.ts';

const AROUND = ['demo', 'proofs', 'simulate', 'docs', 'test'];

const SOURCES = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts'], {
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '');

const KNOWN = new Set(SOURCES);

const IMPORT = /\b(?:from|import\()\s*'([^'\n;:]+)'|^import '([^'\n]+)'/gm;

/** AssemblyScript names files without their ending. */
const fileAt = (path: string): string => (KNOWN.has(`${path}.ts`) ? `${path}.ts` : path);

/** What a file imports: paths from the root of the repository, and names of packages. */
function importsOf(file: string): readonly string[] {
  return [...readFileSync(file, 'utf8').matchAll(IMPORT)].map(([, from, alone]) => {
    const specifier = from ?? alone ?? '';
    return specifier.startsWith('.') ? fileAt(normalize(join(dirname(file), specifier))) : specifier;
  });
}

const IMPORTS = new Map(SOURCES.map((file) => [file, importsOf(file)]));

const isIn = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

function isAllowed(imported: string, { folder, own, npm }: Layer): boolean {
  if (isIn(imported, folder) || own.some((each) => isIn(imported, each))) return true;
  const isOfHere =
    IMPORTS.has(imported) || imported.startsWith('@redrill/') || AROUND.some((each) => isIn(imported, each));
  if (isOfHere) return false;
  return npm === undefined || npm.includes(imported);
}

test.each(LAYERS.map((layer) => [layer.folder, layer] as const))(
  '%s imports only what it may',
  (folder, layer) => {
    const files = SOURCES.filter((file) => LAYERS.find((each) => isIn(file, each.folder)) === layer);
    expect(files.length).toBeGreaterThan(0);
    const found = files.flatMap((file) =>
      (IMPORTS.get(file) ?? [])
        .filter((imported) => !isAllowed(imported, layer))
        .map((imported) => `${file} imports ${imported}`),
    );
    expect(found, folder).toEqual([]);
  },
);

test('no file imports itself by way of others', () => {
  const visited = new Map<string, 'open' | 'done'>();
  const circles: string[] = [];
  const visit = (file: string, way: readonly string[]): void => {
    if (visited.get(file) === 'done') return;
    if (visited.get(file) === 'open') {
      circles.push([...way.slice(way.indexOf(file)), file].join(' → '));
      return;
    }
    visited.set(file, 'open');
    for (const next of IMPORTS.get(file) ?? []) if (IMPORTS.has(next)) visit(next, [...way, file]);
    visited.set(file, 'done');
  };
  for (const file of SOURCES) visit(file, []);
  expect(circles).toEqual([]);
});
