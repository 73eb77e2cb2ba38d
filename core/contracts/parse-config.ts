import { AppError } from '../model/errors.ts';
import { type Config, configSchema } from './config.ts';
import { configProblems } from './config-rules.ts';
import { fitContract } from './problems.ts';
import { rehearsalProblems, withRehearsal } from './rehearsal.ts';

/**
 * @throws AppError `BadConfig` that lists every problem: where, the wrong value, and the fix
 */
export function parseConfig(input: unknown, file = 'redrill.config.ts'): Config {
  const parsed = fitContract(input, configSchema, 'the configuration');
  const problems = parsed.fits
    ? [...configProblems(parsed.value), ...rehearsalProblems(parsed.value)]
    : parsed.problems;
  if (parsed.fits && problems.length === 0) return withRehearsal(parsed.value);
  throw new AppError(
    'BadConfig',
    `${file} cannot be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
  );
}
