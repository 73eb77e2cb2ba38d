import type { Call } from '../../service.ts';
import { type Conditions, tagConditions } from '../authorization.ts';
import { arnOf, type Place } from '../names.ts';
import type { RegionState } from '../state.ts';
import type { Limit, ServerlessSettings } from './state.ts';

/**
 * The actions, their resources and condition keys:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticache.html
 */
export function authorizeCache(
  state: RegionState,
  call: Call,
  name: string,
  conditions: Conditions = {},
): void {
  const cache = state.serverless.caches.get(name);
  call.authorize({
    action: `elasticache:${call.operation}`,
    resource: cacheArn(state, name),
    conditions: {
      ...(cache === undefined ? {} : settingConditions(cache.settings)),
      ...tagConditions('aws:ResourceTag', cache?.tags),
      ...conditions,
    },
  });
}

export function authorizeSnapshot(
  state: RegionState,
  call: Call,
  name: string,
  conditions: Conditions = {},
): void {
  call.authorize({
    action: `elasticache:${call.operation}`,
    resource: snapshotArn(state, name),
    conditions: {
      ...tagConditions('aws:ResourceTag', state.serverless.snapshots.get(name)?.tags),
      ...conditions,
    },
  });
}

export const cacheArn = (place: Place, name: string): string => arnOf(place, 'serverlesscache', name);
export const snapshotArn = (place: Place, name: string): string =>
  arnOf(place, 'serverlesscachesnapshot', name);

export const keyCondition = (kmsKeyId: string | undefined): Conditions =>
  kmsKeyId === undefined ? {} : { 'elasticache:KmsKeyId': kmsKeyId };

export function settingConditions({
  engine,
  limits,
  snapshotRetentionLimit,
}: ServerlessSettings): Conditions {
  return {
    'elasticache:EngineType': engine.engine,
    'elasticache:EngineVersion': engine.major,
    'elasticache:SnapshotRetentionLimit': `${snapshotRetentionLimit}`,
    ...(limits.dataStorage === undefined ? {} : { 'elasticache:DataStorageUnit': 'GB' }),
    ...limitConditions('DataStorage', limits.dataStorage),
    ...limitConditions('ECPUPerSecond', limits.ecpuPerSecond),
  };
}

function limitConditions(name: 'DataStorage' | 'ECPUPerSecond', limit: Limit | undefined): Conditions {
  const { minimum, maximum } = limit ?? {};
  return {
    ...(minimum === undefined ? {} : { [`elasticache:Minimum${name}`]: `${minimum}` }),
    ...(maximum === undefined ? {} : { [`elasticache:Maximum${name}`]: `${maximum}` }),
  };
}
