import { createInterface } from 'node:readline/promises';

/** @returns whether the person has agreed; false where there is no one to ask */
export async function agreed(): Promise<boolean> {
  if (process.stdin.isTTY !== true) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question('Start it? [y/N] ')).trim());
  } finally {
    terminal.close();
  }
}
