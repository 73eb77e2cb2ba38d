import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { Config } from '../../core/contracts/config.ts';
import { CONFIG_FILE } from '../../core/contracts/environment.ts';
import { AppError } from '../../core/model/errors.ts';
import { type BesideFile, BundleCode } from './bundle-code.ts';

/** Lambdas that are built: the same whatever the configuration is. */
export interface BuiltLambdas {
  /** The folder of a Lambda, by its name. @throws AppError `BadConfig` if there is no Lambda of that name */
  folder(lambda: string): string;
}

/** @param out one folder per Lambda */
export function builtIn(out: string): BuiltLambdas {
  return {
    folder: (lambda) => {
      const folder = join(out, lambda);
      if (existsSync(join(folder, 'index.mjs'))) return folder;
      throw new AppError('BadConfig', `there is no Lambda '${lambda}' in ${out}; write lambdas/${lambda}.ts`);
    },
  };
}

/** The code of an installation's Lambdas. The configuration goes with each, so that a deployment is what changes it. */
export class Bundles {
  readonly #built: BuiltLambdas;
  readonly #config: () => Config;

  constructor(built: BuiltLambdas, config: () => Config) {
    this.#built = built;
    this.#config = config;
  }

  /** @param beside further files, known when the app is complete. @default none */
  code(lambda: string, beside: () => readonly BesideFile[] = () => []): Code {
    return new BundleCode(this.#built.folder(lambda), () => [
      { name: CONFIG_FILE, content: jsonText(this.#config()) },
      ...beside(),
    ]);
  }
}

export function jsonText(document: object): string {
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
