import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { AppError } from '../../core/model/errors.ts';

const PACKAGE = 'redrill';

/**
 * The configuration imports `redrill/config`: Node must find the package from the folder.
 * @throws AppError `NotInstalled`
 */
export function requireInstalled(folder: string): void {
  const start = resolve(folder);
  if (isRedrill(start) || foldersAbove(start).some((each) => existsSync(join(each, 'node_modules', PACKAGE))))
    return;
  throw new AppError(
    'NotInstalled',
    `the package ${PACKAGE}, which a configuration imports, is not installed in ${start}; install it with: npm install ${PACKAGE}`,
  );
}

/** Whether the folder is in Redrill's own package, which finds itself by its name. */
function isRedrill(start: string): boolean {
  const own = foldersAbove(start).find((each) => existsSync(join(each, 'package.json')));
  if (own === undefined) return false;
  return JSON.parse(readFileSync(join(own, 'package.json'), 'utf8')).name === PACKAGE;
}

function foldersAbove(folder: string): readonly string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...foldersAbove(above)];
}
