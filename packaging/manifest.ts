import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PackageSource } from './packages.ts';

/** What a package takes over from the package.json of its sources. */
export interface SourceManifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  /** Paths of sources, by name. */
  readonly exports: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** Where types of a package that has none of its own are. */
const TYPES: Readonly<Record<string, string>> = { 'aws-lambda': '@types/aws-lambda' };

export function readManifest(folder: string): SourceManifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

/** `./model/index.ts` → `model/index`. */
export const moduleOf = (path: string): string => path.replace(/^\.\//, '').replace(/\.ts$/, '');

/** The entry points that a package has for those who install it: file by name. */
export function exportsOf(source: PackageSource, own: SourceManifest): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(own.exports)
      .filter(([name]) => !source.notExported.includes(name))
      .map(([name, path]) => [name, moduleOf(path)]),
  );
}

/**
 * The package.json of a package.
 * @param packages that its code imports
 * @throws Error if one of them is not declared in the package.json of the sources
 */
export function manifestOf(source: PackageSource, own: SourceManifest, packages: readonly string[]): object {
  return {
    name: own.name,
    version: own.version,
    description: own.description,
    license: own.license,
    type: 'module',
    engines: { node: source.node },
    bin: mapped(source.bin, (module) => `${module}.js`),
    exports: {
      ...mapped(exportsOf(source, own), (module) => ({
        types: `./${module}.d.ts`,
        default: `./${module}.js`,
      })),
      './package.json': './package.json',
    },
    ...forOldResolution(exportsOf(source, own)),
    dependencies: dependenciesOf(own, packages, source.peers),
    peerDependencies: source.peers,
  };
}

/** For apps with `"module": "commonjs"`, whose TypeScript reads no `exports`; many CDK apps were begun with it. */
function forOldResolution({ '.': main, ...others }: Readonly<Record<string, string>>): object {
  const named = Object.entries(others).map(([name, module]) => [name.slice(2), [`./${module}.d.ts`]]);
  return {
    ...(main === undefined ? {} : { main: `./${main}.js`, types: `./${main}.d.ts` }),
    ...(named.length === 0 ? {} : { typesVersions: { '*': Object.fromEntries(named) } }),
  };
}

function mapped<Result>(
  values: Readonly<Record<string, string>>,
  to: (value: string) => Result,
): Readonly<Record<string, Result>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, to(value)]));
}

function dependenciesOf(
  own: SourceManifest,
  packages: readonly string[],
  peers: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const declared = { ...own.devDependencies, ...own.dependencies };
  const needed = packages
    .map((name) => TYPES[name] ?? name)
    .filter((name) => name !== own.name && !(name in peers));
  return Object.fromEntries(
    needed.map((name) => {
      const version = declared[name];
      if (version === undefined) throw new Error(`${own.name} imports ${name}, which its package.json lacks`);
      return [name, version];
    }),
  );
}
