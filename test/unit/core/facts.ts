import type { ExportSeal } from '../../../core/contracts/export.ts';
import { DEFAULT_GATE, type ProtectedPlan } from '../../../core/contracts/plan.ts';
import type {
  PointSummary,
  RecoveryPoint,
  RegistryEntry,
  ShardContent,
  ShardFinding,
} from '../../../core/contracts/recovery-point.ts';
import type { Topology } from '../../../core/contracts/topology.ts';
import { totalsOf } from '../../../core/ingest/assess-content.ts';
import { snapshotNameOf } from '../../../core/model/names.ts';
import { parseSlot, type Slot } from '../../../core/model/slot.ts';
import type { Verdict } from '../../../core/model/verdict.ts';
import type { SealConfig } from '../../../vault/sealed-exports.ts';

/** What decisions are made about, with unremarkable values; a test says what is remarkable. */

export const SLOT = parseSlot('20261121T060000Z');
export const NO_TYPES = { string: 0, list: 0, set: 0, zset: 0, hash: 0, stream: 0, module: 0 };

export const TOPOLOGY: Topology = {
  engine: 'valkey',
  engineVersion: '8.0.1',
  nodeType: 'cache.r7g.large',
  clusterMode: false,
  replicas: 1,
  shards: [{ shard: 1 }],
  parameterGroup: 'default.valkey8',
  parameters: {},
  userGroups: [],
  securityGroups: ['sg-1'],
  tls: true,
  auth: 'token',
  automaticFailover: true,
  multiAz: true,
  dataTiering: false,
  tags: {},
};

export function contentOf(keys: number, changed: Partial<ShardContent> = {}): ShardContent {
  return {
    bytes: 1_000,
    sha256: 'ab',
    crc64nvme: 'cd',
    rdb: {
      engine: 'valkey',
      version: 80,
      crc64: 'valid',
      createdAtSeconds: Date.UTC(2026, 10, 21, 6) / 1000,
    },
    keys,
    byType: { ...NO_TYPES, string: keys },
    byDatabase: { '0': keys },
    withExpiry: 0,
    elements: keys,
    functions: 0,
    opaqueKeys: 0,
    keySlots: '',
    digest: '00',
    ...changed,
  };
}

export function soundShard(
  shard: number,
  keys: number,
  changed: Partial<ShardContent> = {},
): Extract<ShardFinding, { readonly sound: true }> {
  const content = contentOf(keys, changed);
  return {
    sound: true,
    shard,
    key: `shard-${shard}`,
    file: { versionId: `file-${shard}`, etag: `"file-${shard}"`, bytes: content.bytes },
    digestFile: { versionId: `digest-${shard}`, etag: `"digest-${shard}"`, bytes: 65_536 },
    content,
  };
}

export function sealOf(shards: readonly { readonly slots?: string }[] = [{}], slot: Slot = SLOT): ExportSeal {
  const snapshot = snapshotNameOf('sessions', slot);
  const numbered = shards.map(({ slots }, at) => ({
    shard: at + 1,
    ...(slots === undefined ? {} : { slots }),
  }));
  return {
    version: 1,
    cache: 'sessions',
    kind: 'replication-group',
    plan: 'sessions',
    slot,
    snapshot,
    source: { region: 'eu-west-1', account: '111122223333' },
    takenAt: '2026-11-21T06:00:30.000Z',
    sealedAt: '2026-11-21T06:05:00.000Z',
    shards: numbered.map((each) => ({ ...each, key: `${snapshot}-${each.shard}`, bytes: 1_000, etag: 'e' })),
    topology: { ...TOPOLOGY, clusterMode: shards.length > 1, shards: numbered },
  };
}

export function summaryOf(slot: string, keys: number, verdict: Verdict = 'verified'): PointSummary {
  const totals = { keys, bytes: 1, withExpiry: 0, byType: { ...NO_TYPES, string: keys } };
  return { slot: parseSlot(slot), tier: 'hourly', verdict, totals };
}

/** @param recent newest first */
export function entryOf(recent: readonly PointSummary[], cache = 'sessions'): RegistryEntry {
  return {
    version: 1,
    cache,
    plan: 'sessions',
    registeredAt: '2026-11-01T00:00:00.000Z',
    recent: [...recent],
    weekly: [],
    holds: [],
  };
}

/** Totals and shards that go together, whichever of them a test says. */
function contentsOf({ totals, shards }: Partial<RecoveryPoint>): Pick<RecoveryPoint, 'totals' | 'shards'> {
  if (shards !== undefined) return { shards, totals: totalsOf(shards) };
  const { keys, ...content } = totals ?? summaryOf(SLOT, 10).totals;
  return { shards: [soundShard(1, keys, content)], totals: { keys, ...content } };
}

export function pointOf(changed: Partial<RecoveryPoint> = {}): RecoveryPoint {
  const { snapshot, source, takenAt, kind } = sealOf();
  return {
    version: 1,
    cache: 'sessions',
    kind,
    plan: 'sessions',
    slot: SLOT,
    tier: 'daily',
    verdict: 'verified',
    reasons: [],
    snapshot,
    source,
    takenAt,
    admittedAt: '2026-11-21T06:10:00.000Z',
    topology: TOPOLOGY,
    ...contentsOf(changed),
    ...changed,
  };
}

export const PLAN: ProtectedPlan = {
  every: '6h',
  keep: { hourly: '2d', daily: '7d', weekly: '28d', monthly: 'forever' },
  rpo: '8h',
  rto: '1h',
  contentGate: DEFAULT_GATE,
  minimumRedundancy: 2,
  drill: {
    schedule: 'weekly',
    nodeType: 'cache.t4g.medium',
    fallbackNodeTypes: [],
    choose: 'latest',
    window: '30d',
  },
  nodesPerCache: 1,
};

/** What the seals of the landing bucket are read with where there are no servers. */
export const NO_SERVERS: SealConfig = {
  servers: {},
  plans: {},
  source: { region: 'eu-west-1', kmsKeys: [] },
};
