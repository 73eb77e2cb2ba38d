import type { Role, Roles } from '../../iam/roles.ts';
import { refuseUnknown } from '../lambda/refuse.ts';
import { type Call, type Service, ServiceError } from '../service.ts';
import { parsePolicyText } from './policy-text.ts';

interface CreateRoleInput {
  readonly RoleName: string;
  readonly AssumeRolePolicyDocument: string;
  readonly Path?: string;
  readonly Description?: string;
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
const ROLE_NAME = /^[\w+=,.@-]{1,64}$/;
const PATH = /^\/(?:[!-~]+\/)?$/;

/**
 * Roles that come and go over the API, as the runbook of a hidden recovery point makes one and takes it away.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html
 */
export function roleChanges(roles: Roles): Service['operations'] {
  return {
    CreateRole: async (input: CreateRoleInput, call) => ({ Role: roleView(createRole(roles, input, call)) }),
    DeleteRole: async (input: { readonly RoleName: string }, call) => {
      refuseUnknown('iam:DeleteRole', input, ['RoleName']);
      const { account } = call.principal;
      const role = roles.named(account, input.RoleName);
      const resource = role?.arn ?? `arn:aws:iam::${account}:role/${input.RoleName}`;
      call.authorize({ action: 'iam:DeleteRole', resource });
      if (role === undefined) throw noSuchRole(input.RoleName);
      if (role.policies.length > 0)
        throw new ServiceError(
          'DeleteConflict',
          'Cannot delete entity, must delete policies first, or detach all policies first.',
          409,
        );
      roles.remove(role.arn);
      return {};
    },
  };
}

function createRole(roles: Roles, input: CreateRoleInput, call: Call): Role {
  refuseUnknown('iam:CreateRole', input, ['RoleName', 'AssumeRolePolicyDocument', 'Path', 'Description']);
  const { RoleName: name, Path: path = '/' } = input;
  const { account } = call.principal;
  const arn = `arn:aws:iam::${account}:role${path}${name}`;
  call.authorize({ action: 'iam:CreateRole', resource: arn });
  if (!ROLE_NAME.test(name)) throw constraint('roleName', name, '[\\w+=,.@-]+, 1 to 64 characters');
  if (!PATH.test(path)) throw constraint('path', path, '(/)|(/[!-~]+/)');
  const trustPolicy = parsePolicyText(input.AssumeRolePolicyDocument, 'trust', name);
  roles.create({ arn, name, account, trustPolicy, createdAt: call.now });
  return roles.get(arn);
}

/** A role as the API shows it; its trust policy URL-encoded. */
export function roleView(role: Role): object {
  const path = role.arn.slice(role.arn.indexOf(':role') + ':role'.length, -role.name.length);
  return {
    Path: path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    AssumeRolePolicyDocument: encodeURIComponent(JSON.stringify(role.trustPolicy)),
    ...(role.createdAt === undefined ? {} : { CreateDate: new Date(role.createdAt) }),
  };
}

export function noSuchRole(name: string): ServiceError {
  return new ServiceError('NoSuchEntity', `The role with name ${name} cannot be found.`, 404);
}

function constraint(member: string, value: string, expected: string): ServiceError {
  return new ServiceError(
    'ValidationError',
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${expected}`,
  );
}
