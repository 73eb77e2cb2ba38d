import { drillElastiCache } from '../adapters/aws/drill-elasticache.ts';
import { lambdaHandler, systemClock } from '../adapters/lambda/handler.ts';
import type { ClusterCheck, DrillWithCluster } from '../core/contracts/steps.ts';
import { SERVERLESS_NODE_TYPE } from '../core/contracts/topology.ts';
import { nextNodeType, nodesInstead } from '../core/drill/after-failed-node.ts';
import { readableSeconds } from '../core/model/duration.ts';
import { AppError } from '../core/model/errors.ts';
import { pointNameOf } from '../core/model/point-name.ts';
import {
  CLUSTER_LIMIT_SECONDS,
  CLUSTER_UNDER_WAY,
  READY,
  stillUnseen,
  stillWaiting,
} from '../core/model/poll.ts';
import type { ClusterView, DrillElastiCache, Now } from '../core/ports.ts';

interface World {
  readonly elasticache: Pick<DrillElastiCache, 'findCluster' | 'nodeStatuses'>;
  readonly now: Now;
}

/** Whether the drill's cluster answers yet, and where. */
export async function run(input: DrillWithCluster, { elasticache, now }: World): Promise<ClusterCheck> {
  const { plan, cluster } = input;
  const found = await elasticache.findCluster(plan.clusterId);
  if (found === undefined) {
    const unseen = stillUnseen(cluster.requestedAt, now());
    if (unseen !== undefined) return unseen;
    throw new AppError('DrillClusterFailed', `${plan.clusterId} is gone`);
  }
  if (found.status === 'available' && found.endpoint !== undefined) {
    const { endpoint } = found;
    const nodeType = found.isServerless ? SERVERLESS_NODE_TYPE : (found.nodeType ?? plan.nodeType);
    return { ...READY, endpoint, nodeType, readyAt: now().toISOString() };
  }
  if (found.status !== 'available' && !CLUSTER_UNDER_WAY.has(found.status)) {
    if (found.isServerless) return nodesInstead(input, found, now());
    return await afterFailure(input, found, { elasticache, now });
  }
  const wait = stillWaiting({
    requestedAt: cluster.requestedAt,
    now: now(),
    limitSeconds: CLUSTER_LIMIT_SECONDS,
  });
  if ('status' in wait) return wait;
  throw new AppError(
    'DrillClusterOverdue',
    `${plan.clusterId} is still '${found.status}' after ${readableSeconds(wait.overdueSeconds)}`,
  );
}

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CacheCluster.html (checked 2026-11-22) */
const NOT_LOADED = 'restore-failed';

/** Of a group that could not be created, for whatever reason. */
const NOT_CREATED = 'create-failed';

/**
 * A node that could not load its file says so by its status. A group that could not be created may lack capacity, which
 * no status says: the next node type is tried. Any other failure says nothing about the recovery point.
 */
async function afterFailure(
  input: DrillWithCluster,
  found: ClusterView,
  { elasticache, now }: World,
): Promise<ClusterCheck> {
  const { cache, plan, tried } = input;
  const statuses = [found.status, ...(await elasticache.nodeStatuses(plan.clusterId))];
  if (statuses.includes(NOT_LOADED)) {
    const point = pointNameOf({ cache, slot: plan.point.slot });
    throw new AppError(
      'RestoreNotLoaded',
      `ElastiCache could not load ${point} into ${plan.clusterId} (${found.nodeType ?? plan.nodeType}): it is '${NOT_LOADED}'`,
    );
  }
  const next = found.status === NOT_CREATED ? nextNodeType(input, found, now()) : undefined;
  if (next !== undefined) return next;
  const earlier = tried.nodeTypes.length === 0 ? '' : `, as it was on ${tried.nodeTypes.join(', ')}`;
  throw new AppError(
    'DrillClusterFailed',
    `${plan.clusterId} is '${found.status}' on ${found.nodeType ?? plan.nodeType}${earlier}`,
  );
}

export const handler = lambdaHandler(
  'check-drill-cluster',
  () => ({ elasticache: drillElastiCache(), now: systemClock }),
  run,
);
