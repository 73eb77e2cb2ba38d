import { randomBytes } from 'node:crypto';
import { lookAtNode } from '../../../adapters/aws/look-at-node.ts';
import { AppError } from '../../../core/model/errors.ts';
import {
  REHEARSAL_CACHE as cache,
  REHEARSAL_NODE,
  REHEARSAL_NODE_TYPE,
  REHEARSAL_TAG,
} from '../../../core/model/rehearsal.ts';
import { HOUR_MS } from '../../../core/model/time.ts';
import type { Ground } from './ground.ts';
import { until, type Walk } from './way.ts';

/** What the cache is, and what its drill builds again. */
const ENGINE = { engine: 'valkey', engineVersion: '8.0', parameterGroup: 'default.valkey8' } as const;

/** ElastiCache has no figure for it; the drills wait as long. */
const CREATION_LIMIT_MS = HOUR_MS;

/** How long ElastiCache may take to show what it has accepted. */
export const APPEARS_WITHIN_MS = 300_000;

export interface CacheOptions {
  /** @default the one that ElastiCache takes: that of the default VPC */
  readonly subnetGroup?: string;
}

/** Creates the cache from the file, and waits until it is available. */
export async function createCache(
  ground: Ground,
  seedArn: string,
  options: CacheOptions,
  walk: Walk,
): Promise<void> {
  const { source, vault } = ground;
  const orderedAt = vault.now().getTime();
  await orderCache(ground, seedArn, options);
  // Even when it is interrupted: what is not shown yet could not be deleted.
  await until({ signal: new AbortController().signal }, async () => {
    if (vault.now().getTime() > orderedAt + APPEARS_WITHIN_MS) return true;
    return (await source.findCluster(cache)) !== undefined;
  });
  const deadline = vault.now().getTime() + CREATION_LIMIT_MS;
  await until(walk, () => isAvailable(ground, deadline, walk));
  await lookAtNode(vault.config.source.region, REHEARSAL_NODE, vault.clock);
  // For the field notes alone: a list that is long enough to show how long a page is.
  await source.engineOffers();
}

/** No one ever connects to it, so its token is thrown away. */
async function orderCache(
  { source, slot }: Ground,
  seedArn: string,
  { subnetGroup }: CacheOptions,
): Promise<void> {
  const outcome = await source.createCluster({
    id: cache,
    description: 'Redrill: rehearsal, may be deleted at any time',
    ...ENGINE,
    nodeType: REHEARSAL_NODE_TYPE,
    clusterMode: false,
    shards: [{ shard: 1 }],
    replicas: 0,
    ...(subnetGroup === undefined ? {} : { subnetGroup }),
    securityGroups: [],
    tls: true,
    auth: 'token',
    automaticFailover: false,
    multiAz: false,
    tags: { [REHEARSAL_TAG]: slot },
    snapshotArns: [seedArn],
    authToken: randomBytes(32).toString('hex'),
  });
  if (outcome === 'no-capacity')
    throw new AppError(
      'DrillCapacityMissing',
      `AWS has no ${REHEARSAL_NODE_TYPE} in the source region at the moment`,
    );
}

const FAILED: ReadonlySet<string> = new Set(['create-failed', 'restore-failed', 'deleting']);

async function isAvailable({ source, vault }: Ground, deadline: number, walk: Walk): Promise<boolean> {
  const status = (await source.findCluster(cache))?.status ?? 'creating';
  walk.show(`cache ${status}`);
  // However late: a machine may have slept meanwhile.
  if (status === 'available') return true;
  if (FAILED.has(status))
    throw new AppError(
      'RestoreFailed',
      `ElastiCache ended the creation of ${cache} with the status '${status}'`,
    );
  if (vault.now().getTime() > deadline)
    throw new AppError('RestoreFailed', `${cache} is '${status}' after an hour`);
  return false;
}
