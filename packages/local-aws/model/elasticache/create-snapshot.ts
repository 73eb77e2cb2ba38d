import type { CreateSnapshotCommandInput } from '@aws-sdk/client-elasticache';
import type { Readings } from '../../readings.ts';
import type { Call } from '../service.ts';
import { authorizeTagging, parseTags, tagConditions } from './authorization.ts';
import { type Context, whenDone } from './context.ts';
import { groupNamed } from './groups.ts';
import { grantItself } from './key-grants.ts';
import { arnOf, parseName } from './names.ts';
import { acceptOnly, invalidCombination, refusal } from './refusals.ts';
import { saveNode } from './save-node.ts';
import { snapshotView } from './snapshot-views.ts';
import type { Group, Member, NodeSnapshotRecord, RegionState, Shard, SnapshotRecord, Tags } from './state.ts';
import { subnetGroup } from './subnet-groups.ts';
import { groupOfCluster } from './tags.ts';

/** 20 manual snapshots per node in any 24 hours: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups.html */
const SNAPSHOTS_PER_NODE = 20;
const DAY_MS = 86_400_000;

const PARAMETERS = ['SnapshotName', 'ReplicationGroupId', 'CacheClusterId', 'KmsKeyId', 'Tags'];

interface Target {
  readonly group: Group;
  /** Given where the snapshot is one of a node. */
  readonly cacheClusterId?: string;
  /** The node to save in each shard. */
  readonly chosen: readonly { readonly shard: Shard; readonly member: Member }[];
}

export function createSnapshot(
  context: Context,
  state: RegionState,
  input: CreateSnapshotCommandInput,
  call: Call,
) {
  acceptOnly('CreateSnapshot', input, PARAMETERS);
  const name = parseName('SnapshotName', input.SnapshotName);
  const tags = parseTags(input.Tags);
  authorizeSnapshot(state, input, call, { name, tags });
  const target = targetOf(state, input);
  requireAvailable(target, context.readings);
  if (state.snapshots.has(name))
    throw refusal('SnapshotAlreadyExistsFault', `Snapshot ${name} already exists.`);
  const members = target.chosen.map(({ member }) => member);
  requireQuota(members, call.now);
  const kmsKeyId = grantItself(context, call, input.KmsKeyId ?? target.group.kmsKeyId);
  for (const member of members) member.snapshotTimes.push(call.now);
  const snapshot = newSnapshot(context, state, target, { name, tags, kmsKeyId });
  state.snapshots.set(name, snapshot);
  take(context, state, target, snapshot);
  const { vpcId } = subnetGroup(state, target.group.subnetGroupName);
  return { Snapshot: snapshotView(snapshot, { withNodeGroups: false, vpcId, readings: context.readings }) };
}

function authorizeSnapshot(
  state: RegionState,
  input: CreateSnapshotCommandInput,
  call: Call,
  { name, tags }: { readonly name: string; readonly tags: Tags },
): void {
  const action = 'elasticache:CreateSnapshot';
  const requested = {
    ...tagConditions('aws:RequestTag', tags),
    ...(input.KmsKeyId === undefined ? {} : { 'elasticache:KmsKeyId': input.KmsKeyId }),
  };
  const snapshotArn = arnOf(state, 'snapshot', name);
  call.authorize({ action, resource: snapshotArn, conditions: requested });
  const sources = [
    { type: 'replicationgroup', id: input.ReplicationGroupId?.toLowerCase() },
    { type: 'cluster', id: input.CacheClusterId?.toLowerCase() },
  ] as const;
  for (const { type, id } of sources) {
    if (id === undefined) continue;
    const group = type === 'cluster' ? groupOfCluster(state, id) : state.groups.get(id);
    const conditions = { ...requested, ...tagConditions('aws:ResourceTag', group?.tags) };
    call.authorize({ action, resource: arnOf(state, type, id), conditions });
  }
  authorizeTagging(call, snapshotArn, tags);
}

/**
 * Cluster mode off takes the snapshot of the node that is named. Cluster mode on takes one of every shard, of a
 * replica where there is one. https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-manual.html
 */
function targetOf(state: RegionState, input: CreateSnapshotCommandInput): Target {
  const groupId = input.ReplicationGroupId?.toLowerCase();
  const cacheClusterId = input.CacheClusterId?.toLowerCase();
  if (groupId !== undefined && cacheClusterId === undefined) return ofWholeGroup(groupNamed(state, groupId));
  if (cacheClusterId === undefined) {
    throw invalidCombination('Either ReplicationGroupId or CacheClusterId must be given.');
  }
  const group = groupOfCluster(state, cacheClusterId);
  const shard = group?.shards.find(({ members }) => members.some((m) => m.cacheClusterId === cacheClusterId));
  const member = shard?.members.find((candidate) => candidate.cacheClusterId === cacheClusterId);
  if (group === undefined || shard === undefined || member === undefined) {
    throw refusal('CacheClusterNotFound', `CacheCluster not found: ${cacheClusterId}`);
  }
  if (group.clusterMode === 'on' || (groupId !== undefined && groupId !== group.id)) {
    throw invalidCombination(
      `Cluster ${cacheClusterId} is part of a group with cluster mode enabled, or not of that group: snapshots of ` +
        'such a group are taken with ReplicationGroupId alone.',
    );
  }
  return { group, cacheClusterId, chosen: [{ shard, member }] };
}

