import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { PROJECT, read } from './markdown.ts';

/** Commands in docs/try.md that need nothing but this project, with what the page says that they print. */
const EXAMPLES = [...read('docs/try.md').matchAll(/```console\n\$ (.*redrill verify.*)\n([\s\S]*?)```/g)].map(
  ([, command = '', shown = '']) => ({ command, shown }),
);

/** What differs from day to day. */
const settled = (text: string) => text.replace(/, \d[\d,]* \w+ ago/, ', … ago');

test('docs/try.md shows a sound file and one that is not', () => expect(EXAMPLES).toHaveLength(2));

test.each(EXAMPLES)('$command prints what docs/try.md shows', ({ command, shown }) => {
  const redrill = `'${process.execPath}' cli/redrill.ts`;
  const shell = ['-c', command.replace('npx redrill', redrill)];
  const { stdout } = spawnSync('sh', shell, { cwd: PROJECT, encoding: 'utf8' });
  // Lines that the page leaves out are an ellipsis.
  const parts = settled(shown).split(/^ {2}…\n/m);
  let rest = settled(stdout);
  for (const part of parts) {
    expect(rest).toContain(part);
    rest = rest.slice(rest.indexOf(part) + part.length);
  }
});
