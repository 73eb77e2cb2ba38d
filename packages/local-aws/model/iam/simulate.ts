import { evaluate, organisationDenies } from '../../iam/evaluate.ts';
import type { Roles } from '../../iam/roles.ts';
import { sessionOf } from '../../iam/roles.ts';
import { refuseUnknown } from '../lambda/refuse.ts';
import { type Call, NotModelledError, ServiceError } from '../service.ts';

interface Input {
  readonly PolicySourceArn: string;
  readonly ActionNames: readonly string[];
  readonly ResourceArns?: readonly string[];
  readonly ContextEntries?: readonly {
    readonly ContextKeyName?: string;
    readonly ContextKeyValues?: readonly string[];
  }[];
}

/**
 * IAM's policy simulator, of roles: the identity policies and the service control policies of the role's account, by the same
 * evaluation as every call. What is not supplied as context is not in the request. One page, one result per action and resource.
 * Without a resource policy, as on AWS, the policy of a bucket or key has no say. The form of a result that an organisation
 * denies is that of https://github.com/aws-containers/amazon-ecs-exec-checker/issues/70.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_EvaluationResult.html
 */
export function simulatePrincipalPolicy(roles: Roles, input: Input, call: Call): object {
  refuseUnknown('iam:SimulatePrincipalPolicy', input, [
    'PolicySourceArn',
    'ActionNames',
    'ResourceArns',
    'ContextEntries',
  ]);
  const { PolicySourceArn: arn, ActionNames: actions, ResourceArns: resources = ['*'] } = input;
  call.authorize({ action: 'iam:SimulatePrincipalPolicy', resource: arn });
  if (!/^arn:aws:iam::\d{12}:role\/.+/.test(arn))
    throw new NotModelledError(`iam:SimulatePrincipalPolicy of ${arn}, which is not a role`);
  const role = roles.all().find((each) => each.arn === arn && each.account === call.principal.account);
  if (role === undefined) throw new ServiceError('NoSuchEntity', `The entity ${arn} cannot be found.`, 404);
  const context = contextOf(input, arn);
  const wildcard = actions.find((action) => !/^[\w-]+:\w+$/.test(action));
  if (wildcard !== undefined) throw new ServiceError('InvalidInput', `Invalid Input Action: ${wildcard}`);
  const asked = actions.flatMap((action) => resources.map((resource) => ({ action, resource })));
  return {
    EvaluationResults: asked.map((each) => resultOf(roles, { ...each, principal: sessionOf(role), context })),
    IsTruncated: false,
  };
}

function contextOf({ ContextEntries = [] }: Input, arn: string) {
  const given = ContextEntries.map(
    ({ ContextKeyName: key = '', ContextKeyValues: values = [] }) => [key, values] as const,
  );
  return { 'aws:PrincipalArn': arn, ...Object.fromEntries(given) };
}

function resultOf(roles: Roles, request: Parameters<typeof evaluate>[0]): object {
  const { action, resource, principal } = request;
  const organisationPolicies = roles.organisationPolicies(principal.account);
  const denial = organisationDenies(request, organisationPolicies);
  const { allowed, reason } = evaluate(request, {
    identityPolicies: roles.identityPolicies(principal),
    organisationPolicies,
  });
  const denied = reason.includes('explicit deny') ? 'explicitDeny' : 'implicitDeny';
  return {
    EvalActionName: action,
    EvalResourceName: resource,
    EvalDecision: allowed ? 'allowed' : denied,
    MatchedStatements: [],
    MissingContextValues: [],
    ...(organisationPolicies && {
      OrganizationsDecisionDetail: { AllowedByOrganizations: denial === undefined },
    }),
  };
}
