import { rm } from 'node:fs/promises';
import type { DeleteSnapshotCommandInput, DescribeSnapshotsCommandInput } from '@aws-sdk/client-elasticache';
import type { Call } from '../service.ts';
import { tagConditions } from './authorization.ts';
import { type Context, whenDone } from './context.ts';
import { arnOf } from './names.ts';
import { pageOf, SNAPSHOT_PAGE } from './paging.ts';
import { acceptOnly, invalidValue, refusal } from './refusals.ts';
import { snapshotView } from './snapshot-views.ts';
import type { RegionState, SnapshotRecord, SnapshotStatus } from './state.ts';
import { isVisible, whenForgotten } from './visibility.ts';

/** @throws SnapshotNotFoundFault */
export function snapshotNamed(state: RegionState, name: string): SnapshotRecord {
  const snapshot = state.snapshots.get(name);
  if (snapshot !== undefined) return snapshot;
  throw notFound(name);
}

function notFound(name: string) {
  return refusal('SnapshotNotFoundFault', `Snapshot ${name} not found.`);
}

/** The network of a snapshot's source; kept even where the source's subnet group is gone. */
export function vpcOf(state: RegionState, snapshot: SnapshotRecord): string {
  return (
    state.subnetGroups.get(snapshot.source.subnetGroupName)?.vpcId ?? `vpc-default-${snapshot.source.account}`
  );
}

const PARAMETERS = [
  'ReplicationGroupId',
  'CacheClusterId',
  'SnapshotName',
  'SnapshotSource',
  'Marker',
  'MaxRecords',
  'ShowNodeGroupConfig',
];
/** `system` shows the automatic ones, `user` the manual ones. */
const KINDS: Readonly<Record<string, SnapshotRecord['kind']>> = { system: 'automated', user: 'manual' };

export function describeSnapshots(
  state: RegionState,
  input: DescribeSnapshotsCommandInput,
  call: Call,
  { readings }: Context,
) {
  acceptOnly('DescribeSnapshots', input, PARAMETERS);
  const name = input.SnapshotName?.toLowerCase();
  call.authorize({
    action: 'elasticache:DescribeSnapshots',
    resource: arnOf(state, 'snapshot', name ?? '*'),
    conditions: tagConditions('aws:ResourceTag', state.snapshots.get(name ?? '')?.tags),
  });
  const kind = input.SnapshotSource === undefined ? undefined : KINDS[input.SnapshotSource];
  if (input.SnapshotSource !== undefined && kind === undefined) {
    throw invalidValue(`SnapshotSource is '${input.SnapshotSource}', not system or user`);
  }
  const isFoundByGroup = ({ cacheClusterId, source }: SnapshotRecord) =>
    !source.isStandalone && (cacheClusterId === undefined || readings['snapshot-filter'] === 'finds');
  const groupId = input.ReplicationGroupId?.toLowerCase();
  const clusterId = input.CacheClusterId?.toLowerCase();
  const seen = [...state.snapshots.values()].filter(({ orderedAt }) =>
    isVisible(readings, orderedAt, call.now),
  );
  const named = seen.filter((snapshot) => name === undefined || snapshot.name === name);
  if (name !== undefined && named.length === 0) throw notFound(name);
  const wanted = named.filter(
    (snapshot) =>
      (kind === undefined || snapshot.kind === kind) &&
      (groupId === undefined || (snapshot.source.id === groupId && isFoundByGroup(snapshot))) &&
      (clusterId === undefined || snapshot.nodes.some((node) => node.cacheClusterId === clusterId)),
  );
  const page = pageOf(wanted, (snapshot) => snapshot.name, {
    request: input,
    bounds: SNAPSHOT_PAGE,
    readings,
  });
  const withNodeGroups = input.ShowNodeGroupConfig ?? false;
  return {
    ...(page.Marker === undefined ? {} : { Marker: page.Marker }),
    Snapshots: page.items.map((snapshot) =>
      snapshotView(snapshot, { withNodeGroups, vpcId: vpcOf(state, snapshot), readings }),
    ),
  };
}

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DeleteSnapshot.html */
const DELETABLE: readonly SnapshotStatus[] = ['available', 'failed'];

export function deleteSnapshot(
  context: Context,
  state: RegionState,
  input: DeleteSnapshotCommandInput,
  call: Call,
) {
  acceptOnly('DeleteSnapshot', input, ['SnapshotName']);
  const name = (input.SnapshotName ?? '').toLowerCase();
  call.authorize({
    action: 'elasticache:DeleteSnapshot',
    resource: arnOf(state, 'snapshot', name),
    conditions: tagConditions('aws:ResourceTag', state.snapshots.get(name)?.tags),
  });
  const snapshot = snapshotNamed(state, name);
  if (!DELETABLE.includes(snapshot.status)) {
    throw refusal('InvalidSnapshotState', `Snapshot ${name} is ${snapshot.status} and cannot be deleted.`);
  }
  snapshot.status = 'deleting';
  const emptied = rm(snapshot.folder, { recursive: true, force: true });
  whenDone(context, emptied, context.durationMs('deleteSnapshot', snapshot.arn), () => {
    snapshot.status = 'deleted';
    whenForgotten(context, () => {
      if (state.snapshots.get(name) === snapshot) state.snapshots.delete(name);
    });
  });
  const { readings } = context;
  return {
    Snapshot: snapshotView(snapshot, { withNodeGroups: false, vpcId: vpcOf(state, snapshot), readings }),
  };
}
