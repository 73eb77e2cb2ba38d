import { objectStore } from '../../adapters/aws/object-store.ts';
import { unusable } from '../../adapters/documents/flawed-object.ts';
import { readJson } from '../../adapters/documents/json-objects.ts';
import { inParallel } from '../../adapters/in-parallel.ts';
import { concerns, type OpenAlert } from '../../core/alerts/open-alerts.ts';
import { type Fleet, fleet } from '../../core/contracts/fleet.ts';
import type { RegistryEntry } from '../../core/contracts/recovery-point.ts';
import { resourceNames } from '../../core/contracts/resources.ts';
import { AppError } from '../../core/model/errors.ts';
import { type PointAddress, SOURCE_NOTICE_AREAS, vaultKeys } from '../../core/model/keys.ts';
import type { Slot } from '../../core/model/slot.ts';
import { RELEASE_TAG } from '../../core/model/tags.ts';
import { isReleased } from '../../core/retention/decide-releases.ts';
import type { CacheEvidence, UnreadAlerts, VaultEvidence } from '../../core/watch/assess-status.ts';
import { damageOf } from '../../core/watch/point-damage.ts';
import { knownDrills } from '../../vault/drill-history.ts';
import { evidenceOf as pointEvidence } from '../../vault/verified-files.ts';
import { openAlerts } from '../../watch/open-alerts.ts';
import { inVault, type Vault } from '../vault.ts';
import { lookAtSource } from './source-region.ts';

/**
 * Looks at everything that says how caches stand. The registry is an index, and an index can be wrong, so of each cache its
 * newest verified copy is looked for in the vault: its record, and every file of it at its size. Requests to S3 for a vault
 * of `n` caches whose newest copies are whole, however many points they have: six for each (registry entry, drill history,
 * record, what binds it, its tags, versions in the folder), one more for each that was never drilled, four more (one per tier)
 * for each cache with points that are held or not verified, and four for each with points that have failed a drill; for every
 * thousand caches one to list the registry and four to list whose points there are; and one for the watch's own page.
 */
export async function lookAt(vault: Vault): Promise<VaultEvidence> {
  const { catalogue, config } = vault;
  const { entries, lost } = await inVault(vault, () => catalogue.registry());
  const [caches, watch, { source, ...alerted }] = await Promise.all([
    inParallel(entries, (entry) => evidenceOf(vault, entry)),
    lastWatch(vault),
    alertsOf(vault),
  ]);
  return { config, caches, lost, ...watchedBy(watch, source), ...alerted, now: vault.now() };
}

/** The same of one cache only, and every record of it, so that it says of older points too which cannot be used. */
export async function lookAtOne(vault: Vault, cache: string): Promise<VaultEvidence> {
  const { catalogue } = vault;
  const known = await catalogue.knownCache(cache);
  const evidence = async (): Promise<readonly CacheEvidence[]> => {
    if (known?.entry === undefined) return [];
    const [found, { unusable }] = await Promise.all([
      evidenceOf(vault, known.entry),
      catalogue.survey(cache),
    ]);
    return [
      { ...found, unusable: unusable.map(({ address, problem }) => ({ slot: address.slot, problem })) },
    ];
  };
  const [caches, watch, { source, ...alerted }] = await Promise.all([
    evidence(),
    lastWatch(vault),
    alertsOf(vault),
  ]);
  const { caches: named, servers } = vault.config;
  const config = { ...vault.config, caches: only(named, cache), servers: only(servers, cache) };
  const lost = known?.lost === undefined ? [] : [{ cache, problem: known.lost }];
  const alerts = alerted.alerts.filter((alert) => concerns(alert, cache));
  return { config, caches, lost, ...watchedBy(watch, source), ...alerted, alerts, now: vault.now() };
}

/**
 * The alerts that are open by what both watches remember, and whether the source region answers: while it does not, nothing is
 * known of the alerts that its watch has sent.
 */
async function alertsOf(
  vault: Vault,
): Promise<
  Pick<VaultEvidence, 'alerts' | 'alertsUnread' | 'sourceDown'> & { readonly source: string | undefined }
> {
  const { config, account, sourceAccount } = vault;
  const { region } = config.vault;
  const staging = objectStore({ bucket: resourceNames.stagingBucket(account, config), region });
  const landing = objectStore({
    bucket: resourceNames.landingBucket(sourceAccount, config),
    region: config.source.region,
  });
  const [ofVault, source] = await Promise.all([
    orUnread(openAlerts(staging), { bucket: staging.bucket, region }),
    lookAtSource(landing),
  ]);
  const ofSource = source.down
    ? { alerts: [] }
    : await orUnread(openAlerts(landing, SOURCE_NOTICE_AREAS), {
        bucket: landing.bucket,
        region: config.source.region,
      });
  const alertsUnread = ofVault.alertsUnread ?? ofSource.alertsUnread;
  const alerts = [...ofVault.alerts, ...ofSource.alerts];
  return { alerts, alertsUnread, sourceDown: source.down, source: source.redrill };
}

/** Someone who may not read them is told that they were not read: what cannot be seen is not well. */
async function orUnread(
  reading: Promise<readonly OpenAlert[]>,
  place: Omit<UnreadAlerts, 'why'>,
): Promise<Pick<VaultEvidence, 'alerts' | 'alertsUnread'>> {
  try {
    return { alerts: await reading };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { alerts: [], alertsUnread: { ...place, why: error.message } };
  }
}

/** When the vault's watch last looked, and the versions of both stacks. */
const watchedBy = (
  { asOf, redrill }: Partial<Pick<Fleet, 'asOf' | 'redrill'>>,
  source: string | undefined,
) => ({
  watchedAt: asOf,
  deployed: { vault: redrill, source },
});

/** A page that cannot be read says nothing of when the watch last looked. */
async function lastWatch({ catalogue }: Vault): Promise<Partial<Pick<Fleet, 'asOf' | 'redrill'>>> {
  return (await readJson(catalogue.vault, vaultKeys.fleet, fleet).catch(unusable))?.value ?? {};
}

function only<Value>(named: Readonly<Record<string, Value>>, cache: string): Record<string, Value> {
  const found = named[cache];
  return found === undefined ? {} : { [cache]: found };
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
  const [marked, releaseTagged] = await Promise.all([markedOf(vault, entry), tagged(vault, entry)]);
  return { entry, history, broken, unusable: [], marked, releaseTagged };
}

/** What keeps a point of the registry from being a verified copy. */
async function lacksOf({ catalogue }: Vault, address: PointAddress): Promise<readonly string[]> {
  const [record, versions] = await Promise.all([
    catalogue.record(address),
    catalogue.vault.versions(vaultKeys.point(address)),
  ]);
  if (record.kind === 'usable' && record.point.verdict !== 'verified')
    return [`its record says ${record.point.verdict}`];
  return damageOf(await pointEvidence(catalogue.vault, address, { record, versions }));
}

/** The newest verified point, if S3 may expire it by its tag although nothing has superseded it. */
async function tagged({ catalogue }: Vault, entry: RegistryEntry): Promise<Slot | undefined> {
  const newest = entry.recent.find(({ verdict }) => verdict === 'verified');
  if (newest === undefined || isReleased(entry, newest)) return undefined;
  const record = vaultKeys.record({ ...newest, cache: entry.cache });
  const tags = await catalogue.vault.tags(record).catch(() => undefined);
  return tags?.[RELEASE_TAG.key] === RELEASE_TAG.value ? newest.slot : undefined;
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
