import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Config } from '../../core/contracts/config.ts';
import { parseConfig } from '../../core/contracts/parse-config.ts';
import { AppError } from '../../core/model/errors.ts';

/** Names of the configuration of a folder: commands find it without `--config`. */
export const CONFIG_FILES = [
  'redrill.config.ts',
  'redrill.config.mts',
  'redrill.config.mjs',
  'redrill.config.js',
] as const;

/** The configurations that a folder has; more than one is a mistake. */
export function configFilesIn(folder: string): readonly string[] {
  return CONFIG_FILES.filter((name) => existsSync(join(folder, name))).map((name) => join(folder, name));
}

/**
 * The configuration of a folder: the only one of {@link CONFIG_FILES} that is there.
 * @throws AppError `NoConfig` if there is none, `AmbiguousConfig` that names all of several
 */
export function configFileIn(folder: string): string {
  const [file, ...others] = configFilesIn(folder);
  if (file === undefined)
    throw new AppError(
      'NoConfig',
      `${resolve(folder)} has no configuration: redrill.config.ts, .mts, .mjs or .js`,
    );
  if (others.length > 0)
    throw new AppError(
      'AmbiguousConfig',
      `${resolve(folder)} has more than one configuration: ${configFilesIn(folder)
        .map((each) => basename(each))
        .join(', ')}`,
    );
  return file;
}

/** What Node can import as a module; JSON cannot be, as it exports nothing. */
const MODULE = /\.[cm]?[jt]s$/;

/**
 * Reads a configuration file, which exports its configuration as default.
 * @param file by default that of the current folder
 * @throws AppError `AmbiguousConfig`, `NoConfig` if there is no such file, `BadConfig` that lists every problem of it, or says why it cannot be loaded
 */
export async function loadConfig(file = configFileIn('.')): Promise<Config> {
  const path = resolve(file);
  const found = await stat(path).catch((cause: unknown) => {
    throw new AppError('NoConfig', `there is no file ${path}`, { cause });
  });
  if (!found.isFile() || !MODULE.test(path))
    throw new AppError(
      'BadConfig',
      `${path} is not a configuration; give a .ts, .mts, .js or .mjs file, such as redrill.config.ts`,
    );
  const module: { readonly default?: unknown } = await import(pathToFileURL(path).href).catch(
    (cause: Error) => {
      throw new AppError('BadConfig', `${path} cannot be loaded: ${cause.message}${lineOf(cause)}`, {
        cause,
      });
    },
  );
  const config = defaultOf(module);
  if (config === undefined)
    throw new AppError(
      'BadConfig',
      `${path} has no default export; write: export default defineConfig({ … })`,
    );
  return parseConfig(config, file);
}

/** TypeScript that compiles to CommonJS makes the default export a member of what Node takes for it. */
function defaultOf(module: { readonly default?: unknown }): unknown {
  const { default: exported } = module;
  const isCompiled = typeof exported === 'object' && exported !== null && '__esModule' in exported;
  return isCompiled ? Reflect.get(exported, 'default') : exported;
}

/** Where a file of TypeScript is wrong: Node says it above the error's name only. */
function lineOf({ stack = '' }: Error): string {
  const [, line] = /^\S+:(\d+)\n/.exec(stack) ?? [];
  return line === undefined ? '' : ` (line ${line})`;
}
