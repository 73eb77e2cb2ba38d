import type { DescribeUserGroupsCommandInput, DescribeUsersCommandInput } from '@aws-sdk/client-elasticache';
import type { Call } from '../service.ts';
import { arnOf } from './names.ts';
import { acceptOnly, refusal } from './refusals.ts';
import type { RegionState } from './state.ts';

/** No users can be made here, so there are none beside the one that every account has. */
const DEFAULT_USER = 'default';

export function describeUsers(state: RegionState, input: DescribeUsersCommandInput, call: Call) {
  acceptOnly('DescribeUsers', input, ['UserId', 'MaxRecords', 'Marker']);
  call.authorize({
    action: 'elasticache:DescribeUsers',
    resource: arnOf(state, 'user', input.UserId ?? '*'),
  });
  if (input.UserId !== undefined && input.UserId !== DEFAULT_USER) {
    throw refusal('UserNotFound', `User ${input.UserId} not found.`);
  }
  return {
    Users: [
      {
        UserId: DEFAULT_USER,
        UserName: DEFAULT_USER,
        Status: 'active',
        Engine: 'redis',
        MinimumEngineVersion: '6.0',
        AccessString: 'on ~* +@all',
        UserGroupIds: [],
        Authentication: { Type: 'no-password', PasswordCount: 0 },
        ARN: arnOf(state, 'user', DEFAULT_USER),
      },
    ],
  };
}

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
