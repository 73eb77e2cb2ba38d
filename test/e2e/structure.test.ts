import { globSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';

const PROJECT = join(import.meta.dirname, '../..');

/** Lines that a Lambda's handler may have: `run`, and the handler that gives it the world. */
const HANDLER_LINES_MAX = 30;

const sourcesIn = (folder: string) => globSync(`${folder}/**/*.ts`, { cwd: PROJECT }).sort();
const textOf = (file: string) => readFileSync(join(PROJECT, file), 'utf8');

/** Lines of a top-level declaration, from its first to the line that closes it. */
function linesOf(text: string, opening: RegExp): number {
  const lines = text.split('\n');
  const first = lines.findIndex((line) => opening.test(line));
  const isEnd = (line: string, at: number) =>
    at >= first && (/^(?:\}|\);)/.test(line) || (at === first && line.endsWith(';')));
  const last = lines.findIndex(isEnd);
  return first < 0 || last < 0 ? Number.NaN : last - first + 1;
}

describe('the handler of', () => {
  test.each(sourcesIn('lambdas'))('%s is short', (file) => {
    const text = textOf(file);
    expect(linesOf(text, /^export async function run\b/)).toBeLessThanOrEqual(HANDLER_LINES_MAX);
    expect(linesOf(text, /^export const handler\b/)).toBeLessThanOrEqual(HANDLER_LINES_MAX);
  });
});

/**
 * Which folders and packages each folder may import from; `node:` modules count as the package `node`. What is not
 * listed here is free.
 */
const BOUNDARIES: Readonly<
  Record<string, { readonly folders: readonly string[]; readonly packages?: readonly string[] }>
> = {
  core: { folders: ['core'], packages: ['zod'] },
  // The package is the compiler of its core, at build time; the linter holds the rest to no package at all.
  rdb: { folders: ['rdb'], packages: ['node', 'assemblyscript'] },
  adapters: { folders: ['adapters', 'core', 'rdb'] },
  lambdas: { folders: ['lambdas', 'adapters', 'core'] },
  lib: { folders: ['lib', 'core'] },
  cli: { folders: ['cli', 'adapters', 'core', 'rdb', 'local', 'lib', 'package.json'] },
  simulate: { folders: ['simulate', 'adapters', 'core', 'rdb', 'lambdas', 'lib', 'local'] },
  local: { folders: ['local', 'adapters', 'core', 'rdb', 'redrill.config.ts'] },
};

interface Import {
  readonly file: string;
  readonly from: string;
}

const STATEMENT = /^(?:import|export)\s[^;'"]*?from\s+'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'\)/gm;

function importsIn(folder: string): readonly Import[] {
  return sourcesIn(folder).flatMap((file) =>
    [...textOf(file).matchAll(STATEMENT)].map(([, from, bare, dynamic]) => ({
      file,
      from: from ?? bare ?? dynamic ?? '',
    })),
  );
}

/** `core`, `zod`, `node`: the folder of this project, or the package, that an import leads to. */
function targetOf({ file, from }: Import): { readonly folder?: string; readonly package?: string } {
  if (from.startsWith('.')) {
    const path = relative(PROJECT, join(PROJECT, file, '..', from));
    return { folder: path.split('/')[0] ?? '' };
  }
  return {
    package: from.startsWith('node:')
      ? 'node'
      : from
          .split('/')
          .slice(0, from.startsWith('@') ? 2 : 1)
          .join('/'),
  };
}

describe('the imports of', () => {
  test.each(Object.entries(BOUNDARIES))('%s stay within its boundaries', (folder, { folders, packages }) => {
    const imports = importsIn(folder);
    expect(imports.length).toBeGreaterThan(0);
    const strays = imports.filter((each) => {
      const target = targetOf(each);
      if (target.folder !== undefined) return !folders.includes(target.folder);
      return packages !== undefined && !packages.includes(target.package ?? '');
    });
    expect(strays.map(({ file, from }) => `${file} imports ${from}`)).toEqual([]);
  });

  test('lib reaches into core for contracts and model only', () => {
    const strays = importsIn('lib').filter(
      (each) => targetOf(each).folder === 'core' && !/core\/(?:contracts|model)\//.test(each.from),
    );
    expect(strays).toEqual([]);
  });

  test('core reads no clock, no randomness and no environment', () => {
    const impure = /\b(?:Date\.now\(|new Date\(\)|Math\.random\(|process\.|globalThis\.|fetch\()/;
    const strays = sourcesIn('core').flatMap((file) =>
      textOf(file)
        .split('\n')
        .filter((line) => impure.test(line) && !/^\s*(?:\/?\*|\/\/)/.test(line))
        .map((line) => `${file}: ${line.trim()}`),
    );
    expect(strays).toEqual([]);
  });
});
