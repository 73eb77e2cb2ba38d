import type { ClusterCheck, DrillPlan, DrillWithCluster } from '../contracts/steps.ts';
import { HOUR_SECONDS } from '../model/time.ts';
import type { ClusterView } from '../ports.ts';

/** Node types that a drill may use, in the order in which they are tried. */
export function nodeTypesOf({ nodeType, fallbackNodeTypes }: DrillPlan): readonly string[] {
  return [nodeType, ...fallbackNodeTypes];
}

/**
 * A drill that is older tries no further node type. Its failed cluster may take another hour to go and the next one an
 * hour to come, the comparison three and the teardown one: nine hours, the timeout of a drill.
 */
const TRYING_LIMIT_SECONDS = 3 * HOUR_SECONDS;

/**
 * What to do about a cluster that was accepted and then failed: ElastiCache may say only then that it has no such node.
 * @returns that the next node type is to be tried, or undefined if none is left or it is too late for one
 */
export function nextNodeType(
  input: DrillWithCluster,
  failed: Pick<ClusterView, 'nodeType'>,
  now: Date,
): ClusterCheck | undefined {
  const { plan, tried, startedAt } = input;
  const untried = nodeTypesOf(plan).filter((each) => !tried.nodeTypes.includes(each));
  const failedType = untried.find((each) => each === failed.nodeType) ?? untried[0];
  const ageSeconds = (now.getTime() - Date.parse(startedAt)) / 1000;
  if (failedType === undefined || untried.length < 2 || ageSeconds > TRYING_LIMIT_SECONDS) return undefined;
  return afterTrying(input, { nodeTypes: [...tried.nodeTypes, failedType] }, now);
}

/** Nodes are tried next, from the same files: what failed may have been the serverless cache, and not the files. */
export function nodesInstead(
  input: DrillWithCluster,
  failed: Pick<ClusterView, 'status'>,
  now: Date,
): ClusterCheck {
  return afterTrying(input, { serverless: `the serverless cache was '${failed.status}'` }, now);
}

function afterTrying(
  { tried, cluster }: DrillWithCluster,
  failed: Partial<DrillWithCluster['tried']>,
  now: Date,
): ClusterCheck {
  return {
    status: 'failed',
    waitSeconds: 1,
    failedAt: now.toISOString(),
    tried: { ...tried, ...failed, since: tried.since ?? cluster.requestedAt },
  };
}
