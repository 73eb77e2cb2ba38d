import { execFileSync } from 'node:child_process';
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');

/**
 * Compiles all sources at once: the packages import each other by name, and the compiler checks them together.
 * @param out emptied first; gets the folders of this repository with JavaScript and declarations
 */
export function compile(out: string): void {
  rmSync(out, { recursive: true, force: true });
  const tsc = join(ROOT, 'node_modules/.bin/tsc');
  execFileSync(tsc, ['--project', join(ROOT, 'packaging/tsconfig.json'), '--outDir', out], {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  for (const file of globSync('**/*.d.ts', { cwd: out })) rewriteImports(join(out, file));
}

/** The compiler rewrites `./x.ts` to `./x.js` in JavaScript, but not in declarations. https://github.com/microsoft/TypeScript/issues/61037 */
function rewriteImports(file: string): void {
  const text = readFileSync(file, 'utf8');
  const rewritten = text.replaceAll(/((?:from|import\() ?['"]\.[^'"]*)\.ts(['"])/g, '$1.js$2');
  if (rewritten !== text) writeFileSync(file, rewritten);
}
