import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { commandLine } from './aws-cli.ts';
import type { World } from './world.ts';

const cli = await commandLine();

/** The commands of the AWS CLI that a message tells people to paste. */
export function commandsIn(text: string): readonly string[] {
  return [...text.matchAll(/^ {2}(aws .*)$/gm)].map(([, command = '']) => command);
}

/** Endpoints by the CLI's names of the services, where they differ from the signing names. */
const SERVICES: Readonly<Record<string, string>> = { s3api: 's3', cloudwatch: 'monitoring' };

/** Runs a command as it stands, in a shell with the administrator's credentials; without an AWS CLI, the call it makes. */
export async function runCommand(command: string, world: World): Promise<void> {
  if (cli.version === undefined) return callOf(command, world);
  const { PATH, HOME, PYENV_ROOT } = process.env;
  const env = {
    PATH,
    HOME,
    ...(PYENV_ROOT && { PYENV_ROOT }),
    AWS_PAGER: '',
    AWS_MAX_ATTEMPTS: '1',
    ...world.aws.environment(world.demo.vault.region),
  };
  const shell = `${command} --endpoint-url ${world.aws.url}`;
  await promisify(execFile)('sh', ['-c', shell], { env });
}

async function callOf(command: string, { demo }: World): Promise<void> {
  const words = [...command.matchAll(/'((?:[^']|'\\'')*)'|(\S+)/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll("'\\''", "'") ?? plain ?? '',
  );
  const [, service = '', verb = '', ...rest] = words;
  const pascal = (kebab: string) =>
    kebab.replace(/(^|-)(\w)/g, (_, _dash, letter: string) => letter.toUpperCase());
  const given = Object.fromEntries(
    Array.from({ length: rest.length / 2 }, (_, at) => [
      rest[2 * at]?.slice(2) ?? '',
      rest[2 * at + 1] ?? '',
    ]),
  );
  const { region = '', 'cli-input-json': json, ...options } = given;
  const members = Object.entries(options).map(([name, value]) => {
    const read = value.startsWith('{') && name !== 'attribute-value' ? JSON.parse(value) : value;
    return [pascal(name), name.endsWith('-names') ? [read] : read];
  });
  const input = json === undefined ? Object.fromEntries(members) : JSON.parse(json);
  await demo.call(SERVICES[service] ?? service, pascal(verb), region, input);
}
