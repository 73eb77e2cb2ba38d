import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../core/contracts/config.ts';
import { CONFIG_FILE } from '../../core/contracts/environment.ts';
import { AppError } from '../../core/model/errors.ts';

/** The folder to deploy for each Lambda, by its name. */
export interface Bundles {
  /** @throws AppError `BadConfig` if there is no Lambda of that name */
  folder(lambda: string): string;
}

export interface BundlesProps {
  /** The bundles: one folder per Lambda. */
  readonly out: string;
  /** Goes with every Lambda, so that a deployment is what changes it. */
  readonly config: Config;
}

/** Puts the configuration beside bundles that are there; they are the same whatever the configuration is. */
export function configureBundles({ out, config }: BundlesProps): Bundles {
  for (const name of readdirSync(out))
    writeFileSync(join(out, name, CONFIG_FILE), `${JSON.stringify(config, undefined, 2)}\n`);
  return { folder: (lambda) => folderOf(lambda, out) };
}

/**
 * Configures a copy of bundles that an installed package carries: several projects may share the package. The copy is
 * deleted when this process ends.
 */
export function configureCopy({ out: built, config }: BundlesProps): Bundles {
  const out = mkdtempSync(join(tmpdir(), 'redrill-lambdas-'));
  process.once('exit', () => rmSync(out, { recursive: true, force: true }));
  cpSync(built, out, { recursive: true });
  return configureBundles({ out, config });
}

function folderOf(lambda: string, out: string): string {
  const folder = join(out, lambda);
  if (existsSync(join(folder, 'index.mjs'))) return folder;
  throw new AppError('BadConfig', `there is no Lambda '${lambda}' in ${out}; write lambdas/${lambda}.ts`);
}
