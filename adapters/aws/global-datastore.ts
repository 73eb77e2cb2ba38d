import {
  DescribeGlobalReplicationGroupsCommand,
  type ElastiCacheClient,
  type ReplicationGroup,
} from '@aws-sdk/client-elasticache';
import type { SecondaryOf } from '../../core/backup/which-cache.ts';

/**
 * The Global Datastore of which a replication group is a secondary; undefined if it is the primary of one, or in none. "Can
 * be primary or secondary", says the reference of the role, and not in which case.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_GlobalReplicationGroupInfo.html (checked 2026-11-25)
 */
export async function secondaryOf(
  client: ElastiCacheClient,
  { GlobalReplicationGroupInfo: info }: ReplicationGroup,
): Promise<SecondaryOf | undefined> {
  const { GlobalReplicationGroupId: datastore = '', GlobalReplicationGroupMemberRole: role = '' } =
    info ?? {};
  if (!isRole(role, 'secondary')) return undefined;
  const primary = await primaryOf(client, datastore);
  return { datastore, ...(primary && { primary }) };
}

/** The refusal does without its name if it cannot be looked up: that asks for a permission of its own. */
async function primaryOf(client: ElastiCacheClient, datastore: string): Promise<SecondaryOf['primary']> {
  try {
    const { GlobalReplicationGroups } = await client.send(
      new DescribeGlobalReplicationGroupsCommand({
        GlobalReplicationGroupId: datastore,
        ShowMemberInfo: true,
      }),
    );
    const members = GlobalReplicationGroups?.[0]?.Members ?? [];
    const found = members.find(({ Role = '' }) => isRole(Role, 'primary'));
    const { ReplicationGroupId: id, ReplicationGroupRegion: region } = found ?? {};
    return id !== undefined && region !== undefined ? { id, region } : undefined;
  } catch {
    return undefined;
  }
}

const isRole = (found: string, role: string) => found.toLowerCase() === role;
