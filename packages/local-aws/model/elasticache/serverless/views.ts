import type {
  CacheUsageLimits,
  ServerlessCache as CacheView,
  ServerlessCacheSnapshot as SnapshotView,
} from '@aws-sdk/client-elasticache';
import type { Readings } from '../../../readings.ts';
import type { Limit, ServerlessCache, ServerlessSnapshot, UsageLimits } from './state.ts';

/** A cache as DescribeServerlessCaches shows it. */
export function cacheView(cache: ServerlessCache, readings: Readings): CacheView {
  const { settings } = cache;
  return {
    ServerlessCacheName: cache.name,
    Description: settings.description,
    CreateTime: new Date(cache.createdAt),
    Status: readings['serverless-status-case'] === 'lower' ? cache.status : cache.status.toUpperCase(),
    Engine: settings.engine.engine,
    MajorEngineVersion: settings.engine.major,
    FullEngineVersion: settings.engine.full,
    ...limitsView(settings.limits),
    ...(cache.kmsKeyId === undefined ? {} : { KmsKeyId: cache.kmsKeyId }),
    StorageEncryptionType: cache.kmsKeyId === undefined ? 'sse-elasticache' : 'sse-kms',
    SecurityGroupIds: [...settings.securityGroupIds],
    ...endpoints(cache),
    ARN: cache.arn,
    SubnetIds: [...cache.subnetIds],
    SnapshotRetentionLimit: settings.snapshotRetentionLimit,
    ...(settings.dailySnapshotTime === undefined ? {} : { DailySnapshotTime: settings.dailySnapshotTime }),
    NetworkType: 'ipv4',
  };
}

/**
 * One server with one port, where AWS has one name with the ports 6379 and, for reads, 6380. Shown of a cache that is
 * being deleted, too: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DeleteServerlessCache.html
 */
function endpoints({ status, node }: ServerlessCache): Pick<CacheView, 'Endpoint' | 'ReaderEndpoint'> {
  if (node === undefined || status === 'creating') return {};
  const endpoint = { Address: node.host, Port: node.port };
  return { Endpoint: endpoint, ReaderEndpoint: endpoint };
}

function limitsView({ dataStorage, ecpuPerSecond }: UsageLimits): { CacheUsageLimits?: CacheUsageLimits } {
  if (dataStorage === undefined && ecpuPerSecond === undefined) return {};
  const bounds = ({ minimum, maximum }: Limit) => ({
    ...(minimum === undefined ? {} : { Minimum: minimum }),
    ...(maximum === undefined ? {} : { Maximum: maximum }),
  });
  return {
    CacheUsageLimits: {
      ...(dataStorage === undefined ? {} : { DataStorage: { ...bounds(dataStorage), Unit: 'GB' } }),
      ...(ecpuPerSecond === undefined ? {} : { ECPUPerSecond: bounds(ecpuPerSecond) }),
    },
  };
}

/** A snapshot as DescribeServerlessCacheSnapshots shows it. */
export function snapshotView(snapshot: ServerlessSnapshot, readings: Readings): SnapshotView {
  const { engine, cacheName } = snapshot.source;
  return {
    ServerlessCacheSnapshotName: snapshot.name,
    ARN: snapshot.arn,
    ...(snapshot.kmsKeyId === undefined ? {} : { KmsKeyId: snapshot.kmsKeyId }),
    SnapshotType: snapshot.kind,
    Status: snapshotStatus(snapshot, readings),
    CreateTime: new Date(snapshot.orderedAt),
    ...(snapshot.status === 'creating' || snapshot.saved === undefined
      ? {}
      : { BytesUsedForCache: `${snapshot.saved.usedBytes}` }),
    ServerlessCacheConfiguration: {
      ServerlessCacheName: cacheName,
      Engine: engine.engine,
      MajorEngineVersion: engine.major,
    },
  };
}

function snapshotStatus({ status }: ServerlessSnapshot, readings: Readings): string {
  const shown = status === 'exporting' ? readings['serverless-exporting-status'] : status;
  return readings['serverless-status-case'] === 'upper' ? shown.toUpperCase() : shown;
}
