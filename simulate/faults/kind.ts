import type { MemoryBucket } from '../../adapters/memory/bucket.ts';
import type { ActiveFault, ActiveFaults } from '../active-faults.ts';
import type { VirtualClock } from '../clock.ts';
import type { Executions } from '../executions.ts';
import type { Random } from '../random.ts';
import type { Points } from '../referee/points.ts';
import type { DrillRegion } from '../world/drills.ts';
import type { LiveCache, SourceRegion } from '../world/source.ts';

/** Everything that a fault can lay hands on. */
export interface Scene {
  readonly clock: VirtualClock;
  readonly activeFaults: ActiveFaults;
  readonly source: SourceRegion;
  readonly drills: DrillRegion;
  readonly landing: MemoryBucket;
  readonly vault: MemoryBucket;
  readonly executions: Executions;
  readonly points: Points;
}

/** What a fault may keep from working, for the referee: it asks less while one of these goes on. */
export type Effect = 'watch' | 'drills' | 'rto' | 'answers' | 'deletions';

/** A kind of fault: how long it lasts, what it may harm, and how it begins and ends. */
export interface FaultKind {
  readonly name: string;
  /** What it is, for the table in the documents. */
  readonly says: string;
  /** Shortest and longest, hours. */
  readonly hours: readonly [number, number];
  readonly effects: readonly Effect[];
  /** Whether other caches than its own feel it. */
  readonly everywhere: boolean;
  /** @returns what ends it */
  begin(scene: Scene, cache: LiveCache, random: Random): () => void;
}

/** A kind of fault that does nothing but what an {@link ActiveFault} does while it lasts. */
export function faultKind(
  kind: Omit<FaultKind, 'begin'>,
  faultOf: (cache: LiveCache, random: Random) => Omit<ActiveFault, 'name'>,
): FaultKind {
  return {
    ...kind,
    begin: ({ activeFaults }, cache, random) => {
      const fault = { name: kind.name, ...faultOf(cache, random) };
      activeFaults.begin(fault);
      return () => activeFaults.end(fault);
    },
  };
}

const READS = new Set([
  'list',
  'listFolders',
  'head',
  'read',
  'stream',
  'find',
  'databases',
  'functions',
  'serverTimeMs',
  'listTagged',
  'findCache',
  'describeTopology',
  'listSnapshots',
  'findSnapshot',
  'findCluster',
  'listClusters',
  'nodeStatuses',
  'tagsOf',
]);

/** Whether a call changes nothing. */
export function isReading(operation: string): boolean {
  return READS.has(operation);
}
