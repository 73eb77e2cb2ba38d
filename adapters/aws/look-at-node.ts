import { DescribeCacheClustersCommand, ElastiCacheClient } from '@aws-sdk/client-elasticache';
import type { AwsClock } from './aws-clock.ts';
import { CLIENT_OPTIONS } from './client-options.ts';
import { nameOf, translating } from './translate.ts';

/** Whether there is a node of this id: asked for the answer itself, which field notes keep. @param clock to be kept right by it */
export function lookAtNode(region: string, id: string, clock: AwsClock): Promise<boolean> {
  const client = new ElastiCacheClient({ ...CLIENT_OPTIONS, region });
  clock.readFrom(client);
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
