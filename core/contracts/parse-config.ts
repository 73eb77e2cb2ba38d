import { type Config, configSchema } from './config.ts';
import { configProblems } from './config-rules.ts';
import { cannotBeUsed, type Fit, fitContract } from './problems.ts';
import { rehearsalProblems, withRehearsal } from './rehearsal.ts';

/** A configuration as it was written, or every problem of it: `<field>: <the wrong value, and the fix>`. */
export function fitConfig(input: unknown): Fit<Config> {
  const parsed = fitContract(input, configSchema, 'the configuration');
  if (!parsed.fits) return parsed;
  const problems = [...configProblems(parsed.value), ...rehearsalProblems(parsed.value)];
  return problems.length === 0 ? parsed : { fits: false, problems };
}

/**
 * @throws AppError `BadConfig` that lists every problem: where, the wrong value, and the fix
 */
export function parseConfig(input: unknown, file = 'redrill.config.ts'): Config {
  const fitted = fitConfig(input);
  if (fitted.fits) return withRehearsal(fitted.value);
  throw cannotBeUsed(file, fitted.problems);
}
