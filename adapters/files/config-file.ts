import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Config } from '../../core/contracts/config.ts';
import { parseConfig } from '../../core/contracts/parse-config.ts';
import { AppError } from '../../core/model/errors.ts';

/** What Node can import as a module; JSON cannot be, as it exports nothing. */
const MODULE = /\.[cm]?[jt]s$/;

/**
 * Reads a configuration file, which exports its configuration as default.
 * @throws AppError `NoConfig` if there is no such file, `BadConfig` that lists every problem of it, or says why it cannot be loaded
 */
export async function loadConfig(file: string): Promise<Config> {
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
  if (module.default === undefined)
    throw new AppError(
      'BadConfig',
      `${path} has no default export; write: export default defineConfig({ … })`,
    );
  return parseConfig(module.default, file);
}

/** Where a file of TypeScript is wrong: Node says it above the error's name only. */
function lineOf({ stack = '' }: Error): string {
  const [, line] = /^\S+:(\d+)\n/.exec(stack) ?? [];
  return line === undefined ? '' : ` (line ${line})`;
}
