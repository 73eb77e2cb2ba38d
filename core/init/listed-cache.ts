import { SERVERLESS_NODE_TYPE } from '../contracts/topology.ts';
import { memoryBytesOf, usableBytesOf } from '../model/node-types.ts';

/** A replication group of the account, a cluster outside one, or a serverless cache, as ElastiCache lists it. */
export interface ListedCache {
  readonly id: string;
  /** Why it cannot be backed up, if its id does not name one cache of a kind that can. */
  readonly refusal?: string;
  /** `valkey` or `redis`; undefined if ElastiCache does not say. */
  readonly engine: string | undefined;
  /** `serverless` of a serverless cache. */
  readonly nodeType: string | undefined;
  readonly shards: number;
  readonly dataTiering: boolean;
  /** The customer's own key that it is encrypted under at rest. */
  readonly kmsKey?: string;
}

const GIB = 1024 ** 3;

/** What is known of a cache, for people: `valkey, 3 shards of cache.r7g.large (13.07 GiB each)`. */
export function describeCache({ engine, nodeType, shards }: ListedCache): string {
  if (nodeType === SERVERLESS_NODE_TYPE) return `${engine ?? 'unknown engine'}, serverless`;
  const memory = nodeType === undefined ? undefined : memoryBytesOf(nodeType);
  const size =
    memory === undefined ? '' : ` (${Number((memory / GIB).toFixed(2))} GiB${shards > 1 ? ' each' : ''})`;
  const nodes = nodeType === undefined ? '' : ` of ${nodeType}${size}`;
  return `${engine ?? 'unknown engine'}, ${shards} ${shards === 1 ? 'shard' : 'shards'}${nodes}`;
}

/** The most data that one shard of the cache can hold, bytes; undefined if its node type is not known. */
export function fullShardBytes({ nodeType }: ListedCache): number | undefined {
  return nodeType === undefined ? undefined : usableBytesOf(nodeType);
}
