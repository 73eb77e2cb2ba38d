import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const PROJECT = join(import.meta.dirname, '../..');
export const RUNBOOKS = 'docs/runbooks';

/** Every Markdown file of the project, from the root. */
export function documents(): readonly string[] {
  return tracked('*.md');
}

/** The files of the project of that form, from the root: what git ignores is not of it. */
export function tracked(form: string): readonly string[] {
  const listing = ['ls-files', '--cached', '--others', '--exclude-standard', form];
  const files = execFileSync('git', listing, { cwd: PROJECT, encoding: 'utf8' }).split('\n');
  return files.filter((file) => file !== '' && existsSync(join(PROJECT, file)));
}

export function read(file: string): string {
  return readFileSync(join(PROJECT, file), 'utf8');
}

/** Shell code of a document, as one command a line. */
export function shellLines(markdown: string): readonly string[] {
  const blocks = [...markdown.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, code = '']) => code);
  const spans = [...markdown.matchAll(/`(aws [^`]+)`/g)].map(([, code = '']) => code);
  return [...blocks, ...spans].flatMap((code) =>
    code
      .replace(/\\\n\s*/g, ' ')
      .split('\n')
      .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
      .filter((line) => line !== ''),
  );
}

export interface AwsCommand {
  readonly line: string;
  readonly service: string;
  readonly operation: string;
  readonly options: readonly string[];
}

/** The AWS CLI's commands among lines of shell code, up to the next pipe. */
export function awsCommands(lines: readonly string[]): readonly AwsCommand[] {
  return lines.flatMap((line) => {
    const [, command] = /(?:^|\$\()aws (.*)/.exec(line) ?? [];
    if (command === undefined) return [];
    // What is quoted is one word, whatever it holds.
    const words = command
      .replace(/'[^']*'|"(\\"|[^"])*"/g, 'quoted')
      .split(' | ')[0]
      ?.split(/\s+/) ?? [''];
    const [service = '', operation = ''] = words;
    const options = words.flatMap((word) => /^--([^=]*)/.exec(word)?.[1] ?? []);
    return [{ line, service, operation, options }];
  });
}
