import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mutationNamed } from './planted/mutations.ts';

/**
 * Loaded before anything else: `node --import ./simulate/hooks.ts`. Gives the product a reader that remembers what it has
 * read and a hash that is there at once, and, if REDRILL_PLANTED names a bug, plants it: the one file that it is in is loaded with the bug.
 */

const PROJECT = fileURLToPath(new URL('..', import.meta.url));
/** What stands in for what, where the product imports it. */
const STAND_INS: readonly (readonly [RegExp, string])[] = [
  [/^@redrill\/rdb$/, new URL('./remembered-reader.ts', import.meta.url).href],
  [/\/json-document\.ts$/, new URL('./remembered-document.ts', import.meta.url).href],
  [/^hash-wasm$/, new URL('./prompt-hash.ts', import.meta.url).href],
];
const planted = process.env.REDRILL_PLANTED;
const mutation = planted === undefined ? undefined : mutationNamed(planted);

registerHooks({
  resolve: (specifier, context, next) => {
    const isProduct = /\/(adapters|vault|watch|live|lambdas)\//.test(
      (context.parentURL ?? '').replace(/.*node_modules/, ''),
    );
    const [, url] = STAND_INS.find(([pattern]) => isProduct && pattern.test(specifier)) ?? [];
    return url === undefined
      ? next(specifier, context)
      : { url, format: 'module-typescript', shortCircuit: true };
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
