import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAssembly } from '@redrill/local-aws/cloudformation';
import { filledSettings } from '../../adapters/lambda/expected-settings.ts';
import { EXPECTED_FILE, type ExpectedSettings } from '../../core/contracts/settings.ts';
import { AppError } from '../../core/model/errors.ts';

interface Wanted {
  readonly region: string;
  /** The function that has the settings beside its bundle. */
  readonly lambda: string;
  /** Its variables as they are deployed: they hold the names that only a deployment gives. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * The settings that were synthesised for one region, from the folder that `cdk synth` and `cdk deploy` write.
 * @throws AppError `BadInput` if the folder has no assembly, or none of these stacks
 */
export function expectedIn(folder: string, { region, lambda, environment }: Wanted): ExpectedSettings {
  const path = bundleIn(folder, region, lambda);
  if (path === undefined)
    throw new AppError(
      'BadInput',
      `the folder ${folder} holds no cloud assembly with ${lambda} in ${region}; write it with npx cdk synth, or name another one with --assembly`,
    );
  const text = readFileSync(join(path, EXPECTED_FILE), 'utf8');
  return filledSettings(text, (name) => environment[name] ?? '');
}

function bundleIn(folder: string, region: string, lambda: string): string | undefined {
  const { stacks } = assemblyIn(folder);
  for (const { region: where, template, assets } of stacks) {
    const found = template.resources.find(
      ({ type, properties }) => type === 'AWS::Lambda::Function' && properties.FunctionName === lambda,
    );
    const { S3Key } = (found?.properties.Code ?? {}) as { readonly S3Key?: string };
    if (where === region && S3Key !== undefined) return assets.get(S3Key);
  }
  return undefined;
}

/** @throws AppError `BadInput` if the folder has none */
export function assemblyIn(folder: string): ReturnType<typeof loadAssembly> {
  try {
    return loadAssembly(folder);
  } catch (cause) {
    throw new AppError(
      'BadInput',
      `the folder ${folder} holds no cloud assembly; write it with npx cdk synth, or name another one with --assembly`,
      { cause },
    );
  }
}
