import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inWords, parseNotes } from '@redrill/local-aws/field-notes';
import { synthesise } from './demo.ts';
import { differencesHere } from './replay-here.ts';

/** `npm run fidelity -- <file>`: where the local AWS answers otherwise than AWS did. Exits 1 if it does anywhere, 2 if not tried. */
async function main([file]: readonly string[]): Promise<number> {
  if (file === undefined) {
    console.error(
      'Name the file of the field notes: npm run fidelity -- redrill-field-notes-20261124T030000Z.json',
    );
    return 2;
  }
  const notes = parseNotes(await readFile(file, 'utf8'));
  console.error(`Replaying ${notes.calls.length} calls of ${notes.startedAt} against the local AWS …`);
  const dataDir = await mkdtemp(join(tmpdir(), 'redrill-fidelity-'));
  try {
    const found = await differencesHere(notes, await synthesise(), { dataDir });
    for (const difference of found) console.log(inWords(difference).join('\n'));
    console.log(`${found.length} differences in ${notes.calls.length} calls.`);
    return found.length === 0 ? 0 : 1;
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

process.exitCode = await main(process.argv.slice(2)).catch((error) => {
  console.error(`The field notes could not be replayed: ${error instanceof Error ? error.message : error}`);
  return 2;
});
