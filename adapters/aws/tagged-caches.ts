import type { ElastiCacheClient } from '@aws-sdk/client-elasticache';
import {
  paginateGetResources,
  type ResourceGroupsTaggingAPIClient,
} from '@aws-sdk/client-resource-groups-tagging-api';
import { type Aliases, type IdKind, nameOfCache } from '../../core/contracts/aliases.ts';
import type { ProtectedCache } from '../../core/ports.ts';
import { clustersOutsideGroups } from './source-caches.ts';
import { translating } from './translate.ts';

const KIND_OF_ARN: Readonly<Record<string, IdKind>> = {
  replicationgroup: 'replication-group',
  cluster: 'cluster',
  serverlesscache: 'serverless',
};
const TAGGED_TYPES = Object.keys(KIND_OF_ARN).map((type) => `elasticache:${type}`);

interface Clients {
  readonly client: ElastiCacheClient;
  readonly tagging: ResourceGroupsTaggingAPIClient;
  readonly aliases: Aliases;
}

interface TaggedCache {
  readonly id: string;
  readonly kind: IdKind;
  readonly plan: string;
}

/**
 * The Tagging API answers for caches in any state; ElastiCache's own ListTagsForResource fails for one that is not
 * `available`, and a cache that is being modified must not drop out of its plan.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ListTagsForResource.html (checked 2026-11-21)
 *
 * The nodes of a group are clusters, and have the group's tags; as caches count only clusters outside a group.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Tagging-Resources.html (checked 2026-11-25)
 */
export async function listTagged(
  { client, tagging, aliases }: Clients,
  tagKey: string,
): Promise<readonly ProtectedCache[]> {
  return translating('list tagged caches', async () => {
    const pages = paginateGetResources(
      { client: tagging, pageSize: 100 },
      { TagFilters: [{ Key: tagKey }], ResourceTypeFilters: [...TAGGED_TYPES] },
    );
    const found: TaggedCache[] = [];
    for await (const page of pages) {
      for (const { ResourceARN, Tags } of page.ResourceTagMappingList ?? []) {
        const [type = '', id] = ResourceARN?.split(':').slice(-2) ?? [];
        const plan = Tags?.find(({ Key }) => Key === tagKey)?.Value;
        const kind = KIND_OF_ARN[type];
        if (id !== undefined && plan !== undefined && kind !== undefined) found.push({ id, kind, plan });
      }
    }
    const outside = found.some(({ kind }) => kind === 'cluster')
      ? await clustersOutsideGroups(client)
      : undefined;
    return found
      .filter(({ id, kind }) => kind !== 'cluster' || outside?.has(id))
      .map(({ id, kind, plan }) => ({ cache: nameOfCache(aliases, id, kind), plan }));
  });
}
