import { isListed } from '../backup/snapshot-refusal.ts';
import type { Finding } from '../contracts/doctor.ts';
import { SERVERLESS_NODE_TYPE } from '../contracts/topology.ts';
import { drillEngineVersion } from '../drill/plan-drill.ts';
import {
  SERVERLESS_SNAPSHOT_BUDGET,
  SERVERLESS_SNAPSHOTS_PER_DAY,
  SNAPSHOT_QUOTA_RESERVE,
} from '../model/limits.ts';
import { RESERVED_MEMORY_SHARE } from '../model/node-types.ts';
import { covers } from '../model/version-order.ts';
import type { CacheFacts } from '../ports/doctor.ts';
import type { EngineOffer } from '../ports.ts';
import { advice, ok, problem } from './findings.ts';

export interface CacheSeen {
  readonly cache: string;
  /** Undefined if there is no such cache. */
  readonly facts: CacheFacts | undefined;
  readonly sourceRegion: string;
  readonly vaultRegion: string;
  /** `source.kmsKeys` of the configuration. */
  readonly kmsKeys: readonly string[];
  /** How many snapshots its plan takes of it in a day. */
  readonly snapshotsPerDay: number;
  /** What the vault's region can make. */
  readonly offers: readonly EngineOffer[];
}

const RESERVED_PERCENT = RESERVED_MEMORY_SHARE * 100;

/** Whether one protected cache can be backed up, and made again in the vault's region. */
export function cacheFindings(seen: CacheSeen): readonly Finding[] {
  const { cache, facts, sourceRegion } = seen;
  if (facts === undefined)
    return [
      problem({
        id: 'cache-missing',
        subject: cache,
        text: `The configuration protects ${cache}, and ${sourceRegion} has no replication group, cluster or serverless cache of that id.`,
        next: [
          `aws elasticache describe-replication-groups --region ${sourceRegion} --query 'ReplicationGroups[].ReplicationGroupId'`,
          `aws elasticache describe-serverless-caches --region ${sourceRegion} --query 'ServerlessCaches[].ServerlessCacheName'`,
          `aws elasticache describe-cache-clusters --region ${sourceRegion} --show-cache-clusters-not-in-replication-groups --query 'CacheClusters[].CacheClusterId'`,
        ],
      }),
    ];
  if (facts.refusal !== undefined)
    return [
      problem({
        id: 'cache-backup-unsupported',
        subject: cache,
        text: `${facts.refusal}.`,
        next: [`configuration: correct the id ${cache}, or remove it`],
      }),
    ];
  const found = [...problemsOf(seen, facts), ...advicesOf(cache, facts)];
  if (found.some(({ state }) => state === 'problem')) return found;
  const { engine, engineVersion, nodeType } = facts;
  return [
    ok({
      id: 'cache',
      subject: cache,
      text: `${engine} ${engineVersion} on ${nodeType} can be backed up and restored.`,
    }),
    ...found,
  ];
}

function problemsOf(seen: CacheSeen, facts: CacheFacts): readonly Finding[] {
  const { cache: subject, offers, vaultRegion } = seen;
  const { engine, engineVersion, nodeType } = facts;
  const found: Finding[] = [];
  // https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups.html (checked 2026-11-23)
  if (nodeType === 'cache.t1.micro')
    found.push(
      problem({
        id: 'cache-backup-unsupported',
        subject,
        text: 'ElastiCache takes no backups of cache.t1.micro nodes.',
        next: [`configuration: remove ${subject}, or move it to another node type first`],
      }),
    );
  // https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-exporting.html (checked 2026-11-23)
  if (facts.dataTiering)
    found.push(
      problem({
        id: 'cache-export-unsupported',
        subject,
        text: 'ElastiCache does not export backups of caches with data tiering.',
        next: [`configuration: take ${subject} out`],
      }),
    );
  if (nodeType === SERVERLESS_NODE_TYPE && seen.snapshotsPerDay > SERVERLESS_SNAPSHOT_BUDGET)
    found.push(
      problem({
        id: 'snapshot-quota-exceeded',
        subject,
        text: `Its plan takes ${seen.snapshotsPerDay} snapshots a day. ElastiCache takes ${SERVERLESS_SNAPSHOTS_PER_DAY} of a serverless cache, of which Redrill leaves ${SNAPSHOT_QUOTA_RESERVE} to you: the backups after that fail.`,
        next: [`configuration: put ${subject} on a plan whose 'every' is 2h or longer`],
      }),
    );
  const { kmsKey } = facts;
  if (kmsKey !== undefined && !isListed(kmsKey, seen.kmsKeys))
    found.push(
      problem({
        id: 'cache-key-not-listed',
        subject,
        text: `It is encrypted at rest under the key ${kmsKey}, which source.kmsKeys does not list: its backups fail.`,
        next: [`configuration: add '${kmsKey}' to source.kmsKeys`],
      }),
    );
  const wanted = drillEngineVersion(engineVersion);
  const ofEngine = offers.filter((offer) => offer.engine === engine);
  if (!ofEngine.some(({ version }) => covers(wanted, version) || covers(version, wanted)))
    found.push(
      problem({
        id: 'engine-not-offered',
        subject,
        text: `Its drills need ${engine} ${wanted}, which ${vaultRegion} does not offer; it offers ${ofEngine.map(({ version }) => version).join(', ') || 'no version of it'}.`,
        next: ['configuration: choose another vault.region, or upgrade the cache first'],
      }),
    );
  return found;
}

function advicesOf(subject: string, facts: CacheFacts): readonly Finding[] {
  const { status, snapshotRetentionDays: days, reservedMemoryPercent: reserved } = facts;
  return [
    ...(status === 'available'
      ? []
      : [
          advice({
            id: 'cache-not-available',
            subject,
            text: `Its status is ${status}; a backup waits until it is available.`,
          }),
        ]),
    ...(reserved === undefined || reserved >= RESERVED_PERCENT
      ? []
      : [
          advice({
            id: 'reserved-memory-low',
            subject,
            text: `Its parameter group reserves ${reserved} % of memory; AWS recommends ${RESERVED_PERCENT} % so that backups do not run out of it.`,
            next: ['aws elasticache modify-cache-parameter-group, with reserved-memory-percent 25'],
          }),
        ]),
    ...(days === 0
      ? []
      : [
          advice({
            id: 'automatic-snapshots-on',
            subject,
            text: `ElastiCache keeps automatic snapshots of it for ${days} days. They are not needed in addition to Redrill's, cost storage, and delay a backup that is due while one is taken.`,
          }),
        ]),
  ];
}
