import type { RestoredClusterOrder } from '../contracts/restore.ts';
import { SERVER_NODE_TYPE, SERVERLESS_NODE_TYPE } from '../contracts/topology.ts';
import { databasesOf } from '../drill/databases-of.ts';
import { memoryNeedBytes } from '../drill/plan-drill.ts';
import { HASH_SLOTS } from '../model/limits.ts';
import { NODE_TYPES, smallestNodeTypeFor, usableBytesOf } from '../model/node-types.ts';
import { pointNameOf } from '../model/point-name.ts';
import type { Sheet } from './sheet.ts';

const HAVE_NO_TYPE: ReadonlySet<string> = new Set([SERVERLESS_NODE_TYPE, SERVER_NODE_TYPE]);

const MIB = 1024 ** 2;
const onOff = (on: boolean): string => (on ? 'on' : 'off');

/**
 * Shards and the node type that holds them. A point of one shard can become a cluster of one shard; shards of a cluster
 * cannot become a cache without cluster mode.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-seeding-redis.html (checked 2026-11-21)
 */
export function restoreShape(
  sheet: Sheet,
): Pick<RestoredClusterOrder, 'clusterMode' | 'shards' | 'nodeType'> {
  const { point, choices } = sheet;
  const recorded = point.topology.clusterMode;
  const clusterMode = choices.clusterMode === undefined ? recorded : choices.clusterMode === 'on';
  if (recorded && !clusterMode) refuseClusterModeOff(sheet);
  if (!recorded && clusterMode) becomeCluster(sheet);
  const shards =
    !recorded && clusterMode
      ? [{ shard: 1, slots: `0-${HASH_SLOTS - 1}` }]
      : point.topology.shards.map(({ shard, slots }) => (slots === undefined ? { shard } : { shard, slots }));
  if (shards.some(({ slots }) => slots?.includes(',')))
    sheet.note(
      'the cache was resharded, and a shard has several ranges of hash slots; if ElastiCache refuses them, --apply orders one range of equal size for each shard, and the keys are dealt to those',
    );
  return { clusterMode, shards, nodeType: fittingNodeType(sheet) };
}

function refuseClusterModeOff({ point, choices, need }: Sheet): void {
  need({
    setting: 'cluster mode',
    message:
      `ElastiCache cannot make a cache without cluster mode from ${point.topology.shards.length} shards of a cluster; ` +
      `create '${choices.to}' empty, without cluster mode, on a node that holds all ${point.totals.keys} keys, and write them ` +
      `into it: npx redrill recover ${pointNameOf(point)} --into <its redis URL>`,
  });
}

function becomeCluster({ point, need, differ }: Sheet): void {
  differ({ setting: 'cluster mode', recorded: 'off', restored: 'on', because: '--cluster-mode on' });
  const databases = databasesOf(point.shards).filter((database) => database !== '0');
  if (databases.length === 0) return;
  need({
    setting: 'cluster mode',
    message: `it has keys in database ${databases.join(', ')}, and a cluster before Valkey 9 has database 0 alone; restore with --cluster-mode off`,
  });
}

/** The source's own type held the data, so there the estimate is a warning; of any other type it decides. */
function fittingNodeType(sheet: Sheet): string {
  const { point, choices, need, note, differ } = sheet;
  const recorded = point.topology.nodeType;
  const contents = point.shards.flatMap((shard) => (shard.sound ? [shard.content] : []));
  const needed = Math.max(0, ...contents.map(memoryNeedBytes));
  const fileBytes = Math.max(0, ...contents.map(({ bytes }) => bytes));
  const nodeType = choices.nodeType ?? (HAVE_NO_TYPE.has(recorded) ? smallestFor(needed) : recorded);
  const chosenBecause =
    'the smallest that holds the largest shard with a quarter left free; --node-type takes another';
  const because = choices.nodeType === undefined ? chosenBecause : '--node-type';
  differ({ setting: 'node type', recorded, restored: nodeType, because });
  const usable = usableBytesOf(nodeType);
  if (usable === undefined) {
    note(`Redrill does not know the memory of ${nodeType}; the largest shard needs about ${mib(needed)} MiB`);
    return nodeType;
  }
  if (needed <= usable) return nodeType;
  const tight = `the largest shard needs about ${mib(needed)} MiB, and ${nodeType} has ${mib(usable)} to give`;
  if (nodeType === recorded && fileBytes <= usable) {
    note(`${tight}: the cache ran on this type, so it may fit; --node-type takes a larger one`);
    return nodeType;
  }
  const larger = smallestNodeTypeFor(needed, nodeType);
  need({
    setting: 'node type',
    message: `${tight}; ${larger === undefined ? 'no type that Redrill knows holds it' : `use --node-type ${larger}`}`,
  });
  return nodeType;
}

/** Where no type holds it, the largest, which the plan then refuses. */
const smallestFor = (bytes: number): string =>
  smallestNodeTypeFor(bytes, 'cache.t4g.small') ?? NODE_TYPES.at(-1) ?? '';

const mib = (bytes: number): number => Math.ceil(bytes / MIB);

/**
 * Automatic fail-over needs a replica, but for a cluster, which insists on it; Multi-AZ needs both.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html (checked 2026-11-21)
 */
export function restoreReplicas(
  { point, choices, differ }: Sheet,
  clusterMode: boolean,
): Pick<RestoredClusterOrder, 'replicas' | 'automaticFailover' | 'multiAz'> {
  const { topology } = point;
  const replicas = choices.replicas ?? topology.replicas;
  const automaticFailover = clusterMode || (topology.automaticFailover && replicas > 0);
  const multiAz = topology.multiAz && replicas > 0;
  const because = replicas === 0 ? 'it needs a replica' : 'cluster mode insists on it';
  differ({
    setting: 'replicas per shard',
    recorded: String(topology.replicas),
    restored: String(replicas),
    because: '--replicas',
  });
  differ({
    setting: 'automatic fail-over',
    recorded: onOff(topology.automaticFailover),
    restored: onOff(automaticFailover),
    because,
  });
  differ({ setting: 'Multi-AZ', recorded: onOff(topology.multiAz), restored: onOff(multiAz), because });
  return { replicas, automaticFailover, multiAz };
}
