import { loadConfig } from '../../adapters/files/config-file.ts';
import { ExitStatus } from '../exit-status.ts';
import { planText } from './text.ts';

interface PlanOptions {
  readonly config?: string;
  /** GB */
  readonly gb: number;
  readonly shards: number;
  readonly json?: true;
}

/**
 * Prints what a configuration means; needs no credentials. @returns the exit status: bad if a plan cannot keep its promise
 * @throws AppError `BadConfig` with every problem
 */
export async function plan({ config: file, gb, shards, json }: PlanOptions): Promise<number> {
  const config = await loadConfig(file);
  if (process.stderr.isTTY) console.error('Synthesising the stacks, to count their steps …');
  // The CDK takes a second to load: after everything that is refused without it.
  const [{ meaningOf }, { synthesise }] = await Promise.all([
    import('./meaning.ts'),
    import('./templates.ts'),
  ]);
  const meaning = meaningOf({ config, templates: synthesise(config) }, { gb, shards });
  console.log(json ? JSON.stringify(meaning, null, 2) : planText(meaning));
  return meaning.plans.some(({ problems }) => problems.length > 0) ? ExitStatus.bad : ExitStatus.good;
}
