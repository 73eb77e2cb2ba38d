import { rm } from 'node:fs/promises';
import type { CreateReplicationGroupCommandInput } from '@aws-sdk/client-elasticache';
import { NodeStartError } from '../../redis/node.ts';
import type { Call } from '../service.ts';
import { authorizeTagging, type Conditions, tagConditions } from './authorization.ts';
import { checkNodeQuota, failLater, lackingCapacity } from './capacity.ts';
import { type Context, whenDone } from './context.ts';
import { noSuchVersion } from './engine-versions.ts';
import { watchNodes } from './fail-node.ts';
import { DataExceedMemoryError, startProcesses, stopProcesses } from './group-processes.ts';
import { type GroupRequest, parseGroupRequest, type ShardRequest } from './group-request.ts';
import { groupView } from './group-views.ts';
import { grantItself } from './key-grants.ts';
import { arnOf, type Place } from './names.ts';
import { parameterGroup, valueIn } from './parameter-groups.ts';
import { invalidCombination, invalidValue, refusal } from './refusals.ts';
import { fetchSeeds, SeedMisplacedError, type Seeds } from './seeds.ts';
import type { Group, Member, RegionState, Shard } from './state.ts';
import { subnetGroup } from './subnet-groups.ts';
import { groupOfCluster } from './tags.ts';

/**
 * Accepts a new group and starts its servers. What the customer sees as engine and version is what the request
 * ordered; the servers are whatever program this machine has, so an RDB that this program cannot load fails the
 * restore, as one of a newer engine would on AWS.
 */
export async function createReplicationGroup(
  context: Context,
  input: CreateReplicationGroupCommandInput,
  call: Call,
) {
  const state = context.stateOf({ account: call.principal.account, region: call.region });
  const request = parseGroupRequest(
    input,
    (name) => valueIn(parameterGroup(state, name), 'cluster-enabled') === 'yes',
    context.readings,
  );
  const group = await bringUpGroup(context, call, state, request);
  return { ReplicationGroup: groupView(group, context.readings) };
}

/** Checks that a group, or a cluster outside a group, may be had, and starts its servers. */
export async function bringUpGroup(
  context: Context,
  call: Call,
  state: RegionState,
  request: GroupRequest,
): Promise<Group> {
  const { engine, ordered } = request.settings.engine;
  if (state.missingVersions.has(`${engine} ${ordered}`)) throw noSuchVersion(ordered, engine);
  authorizeCreation(call, state, request);
  authorizeDependents(context, call, request);
  checkSurroundings(context, state, request);
  refuseTakenName(state, request.settings);
  const kmsKeyId = grantItself(context, call, request.settings.kmsKeyId);
  const group = newGroup(context, state, { ...request, settings: { ...request.settings, kmsKeyId } });
  checkNodeQuota(context, state, group);
  const lacking = lackingCapacity(context, group);
  if (lacking !== undefined) {
    if (context.readings['capacity-refusal'] === 'at-the-call')
      throw refusal('InsufficientCacheClusterCapacity', lacking.message);
    homeOf(state, group).set(group.id, group);
    failLater(context, state, group, lacking);
    return group;
  }
  // In place before the seeds are read, so that a second request for the same name meets it.
  homeOf(state, group).set(group.id, group);
  let seeds: Seeds;
  try {
    seeds = await context.clock.track(fetchSeeds(context, request, group));
  } catch (error) {
    homeOf(state, group).delete(group.id);
    throw error;
  }
  bringUp(context, state, group, seeds);
  return group;
}

function homeOf(state: RegionState, { isStandalone }: Pick<Group, 'isStandalone'>): Map<string, Group> {
  return isStandalone ? state.clusters : state.groups;
}

/** A cluster outside a group may have the id of a group, but not that of a group's node. */
function refuseTakenName(state: RegionState, { id, isStandalone }: GroupRequest['settings']): void {
  if (isStandalone && groupOfCluster(state, id) !== undefined)
    throw refusal('CacheClusterAlreadyExists', `Cache cluster ${id} already exists.`);
  if (!isStandalone && state.groups.has(id))
    throw refusal('ReplicationGroupAlreadyExists', `Replication group ${id} already exists.`);
}

/**
 * The condition keys of the group go with the group's own ARN alone, as in the policies of
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/IAM.ConditionKeys.html
 */
