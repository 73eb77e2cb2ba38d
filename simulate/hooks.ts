import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mutationNamed } from './planted/mutations.ts';

/**
 * Loaded before anything else: `node --import ./simulate/hooks.ts`. Gives the product a reader that remembers what it has
 * read, and, if REDRILL_PLANTED names a bug, plants it: the one file that it is in is loaded with the bug.
 */

const PROJECT = fileURLToPath(new URL('..', import.meta.url));
const REMEMBERED = new URL('./remembered-reader.ts', import.meta.url).href;
const planted = process.env.REDRILL_PLANTED;
const mutation = planted === undefined ? undefined : mutationNamed(planted);

registerHooks({
  resolve: (specifier, context, next) => {
    const isReader =
      /\/rdb\/index\.ts$/.test(specifier) && /\/(adapters|lambdas)\//.test(context.parentURL ?? '');
    return isReader
      ? { url: REMEMBERED, format: 'module-typescript', shortCircuit: true }
      : next(specifier, context);
  },
  load: (url, context, next) => {
    if (mutation === undefined || !url.startsWith('file:')) return next(url, context);
    const file = fileURLToPath(url);
    if (relative(PROJECT, file) !== mutation.file) return next(url, context);
    const text = readFileSync(file, 'utf8');
    const parts = text.split(mutation.find);
    if (parts.length !== 2)
      throw new Error(
        `planted bug '${mutation.name}': ${mutation.file} holds what it replaces ${parts.length - 1} times, not once`,
      );
    return { format: 'module-typescript', source: parts.join(mutation.replace), shortCircuit: true };
  },
});
