import { unusable } from '../adapters/documents/flawed-object.ts';
import { parseDocument } from '../adapters/documents/json-document.ts';
import { writeJson } from '../adapters/documents/json-objects.ts';
import { inParallel } from '../adapters/in-parallel.ts';
import { type RegistryEntry, registryEntry } from '../core/contracts/recovery-point.ts';
import { AppError } from '../core/model/errors.ts';
import { vaultKeys } from '../core/model/keys.ts';
import { HOLD_TAG } from '../core/model/tags.ts';
import type { ObjectStore } from '../core/ports.ts';
import { type RebuiltEntry, rebuildEntry } from '../core/retention/rebuild-entry.ts';
import type { Catalogue } from './catalogue.ts';

/**
 * What a lost registry entry would be rebuilt to.
 * @returns undefined if nothing is left of the cache
 * @throws AppError `NewerFormat` if a newer Redrill wrote the entry
 */
export async function rebuiltEntry(
  catalogue: Catalogue,
  cache: string,
  now: Date,
): Promise<RebuiltEntry | undefined> {
  const [version, points] = await Promise.all([
    lastReadable(catalogue.vault, cache),
    catalogue.points(cache),
  ]);
  const tags = await inParallel(points, (point) => catalogue.vault.tags(vaultKeys.record(point)));
  const tagged = points.filter((_, at) => tags[at]?.[HOLD_TAG.key] === HOLD_TAG.value);
  return rebuildEntry({ version, points, tagged, now });
}

/** Newest first, so that what was overwritten or deleted last is what is found. */
async function lastReadable(vault: ObjectStore, cache: string) {
  const key = vaultKeys.registry(cache);
  const versions = (await vault.versions(key)).filter((each) => each.key === key && !each.isDeleteMarker);
  for (const { versionId, modifiedAt } of versions) {
    const entry = await readVersion(vault, key, versionId).catch(unusableUnlessNewer);
    if (entry?.cache === cache) return { entry, at: modifiedAt };
  }
  return undefined;
}

/** What a newer Redrill keeps in it would be lost. @throws AppError `NewerFormat` */
function unusableUnlessNewer(error: unknown): undefined {
  if (error instanceof AppError && error.code === 'NewerFormat') throw error;
  return unusable(error);
}

async function readVersion(
  vault: ObjectStore,
  key: string,
  versionId: string,
): Promise<RegistryEntry | undefined> {
  const found = await vault.read(key, { versionId });
  return found && parseDocument(found.body, registryEntry, `${vault.bucket}/${key}`);
}

/** Writes it in the place of what cannot be used. @throws AppError `StateChanged` if another one was written meanwhile */
export async function putEntry(vault: ObjectStore, entry: RegistryEntry, etag: string | undefined) {
  const key = vaultKeys.registry(entry.cache);
  const condition = etag === undefined ? 'absent' : { etag };
  if ((await writeJson(vault, key, entry, condition)) === 'written') return;
  throw new AppError('StateChanged', `${key} was changed by another run while this one wrote it`);
}