function authorizeCreation(call: Call, state: RegionState, { settings, shards, tags }: GroupRequest): void {
  const action = `elasticache:${settings.isStandalone ? 'CreateCacheCluster' : 'CreateReplicationGroup'}`;
  const requested = tagConditions('aws:RequestTag', tags);
  const conditions: Conditions = {
    ...requested,
    'elasticache:CacheNodeType': settings.nodeType,
    'elasticache:EngineVersion': settings.engine.ordered,
    'elasticache:EngineType': settings.engine.engine,
    'elasticache:SnapshotRetentionLimit': `${settings.snapshotRetentionLimit}`,
    'elasticache:AuthTokenEnabled': `${settings.authToken !== undefined}`,
    'elasticache:MultiAZEnabled': `${settings.multiAz}`,
    'elasticache:CacheParameterGroupName': settings.parameterGroupName,
    ...(settings.isStandalone ? {} : groupConditions(settings, shards)),
  };
  const groupArn = arnOf(state, arnTypeOf(settings), settings.id);
  call.authorize({ action, resource: groupArn, conditions });
  call.authorize({
    action,
    resource: arnOf(state, 'parametergroup', settings.parameterGroupName),
    conditions: requested,
  });
  call.authorize({
    action,
    resource: arnOf(state, 'subnetgroup', settings.subnetGroupName),
    conditions: requested,
  });
  authorizeTagging(call, groupArn, tags);
}

/** What a request for a cluster outside a group does not have. */
function groupConditions(settings: GroupRequest['settings'], shards: GroupRequest['shards']): Conditions {
  return {
    'elasticache:NumNodeGroups': `${shards.length}`,
    'elasticache:ReplicasPerNodeGroup': `${shards[0]?.replicas ?? 0}`,
    'elasticache:TransitEncryptionEnabled': `${settings.tls}`,
    'elasticache:AtRestEncryptionEnabled': `${settings.atRestEncryption}`,
    'elasticache:AutomaticFailoverEnabled': `${settings.automaticFailover}`,
    'elasticache:ClusterModeEnabled': `${settings.clusterMode === 'on'}`,
    'elasticache:Durability': settings.durability,
    ...(settings.kmsKeyId === undefined ? {} : { 'elasticache:KmsKeyId': settings.kmsKeyId }),
  };
}

function arnTypeOf({ isStandalone }: GroupRequest['settings']): 'cluster' | 'replicationgroup' {
  return isStandalone ? 'cluster' : 'replicationgroup';
}

/** What the caller only reads, of EC2 and of the files in S3. */
const DESCRIBED = ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets', 'ec2:DescribeVpcs'];

const INTERFACES = ['ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface'];

/**
 * The dependent actions of the Service Authorization Reference, and "each member of the `SnapshotArns` list requires its own
 * `s3:GetObject` permission". The service-linked role makes the network interfaces.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticache.html and
 * https://github.com/awsdocs/amazon-elasticache-docs/blob/master/doc_source/redis/IAM.APIReference.md
 */
function authorizeDependents({ readings, s3 }: Context, call: Call, { snapshotArns }: GroupRequest): void {
  if (readings['creator-rights'] === 'own-only') return;
  for (const action of DESCRIBED) call.authorize({ action, resource: '*' });
  if (readings['creator-rights'] === 'network-interfaces')
    for (const action of INTERFACES) call.authorize({ action, resource: '*' });
  for (const arn of snapshotArns) s3.authorizeAsCaller(call, 's3:GetObject', arn);
}

/** Everything that the request refers to must be there, and fit. */
function checkSurroundings(context: Context, state: RegionState, { settings }: GroupRequest): void {
  const parameters = parameterGroup(state, settings.parameterGroupName);
  if (parameters.family !== settings.engine.family) {
    throw invalidCombination(
      `Expected a parameter group of family ${settings.engine.family} but found one of family ${parameters.family}`,
    );
  }
  if ((valueIn(parameters, 'cluster-enabled') === 'yes') !== (settings.clusterMode === 'on')) {
    throw invalidCombination(
      `The parameter group ${parameters.name} does not fit cluster mode ${settings.clusterMode}`,
    );
  }
  const { vpcId } = subnetGroup(state, settings.subnetGroupName);
  for (const id of settings.securityGroupIds) {
    const found = context.network.securityGroup(id);
    if (found?.vpcId !== vpcId) throw invalidValue(`The security group '${id}' does not exist in ${vpcId}`);
  }
}

function newGroup(
  context: Context,
  state: RegionState,
  { settings, shards, tags }: GroupRequest,
): Group & Place {
  const zones = subnetGroup(state, settings.subnetGroupName).subnets.map(
    ({ availabilityZone }) => availabilityZone,
  );
  return {
    ...settings,
    account: state.account,
    region: state.region,
    arn: arnOf(state, arnTypeOf(settings), settings.id),
    createdAt: context.clock.now(),
    tags,
    shards: shards.map((shard, index) => newShard(settings, shard, index, zones)),
    snapshottingClusterId: undefined,
    folder: context.newFolder('group'),
    status: 'creating',
    showsEndpoints: false,
    isReachable: false,
    queued: [],
    nodesFailed: 'create-failed',
    thaw: undefined,
  };
}

