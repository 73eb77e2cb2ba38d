import type {
  CreateCacheClusterCommandInput,
  CreateReplicationGroupCommandInput,
  CreateServerlessCacheCommandInput,
} from '@aws-sdk/client-elasticache';
import type { Fabric } from '../../dispatch.ts';
import { type Engine, parseEngine } from './engine-versions.ts';
import type { Place } from './names.ts';

/** A cache in few words, for the runner and for tests. */
export interface CacheDescription extends Place {
  readonly id: string;
  /** A cluster of one Redis OSS node outside a replication group. @default false */
  readonly standalone?: boolean;
  /** A serverless cache, which takes an engine and tags alone. @default false */
  readonly serverless?: boolean;
  /** @default 'off' */
  readonly clusterMode?: 'on' | 'off';
  /** @default 1 */
  readonly shards?: number;
  /** Ids and slots of the shards. @default ElastiCache's own ids, and even shares */
  readonly nodeGroups?: readonly { readonly id: string; readonly slots?: string }[];
  /** Of each shard. @default 0 */
  readonly replicas?: number;
  /** @default 'cache.t4g.small' */
  readonly nodeType?: string;
  /** @default 'valkey', of a standalone cluster 'redis' */
  readonly engine?: Engine;
  /** @default the engine's usual one */
  readonly engineVersion?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** Implies TLS. @default no AUTH */
  readonly authToken?: string;
  /** @default whether there is an AUTH token */
  readonly tls?: boolean;
  /** Of a key of the account's own, to encrypt it at rest with. @default not encrypted */
  readonly kmsKeyId?: string;
  /** In a parameter group of its own, `<id>-parameters`. @default the engine's own group */
  readonly parameters?: Readonly<Record<string, string>>;
}

/** Orders a cache as the account's administrator; it is `creating` then. */
export async function createCache(fabric: Pick<Fabric, 'call'>, cache: CacheDescription): Promise<void> {
  const { account, region, parameters } = cache;
  const principal = { kind: 'administrator', arn: `arn:aws:iam::${account}:root`, account } as const;
  const call = (operation: string, input: object) =>
    fabric.call({ service: 'elasticache', operation, region, principal, input });
  if (parameters !== undefined) {
    const name = { CacheParameterGroupName: parameterGroupOf(cache.id) };
    const CacheParameterGroupFamily = parseEngine(engineOf(cache), cache.engineVersion).family;
    await call('CreateCacheParameterGroup', { ...name, CacheParameterGroupFamily, Description: cache.id });
    const values = { ...parameters, ...(cache.clusterMode === 'on' ? { 'cluster-enabled': 'yes' } : {}) };
    const ParameterNameValues = Object.entries(values).map(([ParameterName, ParameterValue]) => ({
      ParameterName,
      ParameterValue,
    }));
    await call('ModifyCacheParameterGroup', { ...name, ParameterNameValues });
  }
  if (cache.serverless) await call('CreateServerlessCache', serverlessRequest(cache));
  else if (cache.standalone) await call('CreateCacheCluster', clusterRequest(cache));
  else await call('CreateReplicationGroup', cacheRequest(cache));
}

const engineOf = ({ engine, standalone }: CacheDescription): Engine =>
  engine ?? (standalone ? 'redis' : 'valkey');

const parameterGroupOf = (id: string): string => `${id}-parameters`;

function cacheRequest(cache: CacheDescription): CreateReplicationGroupCommandInput {
  const { clusterMode = 'off', replicas = 0 } = cache;
  const on = clusterMode === 'on';
  return {
    ReplicationGroupId: cache.id,
    ReplicationGroupDescription: cache.id,
    ...commonRequest(cache),
    ...(on ? { ClusterMode: 'enabled', ...nodeGroupsOf(cache) } : { NumCacheClusters: replicas + 1 }),
    AutomaticFailoverEnabled: on || replicas > 0,
    TransitEncryptionEnabled: cache.tls ?? cache.authToken !== undefined,
    AuthToken: cache.authToken,
    ...(cache.kmsKeyId && { AtRestEncryptionEnabled: true, KmsKeyId: cache.kmsKeyId }),
  };
}

/** What such a cluster cannot have is passed on where the API has a parameter for it, and refused here where not. */
function clusterRequest(cache: CacheDescription): CreateCacheClusterCommandInput {
  const { id, clusterMode, shards, replicas, kmsKeyId } = cache;
  if (clusterMode === 'on' || shards !== undefined || replicas !== undefined || kmsKeyId !== undefined)
    throw new Error(`${id} is standalone: it has one node, no shards, and no key of the account's own`);
  return {
    ...commonRequest(cache),
    CacheClusterId: id,
    NumCacheNodes: 1,
    ...(cache.tls && { TransitEncryptionEnabled: true }),
    ...(cache.authToken && { AuthToken: cache.authToken }),
  };
}

function serverlessRequest(cache: CacheDescription): CreateServerlessCacheCommandInput {
  const { id, engineVersion, tags } = cache;
  const [major] = engineVersion?.split('.') ?? [];
  return {
    ServerlessCacheName: id,
    Engine: engineOf(cache),
    ...(major === undefined ? {} : { MajorEngineVersion: major }),
    Tags: tagList(tags),
  };
}

const tagList = (tags: CacheDescription['tags'] = {}) =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

function commonRequest(cache: CacheDescription) {
  return {
    Engine: engineOf(cache),
    EngineVersion: cache.engineVersion,
    CacheNodeType: cache.nodeType ?? 'cache.t4g.small',
    ...(cache.parameters && { CacheParameterGroupName: parameterGroupOf(cache.id) }),
    Tags: tagList(cache.tags),
  };
}

function nodeGroupsOf({ nodeGroups, shards = 1, replicas = 0 }: CacheDescription) {
  if (nodeGroups === undefined) return { NumNodeGroups: shards, ReplicasPerNodeGroup: replicas };
  return {
    NumNodeGroups: nodeGroups.length,
    NodeGroupConfiguration: nodeGroups.map(({ id, slots }) => ({
      NodeGroupId: id,
      ReplicaCount: replicas,
      ...(slots === undefined ? {} : { Slots: slots }),
    })),
  };
}
