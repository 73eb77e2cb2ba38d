import { commandOf, type Notice, noticeOf } from '../alerts/compose-notice.ts';
import type { Config } from '../contracts/config.ts';
import type { HostSeen } from '../contracts/host-heartbeat.ts';
import { isProtected } from '../contracts/plan.ts';
import type { RegistryEntry } from '../contracts/recovery-point.ts';
import { readableSeconds, secondsOf } from '../model/duration.ts';
import { percentText } from '../model/percent.ts';
import { EXPORT_KEPT_DAYS } from '../model/periods.ts';
import { MINUTE_SECONDS } from '../model/time.ts';

/** A restart of the host, or of the service, takes less. */
const SILENT_AFTER_SECONDS = 10 * MINUTE_SECONDS;
/** How much longer than it has said itself a host may take. */
const LATE = 1.5;
/** A save that fails is tried again every minute; what has passed by then need not be told. */
const FAILING_FOR_SECONDS = 10 * MINUTE_SECONDS;
/** Of what the next save needs, what has to be free on the disk. */
const ROOM = 1.25;
/** Of the time between two slots, what a save and its upload may take. */
const SHARE_OF_CADENCE = 0.8;

export interface HostFacts {
  readonly config: Pick<Config, 'servers' | 'plans'>;
  readonly hosts: readonly HostSeen[];
  readonly registry: readonly RegistryEntry[];
  /** When the hosts' heartbeats were read. */
  readonly seenAt: Date;
}

/** A server, and the hosts of it that have sent heartbeats. */
interface Seen extends Omit<HostFacts, 'hosts'> {
  readonly server: string;
  readonly hosts: readonly HostSeen[];
}

/** What people must hear of the hosts that ship servers. */
export function noticesOfHosts(facts: HostFacts): readonly Notice[] {
  const { servers, plans } = facts.config;
  return Object.entries(servers).flatMap(([server, { plan }]) => {
    const rules = plans[plan];
    if (rules === undefined || !isProtected(rules)) return [];
    const hosts = facts.hosts.filter((host) => host.server === server);
    const seen = { ...facts, server, hosts };
    return [...silence(seen), ...failures(seen), ...risks(seen)];
  });
}

const secondsBetween = (at: string, now: Date) => (now.getTime() - Date.parse(at)) / 1_000;

function isSilent({ at, nextWithinSeconds }: HostSeen, seenAt: Date): boolean {
  return secondsBetween(at, seenAt) > Math.max(SILENT_AFTER_SECONDS, nextWithinSeconds * LATE);
}

/** Shards of which no host runs. A server that has no copy yet may still have to be set up. */
function silence({ server, hosts, config, registry, seenAt }: Seen): readonly Notice[] {
  const shards = config.servers[server]?.shards ?? 0;
  const hasCopies = registry.some(({ cache }) => cache === server);
  const silent = Array.from({ length: shards }, (_, at) => at + 1).filter((shard) => {
    const own = hosts.filter((host) => host.shard === shard);
    return own.length === 0 ? hasCopies : own.every((host) => isSilent(host, seenAt));
  });
  if (silent.length === 0) return [];
  const text = [
    `No host ships ${silent.length === shards ? server : `${silent.length} of the ${shards} shards of ${server}`}:`,
    ...silent.slice(0, MOST_LINES).map((shard) => `  - ${lastSign(shard, hosts, seenAt)}`),
    ...more(silent.length),
    'Redrill takes no new copy of the server until each shard is shipped.',
    '',
    'Likely causes: the host or the service is down, the role of the host has changed, or the host cannot reach S3.',
    'On the host, the log of the service says why:',
    `  ${LOG}`,
  ];
  return [noticeOf({ code: 'ShipperSilent', about: server, parts: silent.map(String), text })];
}

function lastSign(shard: number, hosts: readonly HostSeen[], seenAt: Date): string {
  const [last] = hosts
    .filter((host) => host.shard === shard)
    .toSorted((one, other) => (one.at < other.at ? 1 : -1));
  if (last === undefined) return `shard ${shard}: no heartbeat in the last ${EXPORT_KEPT_DAYS} days`;
  const age = readableSeconds(secondsBetween(last.at, seenAt));
  const why = last.failing === undefined ? '' : `; its last attempt failed: ${last.failing.message}`;
  return `shard ${shard}: the last heartbeat is of host ${last.host}, ${age} ago${why}`;
}

