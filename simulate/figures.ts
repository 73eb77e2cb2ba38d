import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The last run that was worth keeping: written by `npm run simulate -- … --write`. */
export interface Figures {
  readonly command: string;
  /** The line of counts that it ended with. */
  readonly line: string;
}

const FILE = fileURLToPath(new URL('./figures.json', import.meta.url));

export function writeFigures(figures: Figures): void {
  writeFileSync(FILE, `${JSON.stringify(figures, undefined, 2)}\n`);
}

export function readFigures(): Figures {
  return JSON.parse(readFileSync(FILE, 'utf8'));
}
