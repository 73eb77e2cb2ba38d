import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Config, parseConfig } from '../core/contracts/config.ts';
import { AppError } from '../core/model/errors.ts';

/**
 * Reads a configuration file, which exports its configuration as default.
 * @throws AppError `NoConfig` if there is no such file, `BadConfig` that lists every problem of it, or says why it cannot be loaded
 */
export async function loadConfig(file: string): Promise<Config> {
  const url = pathToFileURL(resolve(file)).href;
  const module: { readonly default?: unknown } = await import(url).catch(
    (cause: Error & { code?: string; url?: string }) => {
      const isMissing = cause.code === 'ERR_MODULE_NOT_FOUND' && cause.url === url;
      if (isMissing) throw new AppError('NoConfig', `there is no file ${resolve(file)}`, { cause });
      throw new AppError('BadConfig', `${resolve(file)} cannot be loaded: ${cause.message}`, { cause });
    },
  );
  return parseConfig(module.default, file);
}
