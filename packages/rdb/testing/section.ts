import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Replaces what stands in a page between `<!-- name -->` and `<!-- end of name -->`.
 * @throws if the page does not have these marks
 */
export function writeSection(page: string, name: string, text: string): void {
  const [start, end] = [`<!-- ${name} -->\n`, `<!-- end of ${name} -->`];
  const before = readFileSync(page, 'utf8');
  const [from, to] = [before.indexOf(start), before.indexOf(end)];
  if (from < 0 || to < from)
    throw new Error(`${page}: expected "${start.trim()}" and "${end}", found neither`);
  writeFileSync(page, `${before.slice(0, from)}${start}\n${text}\n\n${before.slice(to)}`);
}
