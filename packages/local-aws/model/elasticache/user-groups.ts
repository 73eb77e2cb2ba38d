import type { DescribeUserGroupsCommandInput } from '@aws-sdk/client-elasticache';
import type { Call } from '../service.ts';
import { arnOf } from './names.ts';
import { acceptOnly, refusal } from './refusals.ts';
import type { RegionState } from './state.ts';

/** No user groups can be made here. */
export function describeUserGroups(state: RegionState, input: DescribeUserGroupsCommandInput, call: Call) {
  acceptOnly('DescribeUserGroups', input, ['UserGroupId', 'MaxRecords', 'Marker']);
  const id = input.UserGroupId;
  call.authorize({
    action: 'elasticache:DescribeUserGroups',
    resource: arnOf(state, 'usergroup', id ?? '*'),
  });
  if (id !== undefined) throw refusal('UserGroupNotFound', `UserGroup ${id} not found.`);
  return { UserGroups: [] };
}