function newShard(
  { id, clusterMode, isStandalone }: GroupRequest['settings'],
  shard: ShardRequest,
  index: number,
  zones: readonly string[],
): Shard {
  const prefix = clusterMode === 'on' ? `${id}-${shard.id}` : id;
  const members = Array.from(
    { length: shard.replicas + 1 },
    (_, member): Member => ({
      cacheClusterId: isStandalone ? id : `${prefix}-${`${member + 1}`.padStart(3, '0')}`,
      availabilityZone: zones[(index + member) % zones.length] ?? '',
      snapshotTimes: [],
      node: undefined,
    }),
  );
  return { id: shard.id, slots: shard.slots, members };
}

function bringUp(context: Context, state: RegionState, group: Group, { files, misplaced }: Seeds): void {
  const starting = misplaced
    ? Promise.reject(new SeedMisplacedError())
    : startProcesses(context, group, files);
  const work = starting.finally(() => discard(files));
  const settle = async (outcome: PromiseSettledResult<void>) => {
    if (outcome.status === 'fulfilled') return becomeAvailable(context, state, group);
    await stopProcesses(group);
    if (!isFaultOfData(outcome.reason)) throw outcome.reason;
    group.nodesFailed = 'restore-failed';
    group.status = 'create-failed';
    tell(context, state, group, `Failed to create ${kindOf(group)} ${group.id}: ${outcome.reason.message}`);
  };
  const operation = group.isStandalone ? 'CreateCacheCluster' : 'CreateReplicationGroup';
  if (context.strikes('freeze', operation, group.region, group.id)) {
    holdBack(context, state, group, { work, settle });
    return;
  }
  whenDone(context, work, context.durationMs('create', group.arn), settle);
}

function isFaultOfData(reason: unknown): reason is Error {
  return (
    reason instanceof NodeStartError ||
    reason instanceof DataExceedMemoryError ||
    reason instanceof SeedMisplacedError
  );
}

/** When ElastiCache gives a group up that does not come up: no figure is published. */
const GIVEN_UP_AFTER_MS = 80 * 60_000;

interface BringingUp {
  readonly work: Promise<void>;
  readonly settle: (outcome: PromiseSettledResult<void>) => Promise<void>;
}

/** A frozen group stays `creating`, in which it cannot be deleted, until it is thawed or given up as `create-failed`. */
function holdBack(context: Context, state: RegionState, group: Group, { work, settle }: BringingUp): void {
  const held = context.clock.track(work);
  held.catch(() => undefined);
  const givingUp = context.clock.at(context.clock.now() + GIVEN_UP_AFTER_MS, () => {
    group.thaw = undefined;
    void context.clock.track(async () => {
      await held.catch(() => undefined);
      await stopProcesses(group);
      group.status = 'create-failed';
      tell(
        context,
        state,
        group,
        `Failed to create ${kindOf(group)} ${group.id}: it did not come up in time`,
      );
    });
  });
  group.thaw = () => {
    group.thaw = undefined;
    givingUp.cancel();
    whenDone(context, held, 0, settle);
  };
}

/** The servers have copies of their own by now. */
async function discard(seeds: readonly string[]): Promise<void> {
  for (const file of seeds) await rm(file, { force: true });
}

const LATER_MS = 60_000;

function becomeAvailable(context: Context, state: RegionState, group: Group): void {
  group.status = 'available';
  const { readings, clock } = context;
  const atOnceOrLater = (reading: 'at-once' | 'after-a-minute', settle: () => void) =>
    reading === 'at-once' ? settle() : void clock.at(clock.now() + LATER_MS, settle);
  atOnceOrLater(readings['endpoint-visible'], () => {
    group.showsEndpoints = true;
  });
  atOnceOrLater(readings['endpoint-answers'], () => {
    group.isReachable = true;
  });
  watchNodes(context, state, group);
  tell(
    context,
    state,
    group,
    group.isStandalone ? 'Cache cluster created' : `Replication group ${group.id} created`,
  );
}

const kindOf = ({ isStandalone }: Group) => (isStandalone ? 'cache cluster' : 'replication group');

function tell(context: Context, state: RegionState, group: Group, message: string): void {
  const sourceType = group.isStandalone ? 'cache-cluster' : 'replication-group';
  context.tell(state, { sourceType, sourceId: group.id, message });
}
