import { AWS_MANAGED_POLICIES } from '../iam/managed-policies.ts';
import type { PolicyDocument } from '../iam/policy.ts';
import type { AttachedPolicy, Role, Roles } from '../iam/roles.ts';
import { parsePolicyText } from './iam/policy-text.ts';
import { noSuchRole, roleChanges, roleView } from './iam/role-changes.ts';
import { simulatePrincipalPolicy } from './iam/simulate.ts';
import { refuseUnknown } from './lambda/refuse.ts';
import { type Call, NotModelledError, type Service, ServiceError } from './service.ts';

/** Finds the role of a call, authorised for the operation, and refuses parameters beyond `known`. */
type Wanted = (
  input: { readonly RoleName: string },
  call: Call,
  operation: string,
  known: readonly string[],
) => Role;

/** Roles that AWS itself has made. */
export type ServiceLinkedRoles = (account: string, name: string) => Role | undefined;

/**
 * Roles and their policies over the API: reading them, and changing them while everything runs.
 * Documents come URL-encoded, as IAM gives them.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html
 */
export function createIam(roles: Roles, serviceLinked: ServiceLinkedRoles = () => undefined): Service {
  const wanted: Wanted = (input, call, operation, known) => {
    refuseUnknown(`iam:${operation}`, input, ['RoleName', ...known]);
    const { account } = call.principal;
    const role = roles.named(account, input.RoleName) ?? serviceLinked(account, input.RoleName);
    const resource = role?.arn ?? `arn:aws:iam::${call.principal.account}:role/${input.RoleName}`;
    call.authorize({ action: `iam:${operation}`, resource });
    if (role !== undefined) return role;
    throw noSuchRole(input.RoleName);
  };
  return {
    name: 'iam',
    operations: {
      ...reading(wanted),
      ...inlineChanges(roles, wanted),
      ...otherChanges(roles, wanted),
      ...roleChanges(roles),
      SimulatePrincipalPolicy: async (input, call) => simulatePrincipalPolicy(roles, input, call),
    },
  };
}

function reading(wanted: Wanted): Service['operations'] {
  return {
    /** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html */
    GetRole: async (input, call) => {
      const role = wanted(input, call, 'GetRole', []);
      return { Role: roleView(role) };
    },
    ListRolePolicies: async (input, call) => {
      const role = wanted(input, call, 'ListRolePolicies', []);
      return { PolicyNames: inlinePolicies(role).map(({ name }) => name), IsTruncated: false };
    },
    GetRolePolicy: async (input, call) => {
      const role = wanted(input, call, 'GetRolePolicy', ['PolicyName']);
      const { document, name, text = JSON.stringify(document) } = inlinePolicy(role, input.PolicyName);
      return { RoleName: role.name, PolicyName: name, PolicyDocument: encodeURIComponent(text) };
    },
    ListAttachedRolePolicies: async (input, call) => {
      const role = wanted(input, call, 'ListAttachedRolePolicies', []);
      const attached = role.policies.filter(({ source }) => source !== 'inline');
      return {
        AttachedPolicies: attached.map(({ name }) => ({
          PolicyArn: name,
          PolicyName: name.split('/').at(-1),
        })),
        IsTruncated: false,
      };
    },
  };
}

function inlineChanges(roles: Roles, wanted: Wanted): Service['operations'] {
  return {
    PutRolePolicy: async (input, call) => {
      const role = wanted(input, call, 'PutRolePolicy', ['PolicyName', 'PolicyDocument']);
      const where = `${role.name}/${input.PolicyName}`;
      const document = parsePolicyText(input.PolicyDocument, 'identity', where);
      const policy = {
        name: input.PolicyName,
        source: 'inline',
        document,
        text: input.PolicyDocument,
      } as const;
      roles.attach(role.arn, policy);
      return {};
    },
    /** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePolicy.html */
    DeleteRolePolicy: async (input, call) => {
      const role = wanted(input, call, 'DeleteRolePolicy', ['PolicyName']);
      roles.detach(role.arn, inlinePolicy(role, input.PolicyName));
      return {};
    },
  };
}

function otherChanges(roles: Roles, wanted: Wanted): Service['operations'] {
  return {
    /** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAssumeRolePolicy.html */
    UpdateAssumeRolePolicy: async (input, call) => {
      const role = wanted(input, call, 'UpdateAssumeRolePolicy', ['PolicyDocument']);
      roles.trust(role.arn, parsePolicyText(input.PolicyDocument, 'trust', role.name));
      return {};
    },
    /** AWS's own policies alone: those of a customer are only known where a template makes them. */
    AttachRolePolicy: async (input, call) => {
      const role = wanted(input, call, 'AttachRolePolicy', ['PolicyArn']);
      const document = attachable(input.PolicyArn);
      roles.attach(role.arn, { name: input.PolicyArn, source: 'aws-managed', document });
      return {};
    },
    DetachRolePolicy: async (input, call) => {
      const role = wanted(input, call, 'DetachRolePolicy', ['PolicyArn']);
      const attached = role.policies.find(
        ({ name, source }) => name === input.PolicyArn && source !== 'inline',
      );
      if (attached === undefined)
        throw new ServiceError('NoSuchEntity', `Policy ${input.PolicyArn} was not found.`, 404);
      roles.detach(role.arn, attached);
      return {};
    },
  };
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html */
function attachable(arn: string): PolicyDocument {
  if (!/^arn:aws:iam::(?:\d{12}|aws):policy\/.+/.test(arn))
    throw new ServiceError('ValidationError', `Invalid ARN: ${arn} could not be parsed!`);
  const document = AWS_MANAGED_POLICIES[arn];
  if (document !== undefined) return document;
  if (arn.startsWith('arn:aws:iam::aws:')) throw new NotModelledError(`the managed policy ${arn}`);
  throw new ServiceError('NoSuchEntity', `Policy ${arn} does not exist or is not attachable.`, 404);
}

function inlinePolicies(role: Role): readonly AttachedPolicy[] {
  return role.policies.filter(({ source }) => source === 'inline');
}

function inlinePolicy(role: Role, name: string): AttachedPolicy {
  const policy = inlinePolicies(role).find((each) => each.name === name);
  if (policy !== undefined) return policy;
  throw new ServiceError('NoSuchEntity', `The role policy with name ${name} cannot be found.`, 404);
}
