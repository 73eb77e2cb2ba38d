import { text } from 'node:stream/consumers';
import { SSMClient } from '@aws-sdk/client-ssm';
import { CLIENT_OPTIONS } from '../adapters/aws/client-options.ts';
import { parameters } from '../adapters/aws/parameters.ts';
import { AppError } from '../core/model/errors.ts';

/**
 * A secret that is named instead of written on the command line, where every process could read it. Secrets Manager's are
 * parameters too: `ssm:/aws/reference/secretsmanager/<name>`.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/integration-ps-secretsmanager.html (checked 2026-11-22)
 *
 * @param where `env:<NAME>`, `ssm:<parameter>` or `stdin`
 * @param region of the parameter
 * @throws AppError `BadInput` if it is none of these, or there is nothing there
 */
export async function secretFrom(where: string, option: string, region: string): Promise<string> {
  const secret = await read(where, option, region);
  if (secret !== undefined && secret !== '') return secret;
  throw new AppError('BadInput', `${option} ${where}: it is not set, or empty`);
}

async function read(where: string, option: string, region: string): Promise<string | undefined> {
  const [, kind, name = ''] = /^(env|ssm):(.+)$/.exec(where) ?? [];
  if (where === 'stdin') return (await text(process.stdin)).replace(/\r?\n$/, '');
  if (kind === 'env') return process.env[name];
  if (kind === 'ssm') return parameters(new SSMClient({ ...CLIENT_OPTIONS, region })).read(name);
  throw notAPlace(option);
}

/** Before anything is done for which the secret is needed. @throws AppError `BadInput` */
export function checkSecretPlace(option: string, where: string | undefined): void {
  if (where !== undefined && !/^(?:(?:env|ssm):.+|stdin)$/.test(where)) throw notAPlace(option);
}

/** Does not quote what was given: it may be the secret. */
function notAPlace(option: string): AppError {
  return new AppError(
    'BadInput',
    `${option} takes env:<NAME>, ssm:<parameter> or stdin, but was given something else; do not pass the secret itself`,
  );
}
