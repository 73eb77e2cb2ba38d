import { createHash } from 'node:crypto';
import { inParallel } from '../adapters/in-parallel.ts';
import type { RunbookTexts } from '../core/contracts/runbooks.ts';
import { vaultKeys } from '../core/model/keys.ts';
import { runbookPage } from '../core/pages/runbook-page.ts';
import type { ObjectStore } from '../core/ports.ts';

/** The runbooks as they are published. */
export interface RunbookPages {
  /** By key. */
  readonly pages: ReadonlyMap<string, string>;
  /** Differs if any page does. */
  readonly digest: string;
}

export function runbookPages(texts: RunbookTexts): RunbookPages {
  const pages = new Map(
    Object.keys(texts)
      .sort()
      .map((name) => [vaultKeys.runbook(name), runbookPage(name, texts)]),
  );
  const digest = createHash('sha256')
    .update(JSON.stringify([...pages]))
    .digest('hex');
  return { pages, digest };
}

/**
 * Writes the pages of the runbooks that the vault has not, or has in another form. The vault keeps every version for as long as
 * its lock lasts, so a page that is as it must be is not written again.
 * @param published digest of what was published last: if it is this one, nothing is read
 * @returns how many were written
 */
export async function publishRunbooks(
  vault: ObjectStore,
  { pages, digest }: RunbookPages,
  published: string | undefined,
): Promise<number> {
  if (digest === published) return 0;
  const written = await inParallel([...pages], async ([key, page]) => {
    const found = await vault.read(key);
    if (found !== undefined && new TextDecoder().decode(found.body) === page) return false;
    await vault.write(key, page);
    return true;
  });
  return written.filter((each) => each).length;
}
