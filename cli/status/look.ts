import { knownDrills } from '../../adapters/drill-history.ts';
import { inParallel } from '../../adapters/in-parallel.ts';
import { readJson } from '../../adapters/json-objects.ts';
import { fleet } from '../../core/contracts/fleet.ts';
import type { RegistryEntry } from '../../core/contracts/recovery-point.ts';
import type { CacheEvidence, VaultEvidence } from '../../core/decide/assess-status.ts';
import { missingParts } from '../../core/decide/missing-parts.ts';
import { vaultKeys } from '../../core/model/keys.ts';
import type { Slot } from '../../core/model/slot.ts';
import { TIERS } from '../../core/model/tier.ts';
import { inVault, type Vault } from '../vault.ts';

/**
 * Looks at everything that says how caches stand. The registry is an index, and an index can be wrong, so of each cache its
 * newest verified copy is looked for in the vault: its record, and every file of it at its size. Requests to S3 for a vault
 * of `n` caches whose newest copies are whole, however many points they have: four for each (registry entry, drill history,
 * record, folder), one more for each that was never drilled, four more (one per tier) for each cache with points that are
 * held or not verified, and four for each with points that have failed a drill; for every thousand caches one to list the
 * registry and four to list whose points there are; and one for the watch's own page.
 */
export async function lookAt(vault: Vault): Promise<VaultEvidence> {
  const { catalogue, config } = vault;
  const registry = await inVault(vault, () => catalogue.registered());
  const [caches, folders, written] = await Promise.all([
    inParallel(registry, (entry) => evidenceOf(vault, entry)),
    Promise.all(TIERS.map((tier) => catalogue.vault.listFolders(`${tier}/`))),
    readJson(catalogue.vault, vaultKeys.fleet, fleet),
  ]);
  const withPoints = [...new Set(folders.flat())].sort();
  return { config, caches, withPoints, watchedAt: written?.value.asOf, now: vault.now() };
}

/** The same of one cache only. @param entry undefined while it has none */
export async function lookAtOne(
  vault: Vault,
  cache: string,
  entry: RegistryEntry | undefined,
): Promise<VaultEvidence> {
  const [caches, written] = await Promise.all([
    inParallel(entry === undefined ? [] : [entry], (each) => evidenceOf(vault, each)),
    readJson(vault.catalogue.vault, vaultKeys.fleet, fleet),
  ]);
  const config = { ...vault.config, caches: only(vault.config.caches, cache) };
  return { config, caches, withPoints: [], watchedAt: written?.value.asOf, now: vault.now() };
}

function only(caches: Readonly<Record<string, string>>, cache: string): Record<string, string> {
  const plan = caches[cache];
  return plan === undefined ? {} : { [cache]: plan };
}

async function evidenceOf(vault: Vault, entry: RegistryEntry): Promise<CacheEvidence> {
  const { catalogue } = vault;
  const drilled = await knownDrills(catalogue, entry.cache);
  const history = { ...drilled.history, findings: [...drilled.findings] };
  const broken: CacheEvidence['broken'][number][] = [];
  for (const { slot, tier, verdict } of entry.recent) {
    if (verdict !== 'verified') continue;
    const lacks = await lacksOf(vault, { cache: entry.cache, slot, tier });
    if (lacks.length === 0) break;
    broken.push({ slot, lacks });
  }
  return { entry, history, broken, marked: await markedOf(vault, entry) };
}

/** What keeps a point of the registry from being a verified copy. */
async function lacksOf(
  { catalogue }: Vault,
  address: Parameters<typeof vaultKeys.point>[0],
): Promise<readonly string[]> {
  const point = await catalogue.point(address);
  if (point === undefined) return ['its record is not there'];
  if (point.verdict !== 'verified') return [`its record says ${point.verdict}`];
  return missingParts(point, await catalogue.vault.list(vaultKeys.point(address)));
}

/** Of the points that are held or not verified, those that are in the vault still; the registry forgets none that expired. */
async function markedOf({ catalogue }: Vault, entry: RegistryEntry): Promise<CacheEvidence['marked']> {
  const unverified = entry.recent.filter(({ verdict }) => verdict !== 'verified');
  const [oldest] = [...entry.holds, ...unverified].map(({ slot }) => slot).sort();
  const addresses = oldest === undefined ? [] : await catalogue.addresses(entry.cache, oldest);
  const there = new Set(addresses.map(({ slot }) => slot));
  const still = (points: readonly { readonly slot: Slot }[]) =>
    points.flatMap(({ slot }) => (there.has(slot) ? [slot] : [])).sort();
  return {
    held: still(entry.holds),
    suspect: still(unverified.filter(({ verdict }) => verdict === 'suspect')),
    corrupt: still(unverified.filter(({ verdict }) => verdict === 'corrupt')),
  };
}
