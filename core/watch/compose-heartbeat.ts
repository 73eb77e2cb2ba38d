import type { Look } from '../alerts/plan-notices.ts';
import type { HeartbeatConvention } from '../contracts/config.ts';
import { readableSlot } from '../model/slot.ts';
import type { Freshness } from './assess-rpo.ts';

/** What a dead man's switch is told: a look begins, all is well, or something is not. */
export type PingKind = 'start' | 'success' | 'fail';

/** The endings of a service's URLs; what it has no ending for, it is not told. */
const CONVENTIONS = {
  /** https://healthchecks.io/docs/http_api/ (checked 2026-11-22) */
  healthchecks: { start: '/start', fail: '/fail', runId: 'rid' },
  plain: {},
} as const;

/**
 * Where a ping goes: the URL itself for a success, the URL with an ending for the others.
 * @returns undefined if the service knows no such ping
 */
export function pingUrl(
  base: string,
  { kind, convention, runId }: { kind: PingKind; convention: HeartbeatConvention; runId: string },
): string | undefined {
  const endings: Exclude<HeartbeatConvention, string> =
    typeof convention === 'string' ? CONVENTIONS[convention] : convention;
  const ending = kind === 'success' ? '' : endings[kind];
  if (ending === undefined) return undefined;
  // What is no URL is refused by who sends it, in words for people.
  if (!URL.canParse(base)) return base;
  const url = new URL(base);
  if (ending !== '') url.pathname = `${url.pathname.replace(/\/$/, '')}${ending}`;
  if (endings.runId !== undefined) url.searchParams.set(endings.runId, runId);
  return url.href;
}

/** What a look has seen beside the copies’ ages. */
export interface SeenBeside {
  /** Caches whose newest copy is not there any more; undefined if nobody could look. */
  readonly lost: readonly string[] | undefined;
  /** Whether alerts of this region reach someone, or why they do not. */
  readonly alerts: 'arrive' | 'unknown' | { readonly lost: string };
}

/**
 * How a look ended: a success only if every protected cache has a verified copy that is young enough, and still there, and
 * if alerts reach someone. Where a cache has no copy yet and is not late either, nothing is claimed; nor where nothing is
 * protected, nor where a part could not be seen.
 */
export function outcomeOf(
  fleet: readonly Freshness[],
  { lost, alerts }: SeenBeside,
): Exclude<PingKind, 'start'> | undefined {
  if (fleet.some(({ outsideRpo }) => outsideRpo) || (lost ?? []).length > 0) return 'fail';
  if (typeof alerts === 'object') return 'fail';
  if (lost === undefined || alerts === 'unknown') return undefined;
  return fleet.length > 0 && fleet.every(({ newest }) => newest !== undefined) ? 'success' : undefined;
}

/** A self-hosted Healthchecks keeps 10 kB of a body; so many lines stay far below. */
const CACHES_MAX = 50;

/** What is said along with the end of a look: how many, how old, and each cache, the latest for its objective first. */
export function heartbeatBody(
  fleet: readonly Freshness[],
  look: Look,
  { lost = [], alerts }: SeenBeside,
): string {
  const outside = fleet.filter(({ outsideRpo }) => outsideRpo).length;
  const without = fleet.filter(({ newest }) => newest === undefined).length;
  const latestFirst = [...fleet].sort((one, other) => used(other) - used(one));
  return [
    ...(typeof alerts === 'object' ? [`Redrill: alerts have no recipient: ${alerts.lost}`] : []),
    outside === 0
      ? 'Redrill: no cache is outside its RPO'
      : `Redrill: ${outside} of ${fleet.length} caches outside their RPO`,
    `${look.now.toISOString()}, run ${look.id}`,
    `protected ${fleet.length}, outside ${outside}, without a verified copy ${without}`,
    oldestCopy(fleet),
    ...lost
      .slice(0, CACHES_MAX)
      .map((cache) => `${cache}: its newest verified copy is no longer in the vault`),
    ...latestFirst.slice(0, CACHES_MAX).map(lineOf),
    ...(fleet.length > CACHES_MAX ? [`and ${fleet.length - CACHES_MAX} more`] : []),
  ].join('\n');
}

const used = ({ ageSeconds, rpoSeconds }: Freshness) => ageSeconds / rpoSeconds;

function oldestCopy(fleet: readonly Freshness[]): string {
  const oldest = fleet
    .filter(({ newest }) => newest !== undefined)
    .reduce<Freshness | undefined>(
      (found, each) => (found === undefined || each.ageSeconds > found.ageSeconds ? each : found),
      undefined,
    );
  if (oldest?.newest === undefined) return 'no verified copy';
  return `oldest of the newest verified copies ${Math.round(oldest.ageSeconds)} s: ${oldest.cache} of ${readableSlot(oldest.newest.slot)}`;
}

function lineOf({ cache, newest, ageSeconds, rpoSeconds }: Freshness): string {
  const age = newest === undefined ? 'no verified copy for' : 'age';
  return `${cache} ${age} ${Math.round(ageSeconds)} s, RPO ${rpoSeconds} s`;
}
