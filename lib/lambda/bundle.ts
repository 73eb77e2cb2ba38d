import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { buildSync } from 'esbuild';
import { type BuiltLambdas, builtIn } from './bundles.ts';

export interface BundleProps {
  /** Folder with one entry file per Lambda. */
  readonly lambdas: string;
  /** Gets the bundles: one folder per Lambda. */
  readonly out: string;
}

/** CommonJS dependencies call `require`, which ESM does not have. */
export const REQUIRE_FOR_COMMON_JS =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/** What runs before every Lambda, and what takes the place of a package that a Lambda needs a small part of. */
const ADAPTERS = join(import.meta.dirname, '../../adapters/lambda');
const FIRST = [join(ADAPTERS, 'interpreted-schemas.ts')];
const INSTEAD = { '@aws-sdk/credential-provider-node': join(ADAPTERS, 'credentials.ts') };

/**
 * Bundles all Lambdas in one esbuild run; NodejsFunction would start one process each, which takes synthesis from
 * seconds to a minute. The SDK is bundled too: that pins it, and halves the import time of the runtime's own copy.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html (checked 2026-11-21)
 */
export function bundleLambdas({ lambdas, out }: BundleProps): BuiltLambdas {
  const names = namesIn(lambdas);
  removeOthers(out, names);
  buildSync({
    entryPoints: names.map((name) => ({ in: join(lambdas, `${name}.ts`), out: join(name, 'index') })),
    outdir: out,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    inject: FIRST,
    alias: INSTEAD,
    banner: { js: REQUIRE_FOR_COMMON_JS },
    legalComments: 'none',
    logLevel: 'warning',
  });
  return builtIn(out);
}

function namesIn(lambdas: string): readonly string[] {
  return readdirSync(lambdas)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => basename(file, '.ts'))
    .sort();
}

/** What an earlier build left of Lambdas that are gone. */
function removeOthers(out: string, names: readonly string[]): void {
  mkdirSync(out, { recursive: true });
  for (const folder of readdirSync(out))
    if (!names.includes(folder)) rmSync(join(out, folder), { recursive: true, force: true });
}
