import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Difference, FieldNotes } from '@redrill/local-aws/field-notes';
import { inject } from 'vitest';
import { differencesHere } from '../../../demo/replay-here.ts';

/** Replays notes as `npm run fidelity` does, against the assembly of this run. */
export async function differencesOf(
  notes: FieldNotes,
  readings: Readonly<Record<string, string>> = {},
): Promise<readonly Difference[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'redrill-fidelity-'));
  try {
    return await differencesHere(notes, inject('assembly'), { dataDir, readings });
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}
