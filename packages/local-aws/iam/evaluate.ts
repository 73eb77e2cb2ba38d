import type { Principal } from '../model/service.ts';
import { conditionsHold, listOf, type RequestContext } from './conditions.ts';
import { matchesAction, matchesResource } from './match.ts';
import type { PolicyDocument, PolicyStatement } from './policy.ts';
import { type Naming, namingOf } from './principals.ts';

/** One thing a caller wants to do, with everything that conditions may look at. */
export interface EvaluationRequest {
  readonly principal: Principal;
  readonly action: string;
  readonly resource: string;
  /** The account that owns the resource. @default the caller's */
  readonly resourceAccount?: string;
  readonly context: RequestContext;
}

/** The policies that have a say. */
export interface ApplicablePolicies {
  readonly identityPolicies: readonly PolicyDocument[];
  readonly resourcePolicy?: PolicyDocument | undefined;
  /** Service control policies of the caller's account; undefined if it is in no organisation. */
  readonly organisationPolicies?: readonly PolicyDocument[] | undefined;
}

/** `reason` completes AWS's sentence "… is not authorized to perform: X on resource: Y", or says what allowed it. */
export interface Verdict {
  readonly allowed: boolean;
  readonly reason: string;
}

/** What a policy says of a request. `delegates`: allows, but names only the caller's account. */
type Says = 'denies' | 'allows' | 'delegates' | 'nothing';

/** What an administrator may do in their own account, before any resource policy. */
const ADMINISTRATOR_ACCESS: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};

/**
 * IAM's decision. An explicit Deny wins. Within an account an identity policy or a resource policy that names the
 * role itself suffices; across accounts both sides must allow; an AWS service needs the resource policy; a KMS key
 * and a role's trust policy must allow, or (keys) delegate to the account, whatever identity policies say.
 * Service control policies bound what the caller's account may do. Permission boundaries, session policies and RCPs are not
 * modelled.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
export function evaluate(request: EvaluationRequest, policies: ApplicablePolicies): Verdict {
  const denial = organisationDenies(request, policies.organisationPolicies);
  if (denial !== undefined) return denied(denial);
  const identity = identitySays(request, policies.identityPolicies);
  const resource = resourceSays(request, policies.resourcePolicy);
  if (identity === 'denies') return denied('with an explicit deny in an identity-based policy');
  if (resource === 'denies') return denied('with an explicit deny in a resource-based policy');
  if (request.principal.kind === 'service') {
    return resource === 'allows'
      ? allowedBy('resource-based')
      : noPolicyAllows('resource-based', request.action);
  }
  const resourceMustAllow =
    hasDecisivePolicy(request, policies) || ownerOf(request) !== request.principal.account;
  return resourceMustAllow ? bothSides(request, identity, resource) : eitherSide(request, identity, resource);
}

/**
 * Why the service control policies of the caller's organisation deny; undefined if they do not. They do not bind services.
 * @see https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
 */
export function organisationDenies(
  request: EvaluationRequest,
  policies: readonly PolicyDocument[] | undefined,
): string | undefined {
  if (policies === undefined || request.principal.kind === 'service') return undefined;
  const applying = policies
    .flatMap(({ Statement }) => Statement)
    .filter((statement) => applies(statement, request));
  if (applying.some(({ Effect }) => Effect === 'Deny'))
    return 'with an explicit deny in a service control policy';
  return applying.length > 0
    ? undefined
    : `because no service control policy allows the ${request.action} action`;
}

/** Key policies and trust policies decide alone: without them not even the account's administrator gets in. */
function hasDecisivePolicy(request: EvaluationRequest, policies: ApplicablePolicies): boolean {
  const decisive = request.action.startsWith('kms:') || request.action === 'sts:AssumeRole';
  return decisive && policies.resourcePolicy !== undefined;
}

function bothSides(request: EvaluationRequest, identity: Says, resource: Says): Verdict {
  if (resource === 'nothing') return noPolicyAllows('resource-based', request.action);
  const sameAccount = ownerOf(request) === request.principal.account;
  if (resource === 'allows' && sameAccount) return allowedBy('resource-based');
  return identity === 'allows'
    ? allowedBy('identity-based')
    : noPolicyAllows('identity-based', request.action);
}

function eitherSide(request: EvaluationRequest, identity: Says, resource: Says): Verdict {
  if (identity === 'allows') return allowedBy('identity-based');
  if (resource === 'allows') return allowedBy('resource-based');
  return noPolicyAllows('identity-based', request.action);
}

function identitySays(request: EvaluationRequest, policies: readonly PolicyDocument[]): Says {
  if (request.principal.kind === 'service') return 'nothing';
  const all = request.principal.kind === 'administrator' ? [ADMINISTRATOR_ACCESS, ...policies] : policies;
  const applying = all
    .flatMap(({ Statement }) => Statement)
    .filter((statement) => applies(statement, request));
  if (applying.some(({ Effect }) => Effect === 'Deny')) return 'denies';
  return applying.length > 0 ? 'allows' : 'nothing';
}

function resourceSays(request: EvaluationRequest, policy: PolicyDocument | undefined): Says {
  const applying = (policy?.Statement ?? [])
    .map((statement) => ({
      effect: statement.Effect,
      naming: namingOf(statement, request.principal),
      statement,
    }))
    .filter(({ naming, statement }) => naming !== 'not' && applies(statement, request));
  if (applying.some(({ effect }) => effect === 'Deny')) return 'denies';
  const namings: readonly Naming[] = applying.map(({ naming }) => naming);
  if (namings.includes('itself')) return 'allows';
  return namings.includes('account') ? 'delegates' : 'nothing';
}

function applies(statement: PolicyStatement, request: EvaluationRequest): boolean {
  return (
    actionApplies(statement, request.action) &&
    resourceApplies(statement, request.resource) &&
    conditionsHold(statement, request.context)
  );
}

function actionApplies(statement: PolicyStatement, action: string): boolean {
  if (statement.Action !== undefined) {
    return listOf(statement.Action).some((pattern) => matchesAction(pattern, action));
  }
  return !listOf(statement.NotAction).some((pattern) => matchesAction(pattern, action));
}

/** A trust policy has no `Resource`: it is about the role it belongs to. */
function resourceApplies(statement: PolicyStatement, resource: string): boolean {
  if (statement.Resource !== undefined) {
    return listOf(statement.Resource).some((pattern) => matchesResource(pattern, resource));
  }
  return !listOf(statement.NotResource).some((pattern) => matchesResource(pattern, resource));
}

function ownerOf(request: EvaluationRequest): string {
  return request.resourceAccount ?? request.principal.account;
}

function allowedBy(kind: 'identity-based' | 'resource-based'): Verdict {
  return { allowed: true, reason: `by ${kind} policy` };
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
function noPolicyAllows(kind: string, action: string): Verdict {
  return denied(`because no ${kind} policy allows the ${action} action`);
}

function denied(reason: string): Verdict {
  return { allowed: false, reason };
}
