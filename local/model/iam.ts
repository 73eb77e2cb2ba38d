import { parsePolicy } from '../iam/parse-policy.ts';
import type { AttachedPolicy, Role, Roles } from '../iam/roles.ts';
import { refuseUnknown } from './lambda/refuse.ts';
import { type Call, type Service, ServiceError } from './service.ts';

const encode = (document: object) => encodeURIComponent(JSON.stringify(document));

/**
 * A role's policies over the API: reading them, and changing an inline one while everything runs.
 * Documents come URL-encoded, as IAM gives them.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html
 */
export function createIam(roles: Roles): Service {
  const wanted = (
    input: { readonly RoleName: string },
    call: Call,
    operation: string,
    known: readonly string[],
  ) => {
    refuseUnknown(`iam:${operation}`, input, ['RoleName', ...known]);
    const role = roles.named(call.principal.account, input.RoleName);
    const resource = role?.arn ?? `arn:aws:iam::${call.principal.account}:role/${input.RoleName}`;
    call.authorize({ action: `iam:${operation}`, resource });
    if (role !== undefined) return role;
    throw new ServiceError('NoSuchEntity', `The role with name ${input.RoleName} cannot be found.`, 404);
  };
  return {
    name: 'iam',
    operations: {
      ListRolePolicies: async (input, call) => {
        const role = wanted(input, call, 'ListRolePolicies', []);
        return { PolicyNames: inlinePolicies(role).map(({ name }) => name), IsTruncated: false };
      },
      GetRolePolicy: async (input, call) => {
        const role = wanted(input, call, 'GetRolePolicy', ['PolicyName']);
        const { document, name } = inlinePolicy(role, input.PolicyName);
        return { RoleName: role.name, PolicyName: name, PolicyDocument: encode(document) };
      },
      PutRolePolicy: async (input, call) => {
        const role = wanted(input, call, 'PutRolePolicy', ['PolicyName', 'PolicyDocument']);
        const where = `${role.name}/${input.PolicyName}`;
        const document = parsePolicy(JSON.parse(input.PolicyDocument), 'identity', where);
        roles.attach(role.arn, { name: input.PolicyName, source: 'inline', document });
        return {};
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
    },
  };
}

function inlinePolicies(role: Role): readonly AttachedPolicy[] {
  return role.policies.filter(({ source }) => source === 'inline');
}

function inlinePolicy(role: Role, name: string): AttachedPolicy {
  const policy = inlinePolicies(role).find((each) => each.name === name);
  if (policy !== undefined) return policy;
  throw new ServiceError('NoSuchEntity', `The role policy with name ${name} cannot be found.`, 404);
}