/** Hosts that run, and whose last attempts have failed. */
function failures({ server, hosts, seenAt }: Seen): readonly Notice[] {
  const failing = hosts.flatMap((host) => {
    const { failing: failure } = host;
    if (failure === undefined || isSilent(host, seenAt)) return [];
    return secondsBetween(failure.since, seenAt) < FAILING_FOR_SECONDS ? [] : [{ ...host, failing: failure }];
  });
  if (failing.length === 0) return [];
  const lines = failing.map(({ host, shard, failing: { message, since } }) => {
    const age = readableSeconds(secondsBetween(since, seenAt));
    return `  - host ${host}, shard ${shard}, for ${age}: ${message}`;
  });
  const text = [
    failing.length === 1 ? `A host of ${server} cannot ship it:` : `Hosts of ${server} cannot ship it:`,
    ...lines.slice(0, MOST_LINES),
    ...more(lines.length),
    '',
    'redrill ship tries again every minute. On the host, after you have corrected the cause:',
    commandOf('SaveFailed', server),
  ];
  return [noticeOf({ code: 'SaveFailed', about: server, parts: failing.map(({ host }) => host), text })];
}

/** Hosts that ship, and may not be able to for long. */
function risks(seen: Seen): readonly Notice[] {
  const { server, hosts, seenAt } = seen;
  const found = hosts
    .filter((host) => !isSilent(host, seenAt))
    .flatMap((host) => risksOf(host, seen).map(({ kind, text }) => ({ host: host.host, kind, text })));
  if (found.length === 0) return [];
  const lines = found.map(({ host, text }) => `  - host ${host}: ${text}`);
  const text = [
    `${server} is shipped, but may soon not be:`,
    ...lines.slice(0, MOST_LINES),
    ...more(lines.length),
  ];
  const parts = found.map(({ host, kind }) => `${host}: ${kind}`);
  return [noticeOf({ code: 'ShipperAtRisk', about: server, parts, text })];
}

interface Risk {
  readonly kind: 'disk' | 'cadence' | 'plan' | 'shard';
  readonly text: string;
}

function risksOf({ shipped, every, shard }: HostSeen, { server, config }: Seen): readonly Risk[] {
  const settings = config.servers[server];
  const plan = settings && config.plans[settings.plan];
  const risks: Risk[] = [];
  if (shipped !== undefined && shipped.freeBytes < shipped.fileBytes * ROOM)
    risks.push({
      kind: 'disk',
      text: `the disk has ${mib(shipped.freeBytes)} free, and the next save needs about ${mib(shipped.fileBytes)}. Make room, or move the server's dir to a larger disk`,
    });
  if (shipped !== undefined && shipped.seconds > secondsOf(every) * SHARE_OF_CADENCE)
    risks.push({
      kind: 'cadence',
      text: `a save and its upload took ${readableSeconds(shipped.seconds)}, which is ${percentText(shipped.seconds / secondsOf(every))} of the time between two slots. Choose a plan with a longer cadence, or ship from a host with a faster disk or network`,
    });
  if (plan !== undefined && isProtected(plan) && secondsOf(plan.every) !== secondsOf(every))
    risks.push({
      kind: 'plan',
      text: `it ships every ${every}; its plan says every ${plan.every}. Write ship.json anew: npx redrill ship --print config --for ${server} --shard ${shard}`,
    });
  if (settings !== undefined && shard > settings.shards)
    risks.push({
      kind: 'shard',
      text: `it ships shard ${shard}; the configuration has ${settings.shards}. Stop its service, or raise shards in the configuration`,
    });
  return risks;
}

const LOG = 'journalctl -u redrill-ship --since -1h';
const MOST_LINES = 20;
const more = (lines: number): readonly string[] =>
  lines > MOST_LINES ? [`  - and ${lines - MOST_LINES} more`] : [];
const mib = (bytes: number) => `${Math.floor(bytes / 1024 ** 2)} MiB`;
