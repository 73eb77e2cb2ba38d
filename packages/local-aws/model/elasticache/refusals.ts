import { NotModelledError, ServiceError } from '../service.ts';

/** Wire codes, as `awsQueryError` in the SDK's schemas has them: some lack the exception's "Fault". */
export type RefusalCode =
  | 'CacheClusterAlreadyExists'
  | 'CacheClusterNotFound'
  | 'CacheParameterGroupAlreadyExists'
  | 'CacheParameterGroupNotFound'
  | 'CacheSubnetGroupAlreadyExists'
  | 'CacheSubnetGroupInUse'
  | 'CacheSubnetGroupNotFoundFault'
  | 'InsufficientCacheClusterCapacity'
  | 'InvalidARN'
  | 'InvalidCacheClusterState'
  | 'InvalidCacheParameterGroupState'
  | 'InvalidParameterCombination'
  | 'InvalidParameterValue'
  | 'InvalidReplicationGroupState'
  | 'InvalidServerlessCacheSnapshotStateFault'
  | 'InvalidServerlessCacheStateFault'
  | 'InvalidSnapshotState'
  | 'NodeQuotaForCustomerExceeded'
  | 'ReplicationGroupAlreadyExists'
  | 'ReplicationGroupNotFoundFault'
  | 'ServerlessCacheAlreadyExistsFault'
  | 'ServerlessCacheNotFoundFault'
  | 'ServerlessCacheSnapshotAlreadyExistsFault'
  | 'ServerlessCacheSnapshotNotFoundFault'
  | 'ServerlessCacheSnapshotQuotaExceededFault'
  | 'SnapshotAlreadyExistsFault'
  | 'SnapshotFeatureNotSupportedFault'
  | 'SnapshotNotFoundFault'
  | 'SnapshotQuotaExceededFault'
  | 'TagNotFound'
  | 'TagQuotaPerResourceExceeded'
  | 'UserGroupNotFound'
  | 'UserNotFound';

const NOT_FOUND: ReadonlySet<RefusalCode> = new Set([
  'CacheClusterNotFound',
  'CacheParameterGroupNotFound',
  'ReplicationGroupNotFoundFault',
  'ServerlessCacheNotFoundFault',
  'ServerlessCacheSnapshotNotFoundFault',
  'SnapshotNotFoundFault',
  'TagNotFound',
  'UserGroupNotFound',
  'UserNotFound',
]);

/** A refusal as ElastiCache words and codes it. */
export function refusal(code: RefusalCode, message: string): ServiceError {
  return new ServiceError(code, message, NOT_FOUND.has(code) ? 404 : 400);
}

export const invalidValue = (message: string): ServiceError => refusal('InvalidParameterValue', message);
export const invalidCombination = (message: string): ServiceError =>
  refusal('InvalidParameterCombination', message);

/** Refuses by name every parameter that is given and not listed. */
export function acceptOnly(operation: string, input: object, modelled: readonly string[]): void {
  const unknown = Object.entries(input).find(
    ([name, value]) => value !== undefined && !modelled.includes(name),
  );
  if (unknown !== undefined) {
    throw new NotModelledError(`the parameter ${unknown[0]} of elasticache:${operation}`);
  }
}
