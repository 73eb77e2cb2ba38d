import { ElastiCacheClient, type ReplicationGroup, type ServerlessCache } from '@aws-sdk/client-elasticache';
import { SERVERLESS_NODE_TYPE } from '../../core/contracts/topology.ts';
import type { ListedCache } from '../../core/init/listed-cache.ts';
import { AppError } from '../../core/model/errors.ts';
import { CLIENT_OPTIONS } from './client-options.ts';
import { everyCache, type FoundCache, idOf } from './source-caches.ts';
import { translating } from './translate.ts';

/** A person waits for the answer, and can do without. */
const PATIENCE_MS = 20_000;

/**
 * All caches of a region, sorted by id; needs `elasticache:DescribeReplicationGroups`, `DescribeCacheClusters` and
 * `DescribeServerlessCaches` alone.
 * @throws AppError `AwsUnavailable` also if AWS does not answer within 20 seconds
 */
export async function listedCaches(region: string): Promise<readonly ListedCache[]> {
  const client = new ElastiCacheClient({ ...CLIENT_OPTIONS, region });
  const abortSignal = AbortSignal.timeout(PATIENCE_MS);
  return translating('list the caches', async () => {
    try {
      const found = await everyCache(client, abortSignal);
      return found.map(listedCacheOf).sort((one, other) => (one.id < other.id ? -1 : 1));
    } catch (cause) {
      if (!abortSignal.aborted) throw cause;
      throw new AppError('AwsUnavailable', `AWS has not answered within ${PATIENCE_MS / 1000} s`, { cause });
    } finally {
      client.destroy();
    }
  });
}

function listedCacheOf(found: FoundCache): ListedCache {
  const { refusal } = found;
  return {
    id: idOf(found),
    ...(refusal !== undefined && { refusal }),
    ...(found.kind === 'serverless' ? serverlessFacts(found.serverless) : groupFacts(found.group)),
  };
}

function groupFacts(group: ReplicationGroup) {
  return {
    engine: group.Engine,
    nodeType: group.CacheNodeType,
    shards: group.NodeGroups?.length ?? 1,
    dataTiering: group.DataTiering === 'enabled',
    ...(group.KmsKeyId && { kmsKey: group.KmsKeyId }),
  };
}

function serverlessFacts({ Engine, KmsKeyId }: ServerlessCache) {
  return {
    engine: Engine,
    nodeType: SERVERLESS_NODE_TYPE,
    shards: 1,
    dataTiering: false,
    ...(KmsKeyId && { kmsKey: KmsKeyId }),
  };
}
