import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Catch } from './run.ts';

/** The table of what caught which bug: written by `npm run simulate -- --planted --write`. */
export const CATCHES = fileURLToPath(new URL('./catches.json', import.meta.url));

/** Those of a part of the bugs replace their older ones. */
export function writeCatches(catches: readonly Catch[]): void {
  const known = new Map(readCatches().map((each) => [each.bug, each]));
  for (const each of catches) known.set(each.bug, each);
  writeFileSync(CATCHES, `${JSON.stringify([...known.values()], undefined, 2)}\n`);
}

export function readCatches(): readonly Catch[] {
  try {
    return JSON.parse(readFileSync(CATCHES, 'utf8'));
  } catch {
    return [];
  }
}
