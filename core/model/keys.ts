import type { SnapshotName } from './names.ts';
import { isSlot, type Slot } from './slot.ts';
import { isTier, type Tier } from './tier.ts';

/** Where everything lies, in the landing, vault and staging buckets. The vault's keys are its catalogue. */

/** Identity of a recovery point: its place in the vault. */
export interface PointAddress {
  readonly tier: Tier;
  readonly cache: string;
  readonly slot: Slot;
}

const number4 = (shard: number) => String(shard).padStart(4, '0');

export const landingKeys = {
  /** What ElastiCache names exported files as far as it is documented; which ones there are is listed. */
  shard: (snapshot: SnapshotName, shard: number) => `${snapshot}-${number4(shard)}.rdb`,
  seal: (snapshot: SnapshotName) => `${snapshot}.export.json`,
  sealSuffix: '.export.json',
  /** That the vault has verified its copy of this snapshot: the only prefix of this bucket that the vault writes to. */
  verified: (snapshot: SnapshotName) => `${landingKeys.verifiedPrefix}${snapshot}.json`,
  verifiedPrefix: 'verified/',
  /** The caches that watch-source finds. */
  discovery: 'watch/discovered.json',
  serversPrefix: 'servers/',
  /** All that the hosts of a server may write to. */
  server: (server: string) => `${landingKeys.serversPrefix}${server}/`,
  serverSlot: (server: string, slot: Slot) => `${landingKeys.server(server)}${slot}/`,
  /** @param save tells one save of a host from another */
  serverFile: (
    server: string,
    slot: Slot,
    { host, save }: { readonly host: string; readonly save: string },
  ) => `${landingKeys.serverSlot(server, slot)}${host}-${save}.rdb`,
  /** Written last, once: what it lists is complete. */
  serverSeal: (server: string, slot: Slot, shard: number) =>
    `${landingKeys.serverSlot(server, slot)}shard-${number4(shard)}.seal.json`,
  /** Everything in the slots of all servers: slots begin with the year. */
  serverSlotsPattern: 'servers/*/2*',
  serverSealPattern: 'servers/*.seal.json',
  /** The one object that a host may write over. */
  serverHeartbeat: (server: string, { shard, host }: { readonly shard: number; readonly host: string }) =>
    `${landingKeys.serverHeartbeats(server)}${number4(shard)}-${host}.json`,
  serverHeartbeats: (server: string) => `${landingKeys.server(server)}heartbeat-`,
  serverHeartbeatPattern: 'servers/*/heartbeat-*.json',
} as const;

export const vaultKeys = {
  point: ({ tier, cache, slot }: PointAddress) => `${tier}/${cache}/${slot}/`,
  shard: (point: PointAddress, shard: number) => `${vaultKeys.point(point)}shard-${number4(shard)}.rdb`,
  /** What verify-shard found in one shard. */
  finding: (point: PointAddress, shard: number) => `${vaultKeys.point(point)}shard-${number4(shard)}.json`,
  digest: (point: PointAddress, shard: number) => `${vaultKeys.point(point)}digest-${number4(shard)}.bin`,
  record: (point: PointAddress) => `${vaultKeys.point(point)}recovery-point.json`,
  /** Which bytes the record consists of. */
  recordDigest: (point: PointAddress) => `${vaultKeys.point(point)}recovery-point.digest.json`,
  pointsOf: (tier: Tier, cache: string) => `${tier}/${cache}/`,
  registry: (cache: string) => `registry/${cache}.json`,
  registryPrefix: 'registry/',
  ingested: (snapshot: SnapshotName) => `ingested/${snapshot}.json`,
  ingestedPrefix: 'ingested/',
  reportsOf: (cache: string) => `reports/${cache}/`,
  report: (cache: string, drill: Slot) => `${vaultKeys.reportsOf(cache)}${drill}.json`,
  /** The same report for people. */
  reportPage: (cache: string, drill: Slot) => `${vaultKeys.reportsOf(cache)}${drill}.html`,
  /** The newest drills of a cache in a line each. */
  history: (cache: string) => `${vaultKeys.reportsOf(cache)}history.json`,
  /** How every protected cache stands; for people, {@link vaultKeys.fleetPage}. */
  fleet: 'reports/index.json',
  fleetPage: 'reports/index.html',
  reportsPrefix: 'reports/',
  /** A page beside {@link vaultKeys.fleetPage}; no cache has a name that begins with an underscore. */
  runbook: (name: string) => `${vaultKeys.runbooksPrefix}${name}.html`,
  runbooksPrefix: 'reports/_runbooks/',
} as const;

