import type { CreatedResource, ResourceDeclaration, ResourceHandler } from '../cloudformation/resource.ts';
import { refuseUnknown } from '../model/lambda/refuse.ts';
import { NotModelledError, ServiceError } from '../model/service.ts';
import { AWS_MANAGED_POLICIES } from './managed-policies.ts';
import { parsePolicy } from './parse-policy.ts';
import type { PolicyDocument } from './policy.ts';
import { type AttachedPolicy, type Role, type Roles, uniqueId } from './roles.ts';

/** Characters of a role's trust policy and of a managed policy, white space not counted; checked November 2026.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length */
const TRUST_POLICY_MAX_CHARACTERS = 2_048;
const MANAGED_POLICY_MAX_CHARACTERS = 6_144;

/** Roles and their policies as CloudFormation declares them, kept in `roles`. */
export function iamHandlers(roles: Roles): readonly ResourceHandler[] {
  const managedPolicies = new Map<string, PolicyDocument>(Object.entries(AWS_MANAGED_POLICIES));
  return [
    roleHandler(roles, managedPolicies),
    inlinePolicyHandler(roles),
    managedPolicyHandler(roles, managedPolicies),
  ];
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html */
function roleHandler(roles: Roles, managedPolicies: ReadonlyMap<string, PolicyDocument>): ResourceHandler {
  const attachAll = (role: Omit<Role, 'policies' | 'id'>, declaration: ResourceDeclaration) => {
    for (const policy of declaration.properties.Policies ?? [])
      attachDeclared(roles, role, policy, declaration);
    for (const arn of declaration.properties.ManagedPolicyArns ?? []) {
      const document = managedPolicies.get(arn);
      if (document === undefined)
        throw new NotModelledError(`the managed policy ${arn} (${nameOf(declaration)})`);
      roles.attach(role.arn, { name: arn, source: sourceOf(arn), document });
    }
  };
  return {
    type: 'AWS::IAM::Role',
    properties: [
      'AssumeRolePolicyDocument',
      'Description',
      'ManagedPolicyArns',
      'MaxSessionDuration',
      'Path',
      'PermissionsBoundary',
      'Policies',
      'RoleName',
      'Tags',
    ],
    async create(declaration) {
      const role = declaredRole(declaration);
      roles.create(role);
      attachAll(role, declaration);
      return { ref: role.name, attributes: { Arn: role.arn, RoleId: roles.get(role.arn).id } };
    },
    async update(declaration, { ref, attributes, properties }) {
      const role = declaredRole(declaration);
      roles.trust(role.arn, role.trustPolicy);
      for (const policy of templatePolicies(properties)) roles.detach(role.arn, policy);
      attachAll(role, declaration);
      return { ref, attributes };
    },
    delete: async ({ attributes }) => roles.remove(attributes.Arn ?? ''),
  };
}

function sourceOf(policyArn: string): 'aws-managed' | 'customer-managed' {
  return Object.hasOwn(AWS_MANAGED_POLICIES, policyArn) ? 'aws-managed' : 'customer-managed';
}

/** The policies that a template gave a role; others, attached by hand, stay when the template's change. */
function templatePolicies({
  Policies = [],
  ManagedPolicyArns = [],
}: {
  readonly Policies?: readonly { readonly PolicyName: string }[];
  readonly ManagedPolicyArns?: readonly string[];
}): readonly Pick<AttachedPolicy, 'name' | 'source'>[] {
  return [
    ...Policies.map(({ PolicyName }) => ({ name: PolicyName, source: 'inline' as const })),
    ...ManagedPolicyArns.map((arn) => ({ name: arn, source: sourceOf(arn) })),
  ];
}

function declaredRole(declaration: ResourceDeclaration): Omit<Role, 'policies' | 'id'> {
  const { properties, stack, generatedName } = declaration;
  if (properties.PermissionsBoundary !== undefined)
    throw new NotModelledError(`permissions boundaries (${nameOf(declaration)})`);
  const name: string = properties.RoleName ?? generatedName;
  const trustPolicy = parsePolicy(properties.AssumeRolePolicyDocument, 'trust', nameOf(declaration));
  checkSize(trustPolicy, TRUST_POLICY_MAX_CHARACTERS, nameOf(declaration));
  return {
    arn: `arn:aws:iam::${stack.account}:role${properties.Path ?? '/'}${name}`,
    name,
    account: stack.account,
    trustPolicy,
  };
}

/** An element of a role's `Policies`. */
function attachDeclared(
  roles: Roles,
  role: Omit<Role, 'policies' | 'id'>,
  policy: { readonly PolicyName: string; readonly PolicyDocument: unknown },
  declaration: ResourceDeclaration,
): void {
  refuseUnknown('AWS::IAM::Role.Policies', policy, ['PolicyName', 'PolicyDocument']);
  const where = `${nameOf(declaration)}/${policy.PolicyName}`;
  const document = parsePolicy(policy.PolicyDocument, 'identity', where);
  roles.attach(role.arn, { name: policy.PolicyName, source: 'inline', document });
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-policy.html */
function inlinePolicyHandler(roles: Roles): ResourceHandler {
  return {
    type: 'AWS::IAM::Policy',
    properties: ['PolicyDocument', 'PolicyName', 'Roles'],
    async create(declaration) {
      const { PolicyName: name, PolicyDocument } = declaration.properties;
      const document = parsePolicy(PolicyDocument, 'identity', nameOf(declaration));
      for (const role of rolesNamed(roles, declaration))
        roles.attach(role.arn, { name, source: 'inline', document });
      return { ref: name, attributes: { Id: declaration.generatedName } };
    },
    async delete({ properties, ref, stack }) {
      for (const name of properties.Roles ?? []) {
        const role = roles.named(stack.account, name);
        if (role !== undefined) roles.detach(role.arn, { name: ref, source: 'inline' });
      }
    },
  };
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-managedpolicy.html */
function managedPolicyHandler(roles: Roles, managedPolicies: Map<string, PolicyDocument>): ResourceHandler {
  return {
    type: 'AWS::IAM::ManagedPolicy',
    properties: ['Description', 'ManagedPolicyName', 'Path', 'PolicyDocument', 'Roles'],
    async create(declaration): Promise<CreatedResource> {
      const { properties, stack } = declaration;
      const name: string = properties.ManagedPolicyName ?? declaration.generatedName;
      const arn = `arn:aws:iam::${stack.account}:policy${properties.Path ?? '/'}${name}`;
      const document = parsePolicy(properties.PolicyDocument, 'identity', nameOf(declaration));
      checkSize(document, MANAGED_POLICY_MAX_CHARACTERS, nameOf(declaration));
      managedPolicies.set(arn, document);
      for (const role of rolesNamed(roles, declaration)) {
        roles.attach(role.arn, { name: arn, source: 'customer-managed', document });
      }
      return { ref: arn, attributes: { PolicyArn: arn, PolicyId: uniqueId('ANPA', arn) } };
    },
  };
}

function rolesNamed(roles: Roles, declaration: ResourceDeclaration): readonly Role[] {
  const names: readonly string[] = declaration.properties.Roles ?? [];
  return names.map((name) => {
    const role = roles.named(declaration.stack.account, name);
    if (role !== undefined) return role;
    throw new ServiceError('NoSuchEntity', `The role with name ${name} cannot be found.`, 404);
  });
}

function checkSize(document: PolicyDocument, maxCharacters: number, where: string): void {
  if (JSON.stringify(document).length <= maxCharacters) return;
  throw new ServiceError('LimitExceeded', `${where}: the policy exceeds ${maxCharacters} characters`, 409);
}

function nameOf({ stack, logicalId }: ResourceDeclaration): string {
  return `${stack.name}/${logicalId}`;
}
