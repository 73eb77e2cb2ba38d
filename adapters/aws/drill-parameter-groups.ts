import {
  CreateCacheParameterGroupCommand,
  DeleteCacheParameterGroupCommand,
  type ElastiCacheClient,
  ModifyCacheParameterGroupCommand,
  paginateDescribeCacheParameterGroups,
} from '@aws-sdk/client-elasticache';
import type { DrillElastiCache } from '../../core/ports.ts';
import { nameOf, translating } from './translate.ts';

const EXISTS = 'CacheParameterGroupAlreadyExists';
const NOT_FOUND = 'CacheParameterGroupNotFound';
const IN_USE = 'InvalidCacheParameterGroupState';

interface ParameterGroupOrder {
  readonly name: string;
  readonly family: string;
  readonly clusterMode: boolean;
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * A parameter group of a drill's own. One that is there was made by an earlier try, and if it cannot be changed any more a
 * cluster has it already.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateCacheParameterGroup.html (checked 2026-11-23)
 */
export function makeParameterGroup(
  client: ElastiCacheClient,
  { name, family, clusterMode, parameters, tags }: ParameterGroupOrder,
): Promise<void> {
  const values = { ...parameters, ...(clusterMode ? { 'cluster-enabled': 'yes' } : {}) };
  return translating(`create the parameter group ${name}`, async () => {
    await unless(EXISTS, () =>
      client.send(
        new CreateCacheParameterGroupCommand({
          CacheParameterGroupName: name,
          CacheParameterGroupFamily: family,
          Description: 'Redrill: what the cluster of a drill needs to load its data',
          Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
        }),
      ),
    );
    await unless(IN_USE, () =>
      client.send(
        new ModifyCacheParameterGroupCommand({
          CacheParameterGroupName: name,
          ParameterNameValues: Object.entries(values).map(([ParameterName, ParameterValue]) => ({
            ParameterName,
            ParameterValue,
          })),
        }),
      ),
    );
  });
}

export function drillParameterGroups(
  client: ElastiCacheClient,
): Pick<DrillElastiCache, 'listParameterGroups' | 'deleteParameterGroup'> {
  return {
    listParameterGroups: (prefix) =>
      translating('list parameter groups', async () => {
        const found: { readonly name: string; readonly arn: string }[] = [];
        for await (const page of paginateDescribeCacheParameterGroups({ client, pageSize: 100 }, {}))
          for (const { CacheParameterGroupName: name = '', ARN: arn = '' } of page.CacheParameterGroups ?? [])
            if (name.startsWith(prefix)) found.push({ name, arn });
        return found;
      }),
    deleteParameterGroup: (name) =>
      translating(`delete the parameter group ${name}`, async () => {
        try {
          await client.send(new DeleteCacheParameterGroupCommand({ CacheParameterGroupName: name }));
          return 'gone';
        } catch (error) {
          if (nameOf(error) === NOT_FOUND) return 'gone';
          if (nameOf(error) === IN_USE) return 'in-use';
          throw error;
        }
      }),
  };
}

async function unless(expected: string, call: () => Promise<unknown>): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (nameOf(error) !== expected) throw error;
  }
}
