import {
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../core/contracts/config.ts';
import { SOURCE_STACK, VAULT_STACK } from '../../lib/app.ts';
import type { BuiltLambdas } from '../../lib/lambda/bundles.ts';
import { ASSET_FOLDER, ASSETS, templateApp } from '../../lib/template-app.ts';
import { readme } from './readme.ts';
import { zip } from './zip.ts';

export interface TemplateOptions {
  readonly config: Config;
  readonly out: string;
  /** @default those of this installation */
  readonly lambdas?: BuiltLambdas;
  /** Whether the CDK and cdk-nag check the templates, which takes five seconds. @default true */
  readonly checked?: boolean;
}

/** The files of the two templates, and of the steps to deploy them. */
export const TEMPLATES = [SOURCE_STACK, VAULT_STACK].map((stack) => `${stack}.template.json`);

/**
 * Writes the templates, the Lambdas' code and the next steps.
 * @param out a folder that is empty or not there
 * @throws AppError `BadConfig` if a policy or another document would be larger than AWS takes
 */
export function writeTemplates({ config, out, ...options }: TemplateOptions): void {
  const assembly = mkdtempSync(join(tmpdir(), 'redrill-templates-'));
  try {
    templateApp({ config, outdir: assembly, ...options }).synth();
    mkdirSync(join(out, ASSETS), { recursive: true });
    for (const file of TEMPLATES) cpSync(join(assembly, file), join(out, file));
    for (const folder of readdirSync(assembly).filter((each) => each.startsWith(ASSET_FOLDER)))
      writeFileSync(
        join(out, ASSETS, `${folder.slice(ASSET_FOLDER.length)}.zip`),
        zip(filesIn(join(assembly, folder))),
      );
    writeFileSync(join(out, 'README.md'), readme(config));
  } finally {
    rmSync(assembly, { recursive: true, force: true });
  }
}

/** Every file of a folder and of the folders in it, in the order of their names. */
export function filesIn(folder: string): { readonly name: string; readonly content: Buffer }[] {
  const names = globSync('**', { cwd: folder }).filter((name) => statSync(join(folder, name)).isFile());
  return names.sort().map((name) => ({ name, content: readFileSync(join(folder, name)) }));
}
