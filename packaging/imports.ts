import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const IMPORT = /(?:\bfrom|\bimport\(|^import) ?['"]([\w@.][\w@./:-]*)['"]/gm;

/** What compiled code needs, from its entry points on. */
export interface Needed {
  /** Files of the folder, without `.js` or `.d.ts`. */
  readonly modules: readonly string[];
  /** Names of npm packages. */
  readonly packages: readonly string[];
}

/**
 * Follows the imports of compiled code and of its declarations.
 * @param entries files of the folder, without their endings
 * @throws Error if an import names a file that was not compiled
 */
export function neededBy(entries: readonly string[], folder: string): Needed {
  const modules = new Set<string>();
  const packages = new Set<string>();
  const waiting = [...entries];
  for (let module = waiting.pop(); module !== undefined; module = waiting.pop()) {
    if (modules.has(module)) continue;
    if (!existsSync(join(folder, `${module}.js`))) throw new Error(`${module}.js was not compiled`);
    modules.add(module);
    for (const specifier of importsOf(join(folder, module))) {
      if (specifier.startsWith('.'))
        waiting.push(normalize(join(dirname(module), specifier)).replace(/\.js$/, ''));
      else if (!specifier.startsWith('node:')) packages.add(packageOf(specifier));
    }
  }
  return { modules: [...modules].sort(), packages: [...packages].sort() };
}

function importsOf(module: string): readonly string[] {
  return ['.js', '.d.ts'].flatMap((ending) =>
    [...readFileSync(`${module}${ending}`, 'utf8').matchAll(IMPORT)].map(([, specifier = '']) => specifier),
  );
}

/** `@scope/name/file` → `@scope/name`. */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
