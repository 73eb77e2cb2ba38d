import { loadConfig } from '../../adapters/files/config-file.ts';
import { AppError } from '../../core/model/errors.ts';
import { ExitStatus } from '../exit-status.ts';
import { planText } from './text.ts';

interface PlanOptions {
  readonly config?: string;
  readonly gb: string;
  readonly shards: string;
  readonly json?: true;
}

/**
 * Prints what a configuration means; needs no credentials. @returns the exit status: bad if a plan cannot keep its promise
 * @throws AppError `BadConfig` with every problem, `BadInput`
 */
export async function plan({ config: file, gb, shards, json }: PlanOptions): Promise<number> {
  const backup = { gb: positive('--gb', gb), shards: whole('--shards', shards) };
  const config = await loadConfig(file);
  if (process.stderr.isTTY) console.error('Synthesising the stacks, to count their steps …');
  // The CDK takes a second to load: after everything that is refused without it.
  const [{ meaningOf }, { synthesise }] = await Promise.all([
    import('./meaning.ts'),
    import('./templates.ts'),
  ]);
  const meaning = meaningOf({ config, templates: synthesise(config) }, backup);
  console.log(json ? JSON.stringify(meaning, null, 2) : planText(meaning));
  return meaning.plans.some(({ problems }) => problems.length > 0) ? ExitStatus.bad : ExitStatus.good;
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new AppError('BadInput', `${option} '${text}' is not a number above 0; write for example 2.5`);
}

function whole(option: string, text: string): number {
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text);
  throw new AppError(
    'BadInput',
    `${option} '${text}' is not a whole number of 1 to 999; write for example 3`,
  );
}
