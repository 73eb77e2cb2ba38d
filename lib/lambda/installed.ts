import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type BuiltLambdas, builtIn } from './bundles.ts';

const ROOT = join(import.meta.dirname, '../..');

let built: BuiltLambdas | undefined;

/** The Lambdas of this installation: an npm package carries them built, a checkout builds them into `out/lambdas`. */
export function installedLambdas(): BuiltLambdas {
  built ??= existsSync(join(ROOT, 'lambdas/watch-vault/index.mjs'))
    ? builtIn(join(ROOT, 'lambdas'))
    : build();
  return built;
}

/** Not an import: the package has neither the sources nor esbuild. */
function build(): BuiltLambdas {
  const { bundleLambdas }: typeof import('./bundle.ts') = createRequire(import.meta.url)('./bundle.ts');
  return bundleLambdas({ lambdas: join(ROOT, 'lambdas'), out: join(ROOT, 'out/lambdas') });
}
