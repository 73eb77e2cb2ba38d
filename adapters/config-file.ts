import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Config, parseConfig } from '../core/contracts/config.ts';
import { AppError } from '../core/model/errors.ts';

/**
 * Reads a configuration file, which exports its configuration as default.
 * @throws AppError `NoConfig` if there is no such file, `BadConfig` that lists every problem of it, or says why it cannot be loaded
 */
export async function loadConfig(file: string): Promise<Config> {
  const path = resolve(file);
  await access(path).catch((cause: unknown) => {
    throw new AppError('NoConfig', `there is no file ${path}`, { cause });
  });
  const module: { readonly default?: unknown } = await import(pathToFileURL(path).href).catch(
    (cause: Error) => {
      throw new AppError('BadConfig', `${path} cannot be loaded: ${cause.message}`, { cause });
    },
  );
  return parseConfig(module.default, file);
}
