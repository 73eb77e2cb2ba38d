import type { RecoveryPoint } from '../contracts/recovery-point.ts';
import { databasesOf } from './databases-of.ts';

/** What a server has unless its parameter group says otherwise. https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ParameterGroups.Engine.html (checked 2026-11-23) */
const USUAL_DATABASES = 16;

/**
 * Parameters without which a server refuses a file: of the databases that it has keys in, and of the size that a Bloom
 * filter may have. All others change how values are kept, and not whether they are loaded.
 */
const DECIDE_ABOUT_LOADING = ['databases', 'cluster-databases', 'bf.bloom-memory-usage-limit'];

/**
 * The parameters that a cluster needs to load a recovery point: as they were recorded, and enough databases for the keys
 * that are in the files. Empty if those of the engine do.
 */
export function loadingParameters({
  topology,
  shards,
}: Pick<RecoveryPoint, 'topology' | 'shards'>): Readonly<Record<string, string>> {
  const recorded = Object.entries(topology.parameters).filter(([name]) =>
    DECIDE_ABOUT_LOADING.includes(name),
  );
  const needed = Math.max(0, ...databasesOf(shards).map((database) => Number(database) + 1));
  const known = Number(topology.parameters.databases ?? USUAL_DATABASES);
  const databases: readonly (readonly [string, string])[] =
    !topology.clusterMode && needed > known ? [['databases', `${needed}`]] : [];
  return Object.fromEntries([...recorded, ...databases]);
}
