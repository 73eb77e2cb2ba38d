import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { configFileIn, loadConfig } from '../../adapters/files/config-file.ts';
import type { Config } from '../../core/contracts/config.ts';
import { AppError } from '../../core/model/errors.ts';
import { genericConfig } from './generic-config.ts';
import { writeTemplates } from './write-templates.ts';

export interface TemplateCommandOptions {
  /** @default the one of this folder */
  readonly config?: string;
  readonly source?: string;
  readonly vault?: string;
  readonly out: string;
}

/** Writes what is deployed without Node, and prints where the next steps are. */
export async function template(options: TemplateCommandOptions): Promise<void> {
  const { out } = options;
  refuseUnlessNew(out);
  writeTemplates({ config: await configOf(options), out });
  console.log(`The templates are in ${out}. To deploy them, follow ${join(out, 'README.md')}.`);
}

async function configOf({ config, source, vault }: TemplateCommandOptions): Promise<Config> {
  if (source === undefined && vault === undefined) return loadConfig(config ?? configFileIn('.'));
  if (config !== undefined)
    throw new AppError(
      'BadInput',
      `--${source === undefined ? 'vault' : 'source'} does not go with --config, which names the regions; omit one of the two`,
    );
  if (source === undefined || vault === undefined)
    throw new AppError(
      'BadInput',
      `--${source === undefined ? 'source' : 'vault'} is missing; give the regions of both, as in --source eu-west-1 --vault eu-central-1`,
    );
  return genericConfig({ source, vault });
}

/** What an earlier run left must not be deployed with the files of this one. */
function refuseUnlessNew(folder: string): void {
  if (!existsSync(folder)) return;
  if (!statSync(folder).isDirectory())
    throw new AppError('BadInput', `--out: '${folder}' is a file; name a new folder`);
  if (readdirSync(folder).length > 0)
    throw new AppError(
      'BadInput',
      `--out: the folder '${folder}' is not empty; delete it, or name another one`,
    );
}
