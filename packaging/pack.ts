import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bundleProgram } from '../cli/ship/bundle-program.ts';
import { PROGRAM } from '../cli/ship/program.ts';
import { bundleLambdas } from '../lib/lambda/bundle.ts';
import { compile } from './compile.ts';
import { neededBy } from './imports.ts';
import { exportsOf, manifestOf, readManifest } from './manifest.ts';
import { PACKAGES, type PackageSource } from './packages.ts';

const ROOT = join(import.meta.dirname, '..');

/**
 * Makes the folders of all packages.
 * @param out gets a folder for each, by its name
 * @returns the folders
 */
export function assembleAll(out: string): readonly string[] {
  const compiled = join(out, 'compiled');
  compile(compiled);
  const folders = PACKAGES.map((source) => assemble(source, compiled, out));
  rmSync(compiled, { recursive: true, force: true });
  return folders;
}

function assemble(source: PackageSource, allCompiled: string, out: string): string {
  const folder = join(out, source.name);
  const sources = join(ROOT, source.from);
  const compiled = join(allCompiled, source.from);
  const own = readManifest(sources);
  const entries = [
    ...Object.values(exportsOf(source, own)),
    ...Object.values(source.bin),
    ...source.programs,
  ];
  const { modules, packages } = neededBy(entries, compiled);
  rmSync(folder, { recursive: true, force: true });
  copy(
    compiled,
    modules.flatMap((module) => [`${module}.js`, `${module}.d.ts`]),
    folder,
  );
  copy(
    sources,
    source.files.flatMap((pattern) => globSync(pattern, { cwd: sources })),
    folder,
  );
  copy(ROOT, ['LICENSE'], folder);
  if (source.name === 'redrill') {
    bundleLambdas({ lambdas: join(ROOT, 'lambdas'), out: join(folder, 'lambdas') });
    bundleProgram(join(folder, PROGRAM));
  }
  for (const program of Object.values(source.bin)) chmodSync(join(folder, `${program}.js`), 0o755);
  const manifest = manifestOf(source, own, packages);
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
  return folder;
}

function copy(from: string, files: readonly string[], to: string): void {
  for (const file of files) {
    mkdirSync(dirname(join(to, file)), { recursive: true });
    cpSync(join(from, file), join(to, file));
  }
}

/** Makes the tarball of a package. @returns one line about it, for people */
export function pack(folder: string, out: string): string {
  const printed = execFileSync(
    'npm',
    ['pack', folder, '--json', '--ignore-scripts', '--pack-destination', out],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const [{ filename, size, entryCount }] = JSON.parse(printed) as [
    { readonly filename: string; readonly size: number; readonly entryCount: number },
  ];
  return `${filename}  ${entryCount} files, ${(size / 1e6).toFixed(1)} MB`;
}
