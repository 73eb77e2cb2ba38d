import type { Command } from 'commander';
import { AppError } from '../core/model/errors.ts';
import { looksLikeFile } from './file-or-point.ts';
import { withoutPassword } from './url-password.ts';

/**
 * Of a command that takes a recovery point in one word only, beside a file or a cache.
 * @throws AppError `BadInput` if there are more words than it takes, and how a point is written
 */
export function refuseMoreWords({ args, registeredArguments }: Command): void {
  const expected = registeredArguments.map((argument) => `<${argument.name()}>`);
  if (args.length <= expected.length) return;
  const found = args.map((word) => `'${withoutPassword(word)}'`).join(' ');
  const [first = '', second = ''] = args.map(withoutPassword);
  const instead = looksLikeFile(first)
    ? 'one file is taken at a time'
    : `a recovery point is one word here: ${first}/${second}`;
  throw new AppError('BadInput', `expected ${expected.join(' ')}, found ${found}; ${instead}`);
}
