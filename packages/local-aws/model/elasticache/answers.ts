import type { Readings } from '../../readings.ts';
import { type Operation, ServiceError } from '../service.ts';

/** Fields that some real answers lack. Those of the security of a cluster, and its ARN, are always there. */
const OPTIONAL: ReadonlySet<string> = new Set([
  'AutoMinorVersionUpgrade',
  'CacheClusterCreateTime',
  'CacheNodeCreateTime',
  'ClusterMode',
  'DataTiering',
  'Durability',
  'EffectiveDurability',
  'IpDiscovery',
  'LogDeliveryConfigurations',
  'MultiAZ',
  'NetworkType',
  'NumNodeGroups',
  'PendingModifiedValues',
  'ReplicationGroupCreateTime',
  'ReplicationGroupDescription',
  'ReplicationGroupLogDeliveryEnabled',
  'SnapshotRetentionLimit',
  'SnapshotWindow',
  'TransitEncryptionMode',
  'UserGroupIds',
]);
const LISTS: ReadonlySet<string> = new Set([
  'MemberClusters',
  'NodeGroupMembers',
  'NodeGroups',
  'NodeSnapshots',
]);
const SECOND_MS = 1_000;

/** What each of these answers, instead of an error, under the reading that unknown names have an empty list. */
const EMPTY: Readonly<Record<string, object>> = {
  DescribeCacheClusters: { CacheClusters: [] },
  DescribeReplicationGroups: { ReplicationGroups: [] },
  DescribeServerlessCacheSnapshots: { ServerlessCacheSnapshots: [] },
  DescribeServerlessCaches: { ServerlessCaches: [] },
  DescribeSnapshots: { Snapshots: [] },
};

/** The operations, with their answers and errors in the form that the readings say. */
export function inFormOf(
  readings: Readings,
  operations: Readonly<Record<string, Operation>>,
): Readonly<Record<string, Operation>> {
  const inForm = ([name, operation]: [string, Operation]): [string, Operation] => [
    name,
    async (input, call) => {
      try {
        return shown(readings, '', await operation(input, call)) as object;
      } catch (error) {
        const empty = readings['unknown-name'] === 'empty' ? EMPTY[name] : undefined;
        if (empty !== undefined && isNotFound(error)) return empty;
        throw named(readings, error);
      }
    },
  ];
  return Object.fromEntries(Object.entries(operations).map(inForm));
}

function shown(readings: Readings, name: string, value: unknown): unknown {
  if (value instanceof Date)
    return readings['time-precision'] === 'seconds'
      ? new Date(Math.floor(value.getTime() / SECOND_MS) * SECOND_MS)
      : value;
  if (name === 'EngineVersion' && readings['engine-version'] === 'major-minor')
    return String(value).split('.').slice(0, 2).join('.');
  if (Array.isArray(value)) {
    const items = value.map((item) => shown(readings, '', item));
    return LISTS.has(name) && readings['list-order'] === 'descending' ? items.reverse() : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  const isShown = (field: string) => readings['absent-fields'] === 'present' || !OPTIONAL.has(field);
  return Object.fromEntries(
    Object.entries(value).flatMap(([field, of]) =>
      isShown(field) ? [[field, shown(readings, field, of)]] : [],
    ),
  );
}

/** What the API reference names with another ending than `Fault` keeps its code. */
const WITHOUT_FAULT = /^(?:Invalid(?:Parameter|ARN)|AccessDenied|NotModelled|Missing|Unknown|Throttling)/;

function named(readings: Readings, error: unknown): unknown {
  if (!(error instanceof ServiceError) || readings['error-names'] === 'modelled') return error;
  const bare = error.code.replace(/Fault$/, '');
  const suffix = readings['error-names'] === 'with-fault' && !WITHOUT_FAULT.test(bare) ? 'Fault' : '';
  return new ServiceError(`${bare}${suffix}`, error.message, error.status, error.details);
}

function isNotFound(error: unknown): boolean {
  return error instanceof ServiceError && /NotFound(?:Fault)?$/.test(error.code);
}
