import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const PROJECT = join(import.meta.dirname, '../..');

/** Lines that a Lambda's handler may have: `run`, and the handler that gives it the world. */
const HANDLER_LINES_MAX = 30;

const sourcesIn = (folder: string) => globSync(`${folder}/**/*.ts`, { cwd: PROJECT }).sort();
const textOf = (file: string) => readFileSync(join(PROJECT, file), 'utf8');

/** Lines of a top-level declaration, from its first to the line that closes it. */
function linesOf(text: string, opening: RegExp): number {
  const lines = text.split('\n');
  const first = lines.findIndex((line) => opening.test(line));
  const isEnd = (line: string, at: number) =>
    at >= first && (/^(?:\}|\);)/.test(line) || (at === first && line.endsWith(';')));
  const last = lines.findIndex(isEnd);
  return first < 0 || last < 0 ? Number.NaN : last - first + 1;
}

describe('the handler of', () => {
  test.each(sourcesIn('lambdas'))('%s is short', (file) => {
    const text = textOf(file);
    expect(linesOf(text, /^export async function run\b/)).toBeLessThanOrEqual(HANDLER_LINES_MAX);
    expect(linesOf(text, /^export const handler\b/)).toBeLessThanOrEqual(HANDLER_LINES_MAX);
  });
});

test('core reads no clock, no randomness and no environment', () => {
  const impure = /\b(?:Date\.now\(|new Date\(\)|Math\.random\(|process\.|globalThis\.|fetch\()/;
  // A text that runs in a browser.
  const sources = sourcesIn('core').filter((file) => file !== 'core/pages/fleet-script.ts');
  const strays = sources.flatMap((file) =>
    textOf(file)
      .split('\n')
      .filter((line) => impure.test(line) && !/^\s*(?:\/?\*|\/\/)/.test(line))
      .map((line) => `${file}: ${line.trim()}`),
  );
  expect(strays).toEqual([]);
});
