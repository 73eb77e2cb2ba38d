import type { Config } from '../core/contracts/config.ts';
import { parseConfig } from '../core/contracts/parse-config.ts';

/** The node type that drills try first. */
export const DRILL_NODE = 'cache.t4g.medium';

/**
 * What is simulated: a cache in cluster mode, one with a replica, one with a single node that is protected by its tag
 * alone, and three different promises. Slots are hours apart, so that a year of three caches takes seconds.
 */
export const SIMULATED: Config = parseConfig({
  account: '111122223333',
  source: { region: 'eu-west-1' },
  vault: { region: 'eu-central-1', lock: { mode: 'governance', days: 1 } },
  plans: {
    queue: {
      every: '6h',
      keep: { hourly: '2d', daily: '7d', weekly: '28d', monthly: '84d' },
      rpo: '8h',
      rto: '2h',
      drill: { schedule: 'weekly', nodeType: DRILL_NODE, fallbackNodeTypes: ['cache.m7g.large'] },
      // A missing shard of two must be told by what it is, and not by the half of the keys that goes with it.
      contentGate: { shrinkShare: 0.55 },
    },
    session: {
      every: '12h',
      keep: { hourly: '2d', daily: '14d', weekly: '56d', monthly: '112d' },
      rpo: '14h',
      rto: '2h',
      nodesPerCache: 2,
      drill: { schedule: 'monthly', nodeType: DRILL_NODE, fallbackNodeTypes: ['cache.m7g.large'] },
    },
    ledger: {
      every: '24h',
      keep: { hourly: '2d', daily: '30d', weekly: '84d', monthly: 'forever' },
      rpo: '26h',
      rto: '4h',
      minimumRedundancy: 3,
      drill: {
        schedule: 'weekly',
        nodeType: DRILL_NODE,
        fallbackNodeTypes: ['cache.m7g.large'],
        serverless: { storageGb: 1, ecpuPerSecond: 1_000 },
      },
    },
  },
  caches: { orders: 'queue', sessions: 'session' },
  alerts: { emails: ['oncall@example.com'] },
  heartbeat: { parameter: '/redrill/heartbeat', convention: 'healthchecks' },
});

export interface CacheShape {
  readonly cache: string;
  readonly plan: string;
  /** @default a replication group */
  readonly kind?: 'serverless';
  /** Hash slots of each shard; undefined with cluster mode off. */
  readonly slots: readonly (string | undefined)[];
  /** Ids of the shards’ node groups. @default 1 and so on */
  readonly nodeGroups?: readonly number[];
  /** How many its parameter group has. @default the engine’s own */
  readonly databases?: number;
  readonly nodes: readonly { readonly id: string; readonly role: 'primary' | 'replica' }[];
  /** Whether only its tag protects it. */
  readonly tagged: boolean;
  readonly keys: number;
}

const SHAPES: readonly Omit<CacheShape, 'cache'>[] = [
  {
    plan: 'queue',
    slots: ['0-8191', '8192-16383'],
    // As after a resharding.
    nodeGroups: [2, 5],
    nodes: [
      { id: '0001-001', role: 'primary' },
      { id: '0002-001', role: 'primary' },
    ],
    tagged: false,
    keys: 2400,
  },
  {
    plan: 'session',
    slots: [undefined],
    // Its drills need a parameter group of their own.
    databases: 40,
    nodes: [
      { id: '001', role: 'primary' },
      { id: '002', role: 'replica' },
    ],
    tagged: false,
    // Too few to judge its shrinking by: only emptiness counts.
    keys: 80,
  },
  { plan: 'ledger', slots: [undefined], nodes: [{ id: '001', role: 'primary' }], tagged: true, keys: 1600 },
];
/** In place of the third, in every other run. How many files it is exported to, the answers of the run say. */
const SERVERLESS: Omit<CacheShape, 'cache'> = {
  plan: 'ledger',
  kind: 'serverless',
  slots: ['0-16383'],
  nodes: [],
  tagged: true,
  keys: 1600,
};
const NAMES = ['orders', 'sessions', 'audit'];

/** The first `count` caches; beyond three, more like the third. */
export function simulatedCaches(count: number, seed = 0): readonly CacheShape[] {
  return Array.from({ length: count }, (_, at) => {
    const known = SHAPES[Math.min(at, SHAPES.length - 1)] as (typeof SHAPES)[number];
    const shape = known.plan === SERVERLESS.plan && seed % 2 === 1 ? SERVERLESS : known;
    const cache = NAMES[at] ?? `audit-${at - 1}`;
    const nodes = shape.nodes.map(({ id, role }) => ({ id: `${cache}-${id}`, role }));
    return { ...shape, cache, nodes };
  });
}
