import { type NextStep, nextStep, type ProblemSubject, problemEntry } from '../alerts/next-step.ts';
import { alertsBeside, isOf, type OpenAlert, withOpenAlerts } from '../alerts/open-alerts.ts';
import type { Config } from '../contracts/config.ts';
import type { DrillHistory } from '../contracts/drill.ts';
import type { FleetCache, FleetProblem } from '../contracts/fleet.ts';
import type { RegistryEntry } from '../contracts/recovery-point.ts';
import { readableSlot, type Slot } from '../model/slot.ts';
import type { Verdict } from '../model/verdict.ts';
import { assessFleet, FLEET_REWRITTEN_AFTER_SECONDS } from './assess-fleet.ts';
import { assessFreshness } from './assess-rpo.ts';
import type { DeployedVersions } from './compare-versions.ts';

/** How bad a problem is: a copy that is not as it must be, or a proof that is. */
export type Urgency = 'critical' | 'warning';

export interface StatusProblem extends FleetProblem, NextStep {
  readonly urgency: Urgency;
}

/** What a look at one registered cache has found in the vault itself. */
export interface CacheEvidence {
  readonly entry: RegistryEntry;
  /** Of its findings, those of points that are in the vault still. */
  readonly history: DrillHistory | undefined;
  /** Verified points that the registry has, newer than any that is whole in the vault, and what they lack. */
  readonly broken: readonly { readonly slot: Slot; readonly lacks: readonly string[] }[];
  /** Points whose records cannot be used; looked for where one cache is asked about. */
  readonly unusable: readonly { readonly slot: Slot; readonly problem: string }[];
  /** The newest verified point, if it carries the tag by which S3 expires it. */
  readonly releaseTagged: Slot | undefined;
  /** Points that somebody has to know of and that are in the vault, by what they are. */
  readonly marked: Readonly<Record<'held' | Exclude<Verdict, 'verified'>, readonly Slot[]>>;
}

export interface UnreadAlerts {
  readonly bucket: string;
  readonly region: string;
  readonly why: string;
}

export interface VaultEvidence {
  readonly config: Config;
  readonly caches: readonly CacheEvidence[];
  /** Caches that have recovery points and no registry entry that can be used. */
  readonly lost: readonly { readonly cache: string; readonly problem: string }[];
  /** Of both watches. */
  readonly alerts: readonly OpenAlert[];
  /** Why they, or some of them, could not be read. @default all were */
  readonly alertsUnread?: UnreadAlerts | undefined;
  /** When the vault's own watch last wrote how all caches stand. */
  readonly watchedAt: string | undefined;
  /** Versions of Redrill that are deployed. @default not known */
  readonly deployed?: DeployedVersions;
  /** Whether the source region does not answer. @default not known */
  readonly sourceDown?: boolean;
  readonly now: Date;
}

export interface StatusCache extends Omit<FleetCache, 'problems'> {
  /** Of the newest verified copy that is whole; absent while there is none. */
  readonly ageSeconds?: number;
  readonly marked: CacheEvidence['marked'];
  /** Points that a drill has shown to be bad. */
  readonly failedDrill: readonly Slot[];
  readonly problems: readonly StatusProblem[];
}

export interface Status {
  readonly asOf: string;
  readonly deployed: DeployedVersions;
  readonly watchedAt: string | undefined;
  /** Of the vault as a whole. */
  readonly problems: readonly StatusProblem[];
  /** Those with problems first, the worst on top. */
  readonly caches: readonly StatusCache[];
  readonly unprotected: readonly { readonly cache: string; readonly because: string }[];
}

/** How every cache stands, told from what is in the vault: what the registry says is believed where the objects bear it out. */
export function assessStatus(evidence: VaultEvidence): Status {
  const { config, caches, now, watchedAt } = evidence;
  const registry = caches.map(borneOut);
  const histories = caches.flatMap(({ history }) => history ?? []);
  const freshness = assessFreshness(config, registry, {}, now);
  const fleet = assessFleet({ config, freshness, registry, histories, now });
  const found = new Map(caches.map((each) => [each.entry.cache, each]));
  const ages = new Map(freshness.map(({ cache, newest, ageSeconds }) => [cache, newest && ageSeconds]));
  return {
    asOf: now.toISOString(),
    watchedAt,
    deployed: evidence.deployed ?? { vault: undefined, source: undefined },
    problems: vaultProblems(
      evidence,
      fleet.caches.map(({ cache }) => cache),
    ),
    caches: fleet.caches
      .map((cache) =>
        statusCache(cache, {
          evidence: found.get(cache.cache),
          ageSeconds: ages.get(cache.cache),
          alerts: evidence.alerts.filter(
            (alert) => isOf(alert, cache.cache) && !isOfRegistry(evidence, alert),
          ),
        }),
      )
      .sort((one, other) => rank(one) - rank(other)),
    unprotected: fleet.unprotected,
  };
}

/** The entry without the points that are not whole: they are no copies. */
function borneOut({ entry, broken }: CacheEvidence): RegistryEntry {
  const lost = new Set(broken.map(({ slot }) => slot));
  return { ...entry, recent: entry.recent.filter(({ slot }) => !lost.has(slot)) };
}

const NOTHING_MARKED = { held: [], suspect: [], corrupt: [] } as const;

interface SeenOfCache {
  readonly evidence: CacheEvidence | undefined;
  readonly ageSeconds: number | undefined;
  readonly alerts: readonly OpenAlert[];
}

