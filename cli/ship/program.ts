import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
/** Where an npm package has it. */
export const PROGRAM = 'host/redrill-ship.mjs';

/** `redrill ship` as one file for hosts: an npm package carries it built, a checkout builds it into `out/host`. */
export function programText(): string {
  const packaged = join(ROOT, PROGRAM);
  return readFileSync(existsSync(packaged) ? packaged : built(join(ROOT, 'out', PROGRAM)), 'utf8');
}

/** Not an import: the package has neither the sources nor esbuild. */
function built(file: string): string {
  const { bundleProgram }: typeof import('./bundle-program.ts') = createRequire(import.meta.url)(
    './bundle-program.ts',
  );
  bundleProgram(file);
  return file;
}
