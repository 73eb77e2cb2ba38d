import type {
  CreateCacheParameterGroupCommandInput,
  DeleteCacheParameterGroupCommandInput,
  ModifyCacheParameterGroupCommandInput,
} from '@aws-sdk/client-elasticache';
import type { Call } from '../service.ts';
import { authorizeTagging, parseTags, tagConditions } from './authorization.ts';
import { arnOf, parseName } from './names.ts';
import {
  addParameterGroup,
  changeParameterGroup,
  parameterGroup,
  parameterGroupView,
} from './parameter-groups.ts';
import { acceptOnly, invalidValue, refusal } from './refusals.ts';
import { everyGroup, type RegionState } from './state.ts';

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateCacheParameterGroup.html */
export function createCacheParameterGroup(
  state: RegionState,
  input: CreateCacheParameterGroupCommandInput,
  call: Call,
) {
  acceptOnly('CreateCacheParameterGroup', input, [
    'CacheParameterGroupName',
    'CacheParameterGroupFamily',
    'Description',
    'Tags',
  ]);
  const name = parseName('CacheParameterGroupName', input.CacheParameterGroupName);
  const tags = parseTags(input.Tags);
  const resource = arnOf(state, 'parametergroup', name);
  call.authorize({
    action: 'elasticache:CreateCacheParameterGroup',
    resource,
    conditions: tagConditions('aws:RequestTag', tags),
  });
  authorizeTagging(call, resource, tags);
  const { CacheParameterGroupFamily: family = '', Description: description = '' } = input;
  if (description === '')
    throw invalidValue('The parameter Description must be provided and must not be blank.');
  const group = { name, family, description, tags, values: new Map<string, string>() };
  addParameterGroup(state, group);
  return { CacheParameterGroup: parameterGroupView(state, group) };
}

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ModifyCacheParameterGroup.html: at most 20. */
const MOST_PARAMETERS = 20;

export function modifyCacheParameterGroup(
  state: RegionState,
  input: ModifyCacheParameterGroupCommandInput,
  call: Call,
) {
  acceptOnly('ModifyCacheParameterGroup', input, ['CacheParameterGroupName', 'ParameterNameValues']);
  const { name } = authorized(state, 'ModifyCacheParameterGroup', input.CacheParameterGroupName, call);
  const given = input.ParameterNameValues ?? [];
  if (given.length === 0 || given.length > MOST_PARAMETERS)
    throw invalidValue(`1 to ${MOST_PARAMETERS} parameters can be changed at once, not ${given.length}`);
  refuseInUse(state, name, 'modified');
  changeParameterGroup(
    state,
    name,
    given.map(({ ParameterName = '', ParameterValue = '' }) => [ParameterName, ParameterValue] as const),
  );
  return { CacheParameterGroupName: name };
}

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DeleteCacheParameterGroup.html */
export function deleteCacheParameterGroup(
  state: RegionState,
  input: DeleteCacheParameterGroupCommandInput,
  call: Call,
) {
  acceptOnly('DeleteCacheParameterGroup', input, ['CacheParameterGroupName']);
  const { name } = authorized(state, 'DeleteCacheParameterGroup', input.CacheParameterGroupName, call);
  refuseInUse(state, name, 'deleted');
  state.parameterGroups.delete(name);
  return {};
}

function authorized(state: RegionState, operation: string, given: string | undefined, call: Call) {
  const name = (given ?? '').toLowerCase();
  call.authorize({
    action: `elasticache:${operation}`,
    resource: arnOf(state, 'parametergroup', name),
    conditions: tagConditions('aws:ResourceTag', state.parameterGroups.get(name)?.tags),
  });
  const group = parameterGroup(state, name);
  if (!name.startsWith('default.')) return group;
  throw invalidValue(`${name} is a default parameter group and cannot be changed`);
}

/** A running cluster would have to take over the new values, which is not modelled. */
function refuseInUse(state: RegionState, name: string, verb: string): void {
  const group = everyGroup(state).find(({ parameterGroupName }) => parameterGroupName === name);
  if (group === undefined) return;
  throw refusal(
    'InvalidCacheParameterGroupState',
    `The parameter group ${name} cannot be ${verb}: it is in use by ${group.id}.`,
  );
}
