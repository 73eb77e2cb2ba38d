import { execFileSync } from 'node:child_process';
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const ROOT = join(import.meta.dirname, '..');

/**
 * Compiles all sources at once: the packages import each other by name, and the compiler checks them together.
 * @param out emptied first; gets the folders of this repository with JavaScript and declarations
 */
export function compile(out: string): void {
  rmSync(out, { recursive: true, force: true });
  writeDeclarations(out);
  writeJavaScript(out);
  for (const file of globSync('**/*.{js,d.ts}', { cwd: out })) rewriteImports(join(out, file));
}

function writeDeclarations(out: string): void {
  const tsc = join(ROOT, 'node_modules/.bin/tsc');
  execFileSync(tsc, ['--project', join(ROOT, 'packaging/tsconfig.json'), '--outDir', out], {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}

/**
 * Of each file that has a declaration. Not by TypeScript 7.0: in a class that it gives an alias it renames what has the
 * class's name, so `{ Execution: … }` in `class Execution` became `{ _a: … }`.
 */
function writeJavaScript(out: string): void {
  const modules = globSync('**/*.d.ts', { cwd: out }).map((file) => file.replace(/\.d\.ts$/, '.ts'));
  buildSync({
    absWorkingDir: ROOT,
    entryPoints: modules,
    outbase: '.',
    outdir: out,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    logLevel: 'warning',
  });
}

/** TypeScript leaves `./x.ts` as it is in declarations, and esbuild in JavaScript. https://github.com/microsoft/TypeScript/issues/61037 */
function rewriteImports(file: string): void {
  const text = readFileSync(file, 'utf8');
  const rewritten = text.replaceAll(/((?:from|import(?:\(| ?)) ?['"]\.[^'"]*)\.ts(['"])/g, '$1.js$2');
  if (rewritten !== text) writeFileSync(file, rewritten);
}
