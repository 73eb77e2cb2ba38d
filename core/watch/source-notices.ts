import { type Notice, noticeOf } from '../alerts/compose-notice.ts';
import type { Config } from '../contracts/config.ts';
import type { RegistryEntry } from '../contracts/recovery-point.ts';
import type { CacheState, Discovery, SourceSight } from '../contracts/source-sight.ts';
import { readableSeconds, secondsOf } from '../model/duration.ts';
import { groupBy } from '../model/group-by.ts';
import { EXPORT_KEPT_DAYS } from '../model/periods.ts';
import { readableSlot } from '../model/slot.ts';
import { PLAN_TAG } from '../model/tags.ts';
import { DAY_MS, HOUR_SECONDS } from '../model/time.ts';
import { type Freshness, lastCopyLine, planOrStrictest } from './assess-rpo.ts';

/** An export that waits so long, or half of its plan's RPO, waits too long: there is still time before the objective is missed. */
const EXPORT_WAITS_SECONDS = 6 * HOUR_SECONDS;
/** Four looks of watch-source: a cache that is replaced under its name, or tagged anew, is away for less. */
const CACHE_AWAY_SECONDS = HOUR_SECONDS;

export interface SourceFacts {
  readonly config: Config;
  readonly sight: SourceSight;
  readonly fleet: readonly Freshness[];
  readonly registry: readonly RegistryEntry[];
  readonly now: Date;
}

/** What people must hear of what is seen of the source region. */
export function noticesOfSource(facts: SourceFacts): readonly Notice[] {
  return [...exportNotices(facts), ...vanishedNotices(facts)];
}

const secondsSince = (at: string, now: Date) => (now.getTime() - Date.parse(at)) / 1000;

function exportNotices(facts: SourceFacts): readonly Notice[] {
  const { config, sight } = facts;
  // It waited when it was last looked for; what has become of it since, nobody has seen.
  const seenAt = new Date(sight.at);
  const overdue = sight.waiting.filter(({ cache, plan, sealedAt }) => {
    const chosen = planOrStrictest(config, config.caches[cache] ?? plan);
    const allowed = chosen && Math.min(EXPORT_WAITS_SECONDS, secondsOf(chosen.rpo) / 2);
    return allowed !== undefined && secondsSince(sealedAt, seenAt) > allowed;
  });
  const byCache = groupBy(overdue, ({ cache }) => cache);
  return [...byCache].map(([cache, exports]) => exportNotice(cache, exports, facts));
}

function exportNotice(cache: string, exports: SourceSight['waiting'], { fleet, now }: SourceFacts): Notice {
  const [oldest] = exports.toSorted((one, other) => (one.slot < other.slot ? -1 : 1));
  const { slot, sealedAt } = oldest as (typeof exports)[number];
  const expires = new Date(Date.parse(sealedAt) + EXPORT_KEPT_DAYS * DAY_MS).toISOString().slice(0, 10);
  const freshness = fleet.find((each) => each.cache === cache);
  return noticeOf({
    code: 'ExportsWaiting',
    about: cache,
    text: [
      `${exports.length === 1 ? 'An export' : `${exports.length} exports`} of ${cache} should be in the vault by now. ${exports.length === 1 ? 'It' : 'The oldest'} is of ${readableSlot(slot)}, and was complete in the landing bucket ${readableSeconds(secondsSince(sealedAt, now))} ago.`,
      freshness === undefined ? 'The vault has no recovery point of this cache.' : lastCopyLine(freshness),
      `S3 deletes that export after ${EXPORT_KEPT_DAYS} days, on ${expires} or the day after. If it is not in the vault by then, it is lost.`,
      '',
      'Likely causes: the ingest fails (it sends its own alerts), takes very long, or waits for another one.',
      'To see the state of the cache:',
      `  npx redrill status ${cache}`,
    ],
  });
}

/** Registered or configured caches that backups do not find any more. */
function vanishedNotices({ config, sight: { discovered }, fleet, registry }: SourceFacts): readonly Notice[] {
  if (discovered === undefined) return [];
  return fleet.flatMap((freshness): readonly Notice[] => {
    const entry = registry.find(({ cache }) => cache === freshness.cache);
    const away = awayOf(freshness.cache, entry, discovered);
    if (away === undefined) return [];
    const seconds = secondsSince(away.since, new Date(discovered.at));
    return seconds > CACHE_AWAY_SECONDS
      ? [vanishedNotice(freshness, { state: away.state, seconds, config })]
      : [];
  });
}

type Away = { readonly state: CacheState; readonly since: string };

function awayOf(cache: string, entry: RegistryEntry | undefined, discovered: Discovery): Away | undefined {
  const known = discovered.caches[cache];
  if (known !== undefined) return known.state === 'protected' ? undefined : known;
  if (entry === undefined) return undefined;
  // It has not been there at any look; one that was registered since the last look may well be there.
  const since = entry.registeredAt > discovered.since ? entry.registeredAt : discovered.since;
  return { state: 'gone', since };
}

interface Absence {
  readonly state: CacheState;
  readonly seconds: number;
  readonly config: Config;
}

function vanishedNotice(freshness: Freshness, { state, seconds, config }: Absence): Notice {
  const { cache, plan } = freshness;
  return noticeOf({
    code: state === 'gone' ? 'CacheGone' : 'CacheUnplanned',
    about: cache,
    text: [
      state === 'gone'
        ? `${cache}, protected by plan ${plan}, has not been in the source region for ${readableSeconds(seconds)}.`
        : `${cache}, protected by plan ${plan}, is in the source region, and for ${readableSeconds(seconds)} neither its tag nor the configuration has named a plan for it. Redrill no longer backs it up.`,
      lastCopyLine(freshness),
      'No backup has the data that was written after that recovery point.',
      '',
      `Likely causes: ${state === 'gone' ? 'the cache was deleted or replaced by one with another name' : `the tag ${PLAN_TAG} was removed or changed`}.`,
      ...(state === 'gone' ? newOne(freshness, config) : tagBack(freshness, config)),
      'If the cache was deleted on purpose, or needs no more backups, stop these alerts:',
      `  npx redrill forget ${cache} --why '…'`,
    ],
  });
}

/** Where the cache was: without --region, a restore creates it in the vault's region. */
function newOne({ cache, newest }: Freshness, { source: { region } }: Config): readonly string[] {
  if (newest === undefined) return [];
  return [
    'If not, restore it. This command shows what it would create; with --apply, it creates the cache (for a cache with a token, add --auth-token-from env:TOKEN):',
    `  npx redrill restore ${cache}/${newest.slot} --to ${cache} --region ${region}`,
  ];
}

function tagBack({ cache, plan }: Freshness, { account = '$ACCOUNT', source }: Config): readonly string[] {
  const { region } = source;
  return [
    'To add the tag again (the ARN is that of a replication group; of a cluster outside a group, write cluster instead of replicationgroup):',
    `  aws elasticache add-tags-to-resource --region ${region} --resource-name arn:aws:elasticache:${region}:${account}:replicationgroup:${cache} --tags Key=${PLAN_TAG},Value=${plan}`,
  ];
}
