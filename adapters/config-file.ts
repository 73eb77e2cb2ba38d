import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Config, parseConfig } from '../core/contracts/config.ts';
import { AppError } from '../core/model/errors.ts';

/**
 * Reads a configuration file, which exports its configuration as default.
 * @throws AppError `BadConfig` if there is no such file, or that lists every problem of it
 */
export async function loadConfig(file: string): Promise<Config> {
  const url = pathToFileURL(resolve(file)).href;
  const module: { readonly default?: unknown } = await import(url).catch(
    (cause: Error & { code?: string; url?: string }) => {
      const missing = cause.code === 'ERR_MODULE_NOT_FOUND' && cause.url === url;
      throw missing ? new AppError('BadConfig', `there is no file ${resolve(file)}`, { cause }) : cause;
    },
  );
  return parseConfig(module.default, file);
}
