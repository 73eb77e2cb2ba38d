import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { buildSync } from 'esbuild';
import type { Config } from '../../core/contracts/config.ts';
import { CONFIG_FILE } from '../../core/contracts/environment.ts';
import { AppError } from '../../core/model/errors.ts';

/** The folder to deploy for each Lambda, by its name. */
export interface Bundles {
  /** @throws AppError `BadConfig` if there is no Lambda of that name */
  folder(lambda: string): string;
}

export interface BundleProps {
  /** Folder with one entry file per Lambda. */
  readonly lambdas: string;
  /** Where the bundles go: one folder per Lambda. */
  readonly out: string;
  /** Goes with every Lambda, so that a deployment is what changes it. */
  readonly config: Config;
}

/** CommonJS dependencies call `require`, which ESM does not have. */
const REQUIRE_FOR_COMMON_JS =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/**
 * Bundles all Lambdas in one esbuild run; NodejsFunction would start one process each, which takes synthesis from
 * seconds to a minute. The SDK is bundled too: that pins it, and halves the import time of the runtime's own copy.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html (checked 2026-11-21)
 */
export function bundleLambdas(props: BundleProps): Bundles {
  const { lambdas, out } = props;
  buildSync({
    entryPoints: namesIn(lambdas).map((name) => ({
      in: join(lambdas, `${name}.ts`),
      out: join(name, 'index'),
    })),
    outdir: out,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    banner: { js: REQUIRE_FOR_COMMON_JS },
    legalComments: 'none',
    logLevel: 'warning',
  });
  return configureBundles(props);
}

/** Puts the configuration beside bundles that are there; they are the same whatever the configuration is. */
export function configureBundles({ lambdas, out, config }: BundleProps): Bundles {
  for (const name of namesIn(lambdas)) {
    mkdirSync(join(out, name), { recursive: true });
    writeFileSync(join(out, name, CONFIG_FILE), `${JSON.stringify(config, undefined, 2)}\n`);
  }
  return { folder: (lambda) => folderOf(lambda, lambdas, out) };
}

function namesIn(lambdas: string): readonly string[] {
  return readdirSync(lambdas)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => basename(file, '.ts'))
    .sort();
}

function folderOf(lambda: string, lambdas: string, out: string): string {
  const folder = join(out, lambda);
  if (existsSync(join(folder, 'index.mjs')) && existsSync(join(lambdas, `${lambda}.ts`))) return folder;
  throw new AppError('BadConfig', `there is no Lambda '${lambda}'; write ${join(lambdas, `${lambda}.ts`)}`);
}
