import type { ProtectedPlan } from '../contracts/plan.ts';
import type { RecoveryPoint } from '../contracts/recovery-point.ts';
import type { DrillInput, DrillPlan } from '../contracts/steps.ts';
import { AppError } from '../model/errors.ts';
import { drillClusterIdOf } from '../model/names.ts';
import { smallestNodeTypeFor, usableBytesOf } from '../model/node-types.ts';
import { pointNameOf } from '../model/point-name.ts';
import { compareVersions, majorMinor } from '../model/version-order.ts';
import { choosePart } from './choose-part.ts';
import { loadingParameters } from './loading-parameters.ts';

/**
 * What loading a shard's file takes in memory, bytes: a cautious estimate, not a bound. LZF halves what is worth
 * compressing; every key costs the server a dictionary entry and an object, every element of a large collection a node.
 */
export function memoryNeedBytes(content: Readonly<Record<'bytes' | 'keys' | 'elements', number>>): number {
  return content.bytes * 2 + content.keys * 100 + content.elements * 64;
}

interface OnPlan {
  readonly name: string;
  readonly plan: ProtectedPlan;
  /** Whether an earlier drill has shown the point to be bad: only a comparison of all of it can take that back. @default false */
  readonly isDoubted?: boolean;
}

/**
 * The cluster that a drill builds: the source's engine and shards, the plan's node type, no replicas.
 * @throws AppError `DrillNodeTooSmall`, `DrillEngineMissing` before anything is created
 */
export function planDrill(
  input: DrillInput,
  point: RecoveryPoint,
  { name, plan, isDoubted = false }: OnPlan,
): DrillPlan {
  const needs = point.shards.map((shard) => (shard.sound ? memoryNeedBytes(shard.content) : 0));
  const largest = Math.max(...needs);
  const { nodeType } = plan.drill;
  const usable = usableBytesOf(nodeType);
  if (usable === undefined || largest > usable) {
    const mib = Math.ceil(largest / 1024 ** 2);
    throw new AppError(
      'DrillNodeTooSmall',
      `the largest shard of ${input.cache} needs about ${mib} MiB, more than '${nodeType}' provides; ` +
        `set plans.${name}.drill.nodeType to '${smallestNodeTypeFor(largest, nodeType) ?? 'a larger type'}'`,
    );
  }
  const parameters = loadingParameters(point);
  const part = isDoubted ? undefined : choosePart(input.drill, point.totals, plan.drill);
  return {
    point: { tier: point.tier, slot: point.slot },
    plan: name,
    clusterId: drillClusterIdOf(input.cache, input.drill),
    nodeType,
    fallbackNodeTypes: plan.drill.fallbackNodeTypes.filter((type) => largest <= (usableBytesOf(type) ?? 0)),
    ...(point.topology.serverless && serverlessOf(needs, { name, plan })),
    ...drillEngine(point),
    clusterMode: point.topology.clusterMode,
    shards: point.topology.shards.map(({ shard, slots }) =>
      slots === undefined ? { shard } : { shard, slots },
    ),
    ...(Object.keys(parameters).length > 0 && { parameters }),
    ...(part && { part }),
  };
}

/** One that takes less than the data needs would evict keys, and the drill would report that the restore differs. */
function serverlessOf(
  needs: readonly number[],
  { name, plan: { drill } }: OnPlan,
): Pick<DrillPlan, 'serverless' | 'insteadOfServerless'> {
  const { serverless } = drill;
  if (serverless === undefined) return {};
  const needGb = Math.ceil(needs.reduce((sum, each) => sum + each, 0) / 1e9);
  if (needGb <= serverless.storageGb) return { serverless };
  return {
    insteadOfServerless: `the data needs about ${needGb} GB, more than the ${serverless.storageGb} GB of plans.${name}.drill.serverless.storageGb`,
  };
}

/** The newest version of Redis OSS in ElastiCache; what a later one writes, Valkey loads up to this version of the format. */
const NEWEST_REDIS = '7.1';
const NEWEST_RDB_OF_REDIS = 11;

/**
 * The source's engine; of a server that is newer than ElastiCache's Redis OSS, Valkey, if it loads the server's files. Redis 7.2
 * writes RDB 11, which Valkey reads; Redis 7.4 and later write versions that Valkey refuses.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/engine-versions.html (checked 2026-11-25)
 */
function drillEngine({
  cache,
  slot,
  topology,
  shards,
}: RecoveryPoint): Pick<DrillPlan, 'engine' | 'engineVersion'> {
  const { engine, engineVersion } = topology;
  if (engine !== 'redis' || compareVersions(majorMinor(engineVersion), NEWEST_REDIS) <= 0)
    return { engine, engineVersion: drillEngineVersion(engineVersion) };
  const format = Math.max(0, ...shards.map((shard) => (shard.sound ? shard.content.rdb.version : 0)));
  if (format <= NEWEST_RDB_OF_REDIS) return { engine: 'valkey', engineVersion: '8.0' };
  throw new AppError(
    'DrillEngineMissing',
    `no engine of ElastiCache loads the files of ${pointNameOf({ cache, slot })}: Redis ${engineVersion} wrote them, in RDB version ${format}`,
  );
}

/** Reading a key's absolute expiry needs PEXPIRETIME, which came with version 7.0. */
const OLDEST_READABLE = { major: 7, version: '7.0' };

/**
 * The version that a drill asks for: `major.minor`, as CreateReplicationGroup takes it since version 6, and at least 7.0,
 * which loads the files of all older versions.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/engine-versions.html (checked 2026-11-21)
 */
export function drillEngineVersion(recorded: string): string {
  const [major = '0', minor = '0'] = recorded.split('.');
  return Number(major) < OLDEST_READABLE.major ? OLDEST_READABLE.version : `${major}.${minor}`;
}
