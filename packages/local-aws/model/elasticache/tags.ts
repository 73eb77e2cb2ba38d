import type {
  AddTagsToResourceCommandInput,
  ListTagsForResourceCommandInput,
  RemoveTagsFromResourceCommandInput,
} from '@aws-sdk/client-elasticache';
import type { Readings } from '../../readings.ts';
import type { Call } from '../service.ts';
import { checkTagCount, parseTags, tagConditions } from './authorization.ts';
import type { Context } from './context.ts';
import { shownStatus } from './group-views.ts';
import { acceptOnly, refusal } from './refusals.ts';
import { beginModification } from './serverless/modify.ts';
import { cacheNotAvailable } from './serverless/refusals.ts';
import type { ServerlessCache } from './serverless/state.ts';
import { everyGroup, type Group, type RegionState, type Tags } from './state.ts';

interface Tagged {
  readonly tags: Tags;
  /** The replication group that it belongs to, if any. */
  readonly group?: Group;
  /** Itself, if it is one. */
  readonly serverless?: ServerlessCache;
}

/** Finds a resource of this place by its ARN. @throws InvalidARN or the not-found code of its type */
function taggedResource(state: RegionState, arn: string): Tagged {
  const [, , service, region, account, type, ...rest] = arn.split(':');
  const name = rest.join(':').toLowerCase();
  if (service !== 'elasticache' || region !== state.region || account !== state.account || name === '') {
    throw refusal('InvalidARN', `The ARN '${arn}' is not one of an ElastiCache resource in ${state.region}`);
  }
  switch (type) {
    case 'replicationgroup':
      return groupTags(state.groups.get(name), 'ReplicationGroupNotFoundFault', name);
    case 'cluster':
      return groupTags(groupOfCluster(state, name), 'CacheClusterNotFound', name);
    case 'snapshot':
      return found(state.snapshots.get(name), 'SnapshotNotFoundFault', name);
    case 'serverlesscache':
      return serverlessTags(state.serverless.caches.get(name), name);
    case 'serverlesscachesnapshot':
      return found(state.serverless.snapshots.get(name), 'ServerlessCacheSnapshotNotFoundFault', name);
    case 'subnetgroup':
      return found(state.subnetGroups.get(name), 'CacheSubnetGroupNotFoundFault', name);
    case 'parametergroup':
      return found(state.parameterGroups.get(name), 'CacheParameterGroupNotFound', name);
    default:
      throw refusal('InvalidARN', `The ARN '${arn}' is not one of a resource that can be tagged here`);
  }
}

type NotFound = Parameters<typeof refusal>[0];

function found(resource: { readonly tags: Tags } | undefined, code: NotFound, name: string): Tagged {
  if (resource === undefined) throw refusal(code, `${name} not found`);
  return { tags: resource.tags };
}

/** A group's tags are those of its clusters too: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Tagging-Resources.html */
function groupTags(group: Group | undefined, code: NotFound, name: string): Tagged {
  return { ...found(group, code, name), ...(group === undefined ? {} : { group }) };
}

function serverlessTags(cache: ServerlessCache | undefined, name: string): Tagged {
  const tagged = found(cache, 'ServerlessCacheNotFoundFault', name);
  return cache === undefined ? tagged : { ...tagged, serverless: cache };
}

/** The group that has a node of this name, or the cluster outside a group that has the name itself. */
export function groupOfCluster(state: RegionState, cacheClusterId: string): Group | undefined {
  return everyGroup(state).find((group) =>
    group.shards.some(({ members }) => members.some((member) => member.cacheClusterId === cacheClusterId)),
  );
}

/**
 * While the cache is in any state but `available`, its tags cannot be read: ElastiCache answers as if it were not
 * there. https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ListTagsForResource.html
 */
function requireAvailable({ group, serverless }: Tagged, arn: string, readings: Readings): void {
  // Seen on AWS: https://github.com/ekristen/aws-nuke/pull/256
  if (serverless !== undefined && serverless.status !== 'available' && serverless.status !== 'modifying')
    throw cacheNotAvailable();
  if (group === undefined || shownStatus(group, readings) === 'available') return;
  if (readings['tags-of-busy'] === 'invalid-state')
    throw refusal(
      group.isStandalone ? 'InvalidCacheClusterState' : 'InvalidReplicationGroupState',
      'Cluster not in available state to perform tagging operations.',
    );
  throw refusal('CacheClusterNotFound', `${arn} is either not present or not available.`);
}

const HIDDEN_MS = 60_000;

/** Whether the tags of a group that was created at an instant are shown. */
export function areTagsVisible({ readings, clock }: Context, createdAt: number): boolean {
  return readings['tags-visible'] === 'at-once' || clock.now() - createdAt >= HIDDEN_MS;
}

export function listTags(
  state: RegionState,
  input: ListTagsForResourceCommandInput,
  call: Call,
  context: Context,
) {
  acceptOnly('ListTagsForResource', input, ['ResourceName']);
  const arn = input.ResourceName ?? '';
  const resource = authorized(state, arn, call, new Map());
  requireAvailable(resource, arn, context.readings);
  const { createdAt } = resource.group ?? resource.serverless ?? {};
  const isVisible = createdAt === undefined || areTagsVisible(context, createdAt);
  return { TagList: isVisible ? listOf(resource.tags) : [] };
}

export function addTags(
  state: RegionState,
  input: AddTagsToResourceCommandInput,
  call: Call,
  context: Context,
) {
  acceptOnly('AddTagsToResource', input, ['ResourceName', 'Tags']);
  const tags = parseTags(input.Tags);
  const arn = input.ResourceName ?? '';
  const resource = authorized(state, arn, call, tags);
  requireAvailable(resource, arn, context.readings);
  checkTagCount(new Set([...resource.tags.keys(), ...tags.keys()]).size);
  for (const [key, value] of tags) resource.tags.set(key, value);
  afterChange(context, state, resource);
  return { TagList: listOf(resource.tags) };
}

export function removeTags(
  state: RegionState,
  input: RemoveTagsFromResourceCommandInput,
  call: Call,
  context: Context,
) {
  acceptOnly('RemoveTagsFromResource', input, ['ResourceName', 'TagKeys']);
  const arn = input.ResourceName ?? '';
  const keys = input.TagKeys ?? [];
  const resource = authorized(state, arn, call, new Map(), keys);
  requireAvailable(resource, arn, context.readings);
  for (const key of keys) {
    if (!resource.tags.has(key)) throw refusal('TagNotFound', `The tag '${key}' is not on ${arn}`);
    resource.tags.delete(key);
  }
  afterChange(context, state, resource);
  return { TagList: listOf(resource.tags) };
}

/** A serverless cache is `modifying` after that: https://github.com/hashicorp/terraform-provider-aws/issues/48930 */
function afterChange(context: Context, state: RegionState, { serverless }: Tagged): void {
  if (serverless?.status === 'available') beginModification(context, state, serverless);
}

function authorized(
  state: RegionState,
  arn: string,
  call: Call,
  requested: Tags,
  keys?: readonly string[],
): Tagged {
  const resource = taggedResource(state, arn);
  call.authorize({
    action: `elasticache:${call.operation}`,
    resource: arn,
    conditions: {
      ...tagConditions('aws:ResourceTag', resource.tags),
      ...tagConditions('aws:RequestTag', requested),
      ...(keys === undefined ? {} : { 'aws:TagKeys': keys }),
    },
  });
  return resource;
}

function listOf(tags: Tags) {
  return [...tags].map(([Key, Value]) => ({ Key, Value }));
}
