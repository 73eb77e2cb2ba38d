import type { ServiceError } from '../../service.ts';
import { invalidValue, refusal } from '../refusals.ts';
import type { RegionState } from '../state.ts';
import type { ServerlessCache, ServerlessSnapshot } from './state.ts';

export function cacheNotFound(name: string): ServiceError {
  return refusal('ServerlessCacheNotFoundFault', `Serverless cache ${name} not found.`);
}

export function snapshotNotFound(name: string): ServiceError {
  return refusal('ServerlessCacheSnapshotNotFoundFault', `Serverless cache snapshot ${name} not found.`);
}

/** In ElastiCache's words: https://github.com/ekristen/aws-nuke/pull/256 */
export function cacheNotAvailable(): ServiceError {
  return refusal(
    'InvalidServerlessCacheStateFault',
    'Serverless cache is not in an available state to perform the requested action.',
  );
}

/** @throws ServerlessCacheNotFoundFault */
export function cacheNamed(state: RegionState, name: string): ServerlessCache {
  const cache = state.serverless.caches.get(name);
  if (cache === undefined) throw cacheNotFound(name);
  return cache;
}

/** @throws ServerlessCacheSnapshotNotFoundFault */
export function snapshotNamed(state: RegionState, name: string): ServerlessSnapshot {
  const snapshot = state.serverless.snapshots.get(name);
  if (snapshot === undefined) throw snapshotNotFound(name);
  return snapshot;
}

/** @throws InvalidServerlessCacheSnapshotStateFault */
export function requireAvailable({ name, status }: ServerlessSnapshot): void {
  if (status === 'available') return;
  throw refusal(
    'InvalidServerlessCacheSnapshotStateFault',
    `Serverless cache snapshot ${name} is ${status}, not available.`,
  );
}

/** @throws ServerlessCacheSnapshotAlreadyExistsFault */
export function requireFreeSnapshotName(state: RegionState, name: string): void {
  if (!state.serverless.snapshots.has(name)) return;
  throw refusal(
    'ServerlessCacheSnapshotAlreadyExistsFault',
    `Serverless cache snapshot ${name} already exists.`,
  );
}

/**
 * Letters, digits and hyphens, the first a letter, no two hyphens together and none at the end, as of replication
 * groups; stored in lower case. A cache's name has at most 50 characters:
 * https://github.com/ansible-collections/community.aws/pull/2469
 */
const NAME = /^[a-z](?:[a-z0-9]|-(?=[a-z0-9]))*$/;
const LONGEST_CACHE_NAME = 50;
/** https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateServerlessCacheSnapshot.html */
const LONGEST_SNAPSHOT_NAME = 255;

function parseName(parameter: string, given: string | undefined, longest: number): string {
  const name = (given ?? '').toLowerCase();
  if (NAME.test(name) && name.length <= longest) return name;
  throw invalidValue(
    `The parameter ${parameter} is not a valid identifier: '${given ?? ''}'. Identifiers must begin with a letter; ` +
      'must contain only ASCII letters, digits, and hyphens; must not end with a hyphen or contain two consecutive ' +
      `hyphens; and must not be longer than ${longest} characters.`,
  );
}

export const parseCacheName = (given: string | undefined): string =>
  parseName('ServerlessCacheName', given, LONGEST_CACHE_NAME);

export const parseSnapshotName = (parameter: string, given: string | undefined): string =>
  parseName(parameter, given, LONGEST_SNAPSHOT_NAME);
