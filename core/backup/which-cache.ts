/** What ElastiCache has under one id. */
export interface SeenOfId {
  readonly isGroup: boolean;
  readonly isServerless?: boolean;
  /** A cluster of this id, and the replication group that it is a node of, if any. */
  readonly cluster?: { readonly engine: string | undefined; readonly group: string | undefined } | undefined;
}

/**
 * Why the id does not name one cache that can be backed up; undefined if it does. A replication group may be named as its
 * primary is: it was made of a cluster, which is its node since.
 */
export function whyNotBackedUp(id: string, seen: SeenOfId): string | undefined {
  const { isGroup, isServerless = false, cluster } = seen;
  const isOwnNode = isGroup && cluster?.group !== undefined;
  const kinds = [
    isGroup && 'a replication group',
    cluster !== undefined && !isOwnNode && 'a cluster outside it',
    isServerless && 'a serverless cache',
  ].filter((kind) => kind !== false);
  if (kinds.length > 1) return severalCaches(id, kinds, isGroup);
  if (cluster === undefined || isGroup) return undefined;
  if (cluster.group !== undefined)
    return `${id} is a node of the replication group ${cluster.group}; name ${cluster.group} instead`;
  return cluster.engine === 'memcached'
    ? `${id} is a Memcached cluster, and ElastiCache takes no snapshots of Memcached clusters`
    : undefined;
}

function severalCaches(id: string, kinds: readonly string[], isGroup: boolean): string {
  const named = kinds.map((kind) => (isGroup ? kind : kind.replace(' outside it', ''))).join(' and of ');
  return (
    `${id} is the id of ${named}, and Redrill tells caches apart by their ids; ` +
    'give one of them an alias in source.aliases of the configuration'
  );
}

/** A Global Datastore, of which a replication group is a secondary. */
export interface SecondaryOf {
  readonly datastore: string;
  /** Undefined if it could not be looked up. */
  readonly primary?: { readonly id: string; readonly region: string };
}

/** Why a secondary is not backed up: it is a copy, and only the primary has what was written last. */
export function whyNotASecondary(id: string, { datastore, primary }: SecondaryOf): string {
  const instead = primary === undefined ? 'its primary' : `its primary, ${primary.id} in ${primary.region},`;
  return `${id} is a secondary of the Global Datastore ${datastore}; protect ${instead} instead`;
}