function statusCache(
  { problems, ...cache }: FleetCache,
  { evidence, ageSeconds, alerts }: SeenOfCache,
): StatusCache {
  const broken = (evidence?.broken ?? []).map(({ slot, lacks }) => ({
    code: 'RecoveryPointBroken',
    message: `The verified copy of ${readableSlot(slot)} is incomplete: ${lacks.join(', ')}.`,
    slot,
  }));
  const none = cache.newest === undefined && problems.every(({ code }) => code !== 'NoRecoveryPoint');
  // The watch gives a new cache time for its first copy; whoever asks is told that there is none.
  const noneYet = none
    ? [{ code: 'NoRecoveryPoint', message: 'There is no verified copy in the vault.' }]
    : [];
  const all = withOpenAlerts([...broken, ...recordProblems(evidence), ...noneYet, ...problems], alerts);
  const marked = evidence?.marked ?? NOTHING_MARKED;
  return {
    ...cache,
    ...(ageSeconds === undefined ? {} : { ageSeconds }),
    marked,
    failedDrill: (evidence?.history?.findings ?? []).map(({ slot }) => slot).sort(),
    problems: all.map((problem) => shown(problem, { cache: cache.cache })),
  };
}

function recordProblems(evidence: CacheEvidence | undefined): readonly FleetProblem[] {
  if (evidence === undefined) return [];
  const { unusable, broken, releaseTagged } = evidence;
  const told = new Set(broken.map(({ slot }) => slot));
  return [
    ...unusable
      .filter(({ slot }) => !told.has(slot))
      .map(({ slot, problem }) => ({
        code: 'RecordUnreadable',
        message: `The record of the copy of ${readableSlot(slot)} cannot be used: ${problem}.`,
      })),
    ...(releaseTagged === undefined
      ? []
      : [
          {
            code: 'ReleaseTagged',
            message: `The newest verified copy, of ${readableSlot(releaseTagged)}, has the tag that makes S3 expire it.`,
          },
        ]),
  ];
}

function shown(problem: FleetProblem, subject: ProblemSubject): StatusProblem {
  return { ...problem, urgency: urgencyOf(problem), ...nextStep(problem, subject) };
}

function urgencyOf({ code, severity }: FleetProblem): Urgency {
  return (severity ?? problemEntry(code).severity) === 'page' ? 'critical' : 'warning';
}

/** What the fleet's own order does not know comes before what it does; what is well, last. */
const FIRST = ['RecoveryPointBroken', 'NoRecoveryPoint'];

function rank({ problems: [worst] }: StatusCache): number {
  if (worst === undefined) return FIRST.length + 2;
  if (FIRST.includes(worst.code)) return FIRST.indexOf(worst.code);
  return FIRST.length + (worst.urgency === 'critical' ? 0 : 1);
}

/** Of the installation as a whole, and alerts about caches that are not protected any more. */
function vaultProblems(evidence: VaultEvidence, caches: readonly string[]): readonly StatusProblem[] {
  const { alerts } = evidence;
  const found = [
    ...regionProblems(evidence),
    ...watchProblems(evidence),
    ...registryProblems(evidence),
    ...unreadProblems(evidence),
  ];
  const ofRegistry = alerts.filter((alert) => isOfRegistry(evidence, alert));
  return withOpenAlerts(found, [...alertsBeside(caches, alerts), ...ofRegistry]).map((problem) => ({
    ...shown(problem, { region: evidence.config.vault.region }),
    ...problem,
  }));
}

/** Shown of the vault, where the registry is. */
function isOfRegistry({ lost }: VaultEvidence, { problem, about }: OpenAlert): boolean {
  return problem.code === 'RegistryEntryMissing' && lost.some(({ cache }) => cache === about);
}

function unreadProblems({ alertsUnread }: VaultEvidence): readonly StatusProblem[] {
  if (alertsUnread === undefined) return [];
  const { bucket, region, why } = alertsUnread;
  const problem = {
    code: 'OpenAlertsUnread',
    message: `Open alerts could not be read from s3://${bucket}/watch/: ${why}.`,
  };
  return [shown(problem, { region, bucket })];
}

function regionProblems({ config, sourceDown = false }: VaultEvidence): readonly StatusProblem[] {
  if (!sourceDown) return [];
  const { region } = config.source;
  const problem = {
    code: 'RegionDown',
    message: `The source region ${region} does not answer: no backups are made there, and no new exports reach the vault.`,
  };
  return [shown(problem, {})];
}

/** The vault's page is written at least so often; twice that without one, and nobody looks any more. */
const WATCH_SILENT_AFTER_SECONDS = 2 * FLEET_REWRITTEN_AFTER_SECONDS;

function watchProblems({ config, watchedAt, caches, now }: VaultEvidence): readonly StatusProblem[] {
  if (caches.length === 0) return [];
  const silentSeconds = watchedAt === undefined ? undefined : (now.getTime() - Date.parse(watchedAt)) / 1000;
  if (silentSeconds !== undefined && silentSeconds <= WATCH_SILENT_AFTER_SECONDS) return [];
  const last =
    watchedAt === undefined
      ? 'It has never been written'
      : `It was last written on ${watchedAt.slice(0, 16).replace('T', ' ')} UTC`;
  const problem = {
    code: 'WatchSilent',
    message: `The vault may not be monitored: publish-fleet writes its page of all caches every hour. ${last}.`,
  };
  return [shown(problem, { region: config.vault.region })];
}

/** What the vault has points of, and no registry entry that can be used. */
function registryProblems({ lost }: VaultEvidence): readonly StatusProblem[] {
  return lost.map(({ cache, problem: why }) => {
    const problem = {
      code: 'RegistryEntryMissing',
      message: `${cache} has recovery points, but its registry entry cannot be used: ${why}. Until you rebuild it, Redrill releases no recovery point of the cache, and does not know which ones are held.`,
    };
    return shown(problem, { cache });
  });
}