function ofWholeGroup(group: Group): Target {
  if (group.clusterMode === 'off') {
    throw invalidCombination(
      `Replication group ${group.id} has cluster mode disabled: name the node to snapshot with CacheClusterId.`,
    );
  }
  const chosen = group.shards.flatMap((shard) => {
    const member = shard.members.at(-1);
    return member === undefined ? [] : [{ shard, member }];
  });
  return { group, chosen };
}

function requireAvailable({ group, cacheClusterId }: Target, readings: Readings): void {
  if (group.status === 'available') return;
  if (group.status === 'snapshotting' && readings['second-snapshot'] === 'queued') return;
  throw cacheClusterId === undefined
    ? refusal(
        'InvalidReplicationGroupState',
        `Replication group ${group.id} is ${group.status}, not available.`,
      )
    : refusal('InvalidCacheClusterState', `Cluster ${cacheClusterId} is ${group.status}, not available.`);
}

/** Deleted snapshots count too: what is limited is how often a node is put to it. */
function requireQuota(members: readonly Member[], now: number): void {
  for (const { cacheClusterId, snapshotTimes } of members) {
    const recent = snapshotTimes.filter((at) => at > now - DAY_MS).length;
    if (recent < SNAPSHOTS_PER_NODE) continue;
    throw refusal(
      'SnapshotQuotaExceededFault',
      `${cacheClusterId} has had ${recent} manual snapshots in 24 hours; the limit is ${SNAPSHOTS_PER_NODE}.`,
    );
  }
}

function newSnapshot(
  context: Context,
  state: RegionState,
  { group, cacheClusterId, chosen }: Target,
  ordered: Pick<SnapshotRecord, 'name' | 'tags' | 'kmsKeyId'>,
): SnapshotRecord {
  return {
    ...ordered,
    account: state.account,
    region: state.region,
    arn: arnOf(state, 'snapshot', ordered.name),
    source: { ...group },
    sourceCreatedAt: group.createdAt,
    cacheClusterId,
    kind: 'manual',
    orderedAt: context.clock.now(),
    folder: context.newFolder('snapshot'),
    nodes: chosen.map(({ shard, member }) => ({
      cacheClusterId: member.cacheClusterId,
      shardId: shard.id,
      slots: shard.slots,
      replicas: shard.members.length - 1,
      saved: undefined,
    })),
    status: 'creating',
    thaw: undefined,
  };
}

/**
 * Saves at once, which is the instant that the snapshot is of, and becomes available later. While it is being taken
 * the group is `snapshotting`. A frozen snapshot lets its group go on and stays `creating` itself.
 */
function take(context: Context, state: RegionState, target: Target, snapshot: SnapshotRecord): void {
  const { group, chosen } = target;
  if (group.status === 'snapshotting') {
    group.queued.push(() => take(context, state, target, snapshot));
    return;
  }
  group.status = 'snapshotting';
  const frozen = context.strikes(
    'freeze',
    'CreateSnapshot',
    state.region,
    `${snapshot.name} ${group.id} ${snapshot.cacheClusterId ?? ''}`,
  );
  const saves = chosen.map(({ shard, member }, index) => {
    const record = snapshot.nodes[index];
    return record === undefined ? undefined : saveNode(context, snapshot, record, { shard, member });
  });
  const delayMs = context.durationMs('snapshot', `${snapshot.arn} ${snapshot.orderedAt}`);
  whenDone(context, Promise.all(saves), delayMs, (outcome) => {
    if (group.status === 'snapshotting') group.status = 'available';
    group.queued.shift()?.();
    const settle = () => finish(context, state, snapshot, outcome);
    if (!frozen) return settle();
    snapshot.thaw = settle;
  });
}

function finish(
  context: Context,
  state: RegionState,
  snapshot: SnapshotRecord,
  outcome: PromiseSettledResult<readonly (NodeSnapshotRecord | undefined)[]>,
): void {
  snapshot.thaw = undefined;
  snapshot.status = outcome.status === 'fulfilled' ? 'available' : 'failed';
  const told = outcome.status === 'fulfilled' ? 'succeeded' : `failed (${String(outcome.reason)})`;
  context.tell(state, {
    sourceType: snapshot.cacheClusterId === undefined ? 'replication-group' : 'cache-cluster',
    sourceId: snapshot.cacheClusterId ?? snapshot.source.id,
    message: `Snapshot ${told} for snapshot with ID '${snapshot.name}' of '${snapshot.source.id}'`,
  });
}
