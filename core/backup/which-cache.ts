/** What ElastiCache has under one id. */
export interface SeenOfId {
  readonly isGroup: boolean;
  /** A cluster of this id, and the replication group that it is a node of, if any. */
  readonly cluster?: { readonly engine: string | undefined; readonly group: string | undefined } | undefined;
}

/**
 * Why the id does not name a cache that can be backed up; undefined if it does. A replication group may be named as its
 * primary is: it was made of a cluster, which is its node since.
 */
export function whyNotBackedUp(id: string, { isGroup, cluster }: SeenOfId): string | undefined {
  if (cluster === undefined) return undefined;
  const { group, engine } = cluster;
  if (group !== undefined)
    return isGroup ? undefined : `${id} is a node of the replication group ${group}; name ${group} instead`;
  if (isGroup)
    return (
      `${id} is the id of a replication group and of a cluster outside it, and Redrill tells caches apart by their ids; ` +
      'move the data of one of them to a cache with another id'
    );
  return engine === 'memcached'
    ? `${id} is a Memcached cluster, and ElastiCache takes no snapshots of Memcached clusters`
    : undefined;
}
