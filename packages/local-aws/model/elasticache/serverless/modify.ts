import type { ModifyServerlessCacheCommandInput } from '@aws-sdk/client-elasticache';
import type { Call } from '../../service.ts';
import { type Context, whenDone } from '../context.ts';
import { acceptOnly, invalidCombination, invalidValue } from '../refusals.ts';
import type { RegionState } from '../state.ts';
import { subnetGroup } from '../subnet-groups.ts';
import { authorizeCache } from './authorization.ts';
import { cacheNamed, cacheNotAvailable } from './refusals.ts';
import {
  checkSecurityGroups,
  dailyTimeOf,
  descriptionOf,
  limitsOf,
  parseEngine,
  refuseUserGroup,
  retentionOf,
} from './request.ts';
import { limitMemory } from './server.ts';
import type { ServerlessCache, ServerlessSettings } from './state.ts';
import { cacheView } from './views.ts';

type Input = ModifyServerlessCacheCommandInput;

const PARAMETERS = [
  'ServerlessCacheName',
  'Description',
  'CacheUsageLimits',
  'RemoveUserGroup',
  'UserGroupId',
  'SecurityGroupIds',
  'SnapshotRetentionLimit',
  'DailySnapshotTime',
  'Engine',
  'MajorEngineVersion',
];

export function modifyServerlessCache(state: RegionState, input: Input, call: Call, context: Context) {
  acceptOnly('ModifyServerlessCache', input, PARAMETERS);
  const name = (input.ServerlessCacheName ?? '').toLowerCase();
  authorizeCache(state, call, name);
  const cache = cacheNamed(state, name);
  requireOneField(input);
  refuseUserGroup(input.UserGroupId);
  const change = changeOf(context, state, cache, input);
  if (cache.status !== 'available') throw cacheNotAvailable();
  cache.settings = { ...cache.settings, ...change };
  beginModification(context, state, cache);
  return { ServerlessCache: cacheView(cache, context.readings) };
}

/**
 * In ElastiCache's words: https://github.com/hashicorp/terraform-provider-aws/issues/40461 and
 * https://github.com/hashicorp/terraform-provider-aws/issues/44746. Engine and version are one field. The example of the
 * API reference has two fields; what was met on AWS counts more.
 */
function requireOneField({ ServerlessCacheName: _, MajorEngineVersion, ...input }: Input): void {
  const given = Object.values({ ...input, Engine: input.Engine ?? MajorEngineVersion });
  const fields = given.filter((value) => value !== undefined && value !== false).length;
  if (fields === 0) throw invalidCombination('No modifications were requested');
  if (fields > 1)
    throw invalidCombination('Serverless Cache modifications only support modifying one field per request.');
}

function changeOf(
  { network }: Context,
  state: RegionState,
  cache: ServerlessCache,
  input: Input,
): Partial<ServerlessSettings> {
  const { Description, CacheUsageLimits, SecurityGroupIds, SnapshotRetentionLimit, DailySnapshotTime } =
    input;
  if (input.Engine !== undefined || input.MajorEngineVersion !== undefined)
    return { engine: upgrade(cache, input) };
  if (Description !== undefined) return { description: descriptionOf(Description) };
  if (CacheUsageLimits !== undefined) return { limits: limitsOf(CacheUsageLimits) };
  if (SnapshotRetentionLimit !== undefined)
    return { snapshotRetentionLimit: retentionOf(SnapshotRetentionLimit) };
  if (DailySnapshotTime !== undefined) return { dailySnapshotTime: dailyTimeOf(DailySnapshotTime) };
  if (SecurityGroupIds === undefined) return {};
  const vpcId = network.subnet(cache.subnetIds[0] ?? '')?.vpcId ?? subnetGroup(state, 'default').vpcId;
  checkSecurityGroups(network, SecurityGroupIds, vpcId);
  return { securityGroupIds: SecurityGroupIds };
}

/** From Redis OSS to Valkey, or to a later version; https://github.com/hashicorp/terraform-provider-aws/issues/39711 */
function upgrade({ settings: { engine } }: ServerlessCache, { Engine, MajorEngineVersion }: Input) {
  const wanted = parseEngine(Engine ?? engine.engine, MajorEngineVersion);
  const crosses = engine.engine === 'redis' && wanted.engine === 'valkey';
  const isLater = engine.engine === wanted.engine && Number(wanted.major) > Number(engine.major);
  if (crosses || isLater) return wanted;
  throw invalidValue('This API supports only cross-engine upgrades to Valkey engine currently');
}

/** The cache is `modifying` for a while, and works meanwhile. */
export function beginModification(context: Context, state: RegionState, cache: ServerlessCache): void {
  cache.status = 'modifying';
  const { node } = cache;
  const work = node === undefined ? Promise.resolve() : limitMemory(context, cache, node);
  const delayMs = context.durationMs('modifyServerless', `${cache.arn} ${context.clock.now()}`);
  whenDone(context, work, delayMs, () => {
    if (cache.status === 'modifying') cache.status = 'available';
    const message = `Serverless cache ${cache.name} modified`;
    context.tell(state, { sourceType: 'serverless-cache', sourceId: cache.name, message });
  });
}
