import { DescribeCacheClustersCommand, ElastiCacheClient } from '@aws-sdk/client-elasticache';
import { CLIENT_OPTIONS } from './client-options.ts';
import { nameOf, translating } from './translate.ts';

/** Whether there is a node of this id: asked for the answer itself, which field notes keep. */
export function lookAtNode(region: string, id: string): Promise<boolean> {
  const client = new ElastiCacheClient({ ...CLIENT_OPTIONS, region });
  return translating(`describe node ${id}`, async () => {
    try {
      const { CacheClusters = [] } = await client.send(
        new DescribeCacheClustersCommand({ CacheClusterId: id }),
      );
      return CacheClusters.length > 0;
    } catch (error) {
      if (nameOf(error) === 'CacheClusterNotFound') return false;
      throw error;
    }
  });
}