/** What is looked at together, and alerted on by what is remembered of it. */
export const NOTICE_AREAS = [
  'rpo',
  'settings',
  'promises',
  'points',
  'source',
  'hosts',
  'other-side',
  'drills',
] as const;
/** The same of watch-source, which remembers in the landing bucket. */
export const SOURCE_NOTICE_AREAS = ['settings', 'other-side', 'rehearsal'] as const;
export type NoticeArea = (typeof NOTICE_AREAS)[number] | (typeof SOURCE_NOTICE_AREAS)[number];

export const stagingKeys = {
  drill: (cache: string, drill: Slot) => `drills/${cache}/${drill}/`,
  drillsPrefix: 'drills/',
  shard: (cache: string, drill: Slot, shard: number) =>
    `${stagingKeys.drill(cache, drill)}shard-${number4(shard)}.rdb`,
  authToken: (cache: string, drill: Slot) => `${stagingKeys.drill(cache, drill)}auth-token`,
  /** Where verify-shard was when its time ran out. It holds parts of keys and values. */
  checkpoint: (cache: string, slot: Slot, shard: number) =>
    `${stagingKeys.ingestPrefix}${cache}/${slot}/shard-${number4(shard)}.checkpoint`,
  ingestPrefix: 'ingest/',
  /** How far verify-restore has come, when one invocation was not enough. */
  comparison: (cache: string, drill: Slot) => `${stagingKeys.drill(cache, drill)}comparison`,
  /** What a person's restore has staged; not below the drills' prefix, which is swept after hours. */
  restore: (to: string, cache: string, slot: Slot) => `${stagingKeys.restoresPrefix}${to}/${cache}/${slot}/`,
  restoresPrefix: 'restores/',
  restoreShard: (folder: string, shard: number) => `${folder}shard-${number4(shard)}.rdb`,
  /** When a restore was begun, and by whom, so that its later runs go on with it. */
  restoreBegun: (folder: string) => `${folder}begun.json`,
  /** What find-exports sees of the source region, for watch-vault. */
  sourceSight: 'watch/source.json',
  /** Since when watch-vault has known the caches without any copy. */
  firstSeen: 'watch/first-seen.json',
  /** Which subscriptions had been confirmed at the last look. */
  confirmed: 'watch/confirmed.json',
  /** What people were told, a document for what is looked at together; watch-source keeps its own in the landing bucket. */
  notices: (area: NoticeArea) => `watch/notices-${area}.json`,
} as const;

/** The drill that a key of the vault is the JSON report of; undefined for any other key. */
export function drillOfReport(key: string): Slot | undefined {
  const [, drill = ''] = /^reports\/[^/]+\/([^/]+)\.json$/.exec(key) ?? [];
  return isSlot(drill) ? drill : undefined;
}

/** The recovery point that a folder of the vault belongs to; undefined for any other folder. */
export function pointOfFolder(folder: string): PointAddress | undefined {
  const [, tier, cache = '', slot = ''] = /^([a-z]+)\/([^/]+)\/([^/]+)\/$/.exec(folder) ?? [];
  return isTier(tier) && isSlot(slot) ? { tier, cache, slot } : undefined;
}

/** The snapshot that a key of the landing bucket says is verified; undefined for any other key. */
export function snapshotOfVerified(key: string): string | undefined {
  return /^verified\/([^/]+)\.json$/.exec(key)?.[1];
}

export interface SealedShard {
  readonly server: string;
  readonly slot: Slot;
  readonly shard: number;
}

/** The shard of a server that a key of the landing bucket is the seal of; undefined for any other key. */
export function shardOfServerSeal(key: string): SealedShard | undefined {
  const [, server = '', slot = '', shard = ''] =
    /^servers\/([^/]+)\/([^/]+)\/shard-(\d{4,})\.seal\.json$/.exec(key) ?? [];
  return isSlot(slot) ? { server, slot, shard: Number(shard) } : undefined;
}

/** The cache that a key of the vault is the registry entry of; undefined for any other key. */
export function cacheOfRegistry(key: string): string | undefined {
  return /^registry\/([^/]+)\.json$/.exec(key)?.[1];
}
