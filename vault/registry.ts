import { flawOf } from '../adapters/documents/flawed-object.ts';
import { readJson } from '../adapters/documents/json-objects.ts';
import { type RegistryEntry, registryEntry } from '../core/contracts/recovery-point.ts';
import { AppError } from '../core/model/errors.ts';
import { cacheOfRegistry, vaultKeys } from '../core/model/keys.ts';
import type { ObjectStore } from '../core/ports.ts';

/** Every cache that the vault knows. */
export interface Registry {
  /** An entry for each; where it is lost, as the cache's points have it, unless no record can be used either. */
  readonly entries: readonly RegistryEntry[];
  /** Caches that have points and no registry entry that can be used, and what is wrong with it. */
  readonly lost: readonly { readonly cache: string; readonly problem: string }[];
}

export type FoundEntry =
  | { readonly kind: 'absent' }
  | { readonly kind: 'usable'; readonly entry: RegistryEntry; readonly etag: string }
  | { readonly kind: 'unusable'; readonly problem: string };

/** What is wrong with one entry is said of it, and never thrown. */
export async function findEntry(vault: ObjectStore, cache: string): Promise<FoundEntry> {
  try {
    const found = await readJson(vault, vaultKeys.registry(cache), registryEntry);
    if (found === undefined) return { kind: 'absent' };
    const { value: entry, etag } = found;
    if (entry.cache === cache) return { kind: 'usable', entry, etag };
    return { kind: 'unusable', problem: `it is the entry of ${entry.cache}` };
  } catch (error) {
    return { kind: 'unusable', problem: flawOf(error) };
  }
}

/** By one listing. */
export async function namesWithEntry(vault: ObjectStore): Promise<readonly string[]> {
  const objects = await vault.list(vaultKeys.registryPrefix);
  return objects.flatMap(({ key }) => cacheOfRegistry(key) ?? []);
}

export function registryMissing(cache: string, problem = 'it is missing'): AppError {
  return new AppError(
    'RegistryEntryMissing',
    `the registry entry of ${cache} cannot be used: ${problem}; rebuild it with: npx redrill rebuild ${cache}`,
  );
}
