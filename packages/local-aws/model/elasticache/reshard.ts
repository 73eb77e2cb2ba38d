import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModifyReplicationGroupShardConfigurationCommandInput } from '@aws-sdk/client-elasticache';
import { dealBySlot } from '../../redis/deal-by-slot.ts';
import type { SlotRange } from '../../redis/slots.ts';
import { type Call, NotModelledError } from '../service.ts';
import { tagConditions } from './authorization.ts';
import { type Context, whenDone } from './context.ts';
import { watchNodes } from './fail-node.ts';
import { startProcesses, stopProcesses } from './group-processes.ts';
import { groupView } from './group-views.ts';
import { groupNamed } from './groups.ts';
import { arnOf } from './names.ts';
import { acceptOnly, invalidCombination, refusal } from './refusals.ts';
import type { Group, RegionState, Shard } from './state.ts';

type Input = ModifyReplicationGroupShardConfigurationCommandInput;

/**
 * Removes node groups of a cluster, online: the others keep their ids, so that gaps remain, and share the slots that become
 * free, so that a node group has several ranges.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ModifyReplicationGroupShardConfiguration.html
 */
export function reshard(state: RegionState, input: Input, call: Call, context: Context) {
  const parameters = ['ReplicationGroupId', 'NodeGroupCount', 'ApplyImmediately', 'NodeGroupsToRemove'];
  acceptOnly('ModifyReplicationGroupShardConfiguration', input, parameters);
  const id = (input.ReplicationGroupId ?? '').toLowerCase();
  call.authorize({
    action: 'elasticache:ModifyReplicationGroupShardConfiguration',
    resource: arnOf(state, 'replicationgroup', id),
    conditions: tagConditions('aws:ResourceTag', state.groups.get(id)?.tags),
  });
  const group = groupNamed(state, id);
  if (group.status !== 'available')
    throw refusal(
      'InvalidReplicationGroupState',
      `Replication group ${id} is ${group.status}, not available.`,
    );
  const shards = shardsAfter(group, input);
  group.status = 'modifying';
  whenDone(context, Promise.resolve(), context.durationMs('create', `reshard ${group.arn}`), () =>
    move(context, state, group, shards),
  );
  return { ReplicationGroup: groupView(group, context.readings) };
}

function shardsAfter(group: Group, { NodeGroupCount, ApplyImmediately, NodeGroupsToRemove }: Input) {
  if (ApplyImmediately !== true) throw invalidCombination('ApplyImmediately must be true.');
  if (group.clusterMode === 'off') throw invalidCombination('Cluster mode must be enabled.');
  if ((NodeGroupCount ?? 0) >= group.shards.length)
    throw new NotModelledError('adding or rebalancing shards');
  const removed = group.shards.filter(({ id }) => NodeGroupsToRemove?.includes(id));
  const kept = group.shards.filter((shard) => !removed.includes(shard));
  if (kept.length === 0 || kept.length !== NodeGroupCount)
    throw invalidCombination('NodeGroupsToRemove must name as many node groups as are to be removed.');
  const free = removed.flatMap(({ slots }) => slots);
  return kept.map((shard, at): Shard => {
    const share = free.flatMap((range) => shareOf(range, at, kept.length));
    return { ...shard, slots: [...shard.slots, ...share] };
  });
}

function shareOf({ from, to }: SlotRange, at: number, of: number): readonly SlotRange[] {
  const start = (index: number) => from + Math.ceil((index * (to - from + 1)) / of);
  const share = { from: start(at), to: start(at + 1) - 1 };
  return share.from <= share.to ? [share] : [];
}

/** At one instant, and with new server processes: a moment's work in virtual time, in which nothing is written. */
async function move(
  context: Context,
  state: RegionState,
  group: Group,
  shards: readonly Shard[],
): Promise<void> {
  const primaries = group.shards.flatMap(({ members }) => members[0]?.node ?? []);
  const folder = context.newFolder('seed');
  const files = await dealBySlot({
    binary: await context.server(),
    files: await Promise.all(primaries.map((node) => node.bgsave())),
    shards: shards.map(({ slots }) => slots),
    folder: join(folder, 'dealt'),
  });
  await stopProcesses(group);
  group.shards = shards;
  await startProcesses(context, group, files);
  await rm(folder, { recursive: true, force: true });
  group.status = 'available';
  watchNodes(context, state, group);
}
