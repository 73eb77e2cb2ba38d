import {
  type ContextKeyTypeEnum,
  type EvaluationResult,
  type IAMClient,
  paginateSimulatePrincipalPolicy,
} from '@aws-sdk/client-iam';
import type { DoctorAws, SimulatedAction } from '../../../core/ports/doctor.ts';
import { translating } from '../translate.ts';

/**
 * IAM's policy simulator. It leaves out policies of resources; of the organisation's it evaluates service control policies.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html (checked 2026-11-23)
 */
export function simulator(client: IAMClient): DoctorAws['simulate'] {
  return (roleArn, { actions, resources, context }) =>
    translating(
      `simulate the permissions of ${roleArn}`,
      async () => {
        const input = {
          PolicySourceArn: roleArn,
          ActionNames: [...actions],
          ResourceArns: [...resources],
          ContextEntries: Object.entries(context).map(([ContextKeyName, values]) => ({
            ContextKeyName,
            ContextKeyValues: [...values],
            ContextKeyType: typeOf(values),
          })),
        };
        const found: SimulatedAction[] = [];
        for await (const { EvaluationResults = [] } of paginateSimulatePrincipalPolicy({ client }, input))
          found.push(...EvaluationResults.flatMap(resultsOf));
        return found;
      },
      { NoSuchEntity: 'NotFound', NoSuchEntityException: 'NotFound' },
    );
}

const typeOf = (values: readonly string[]): ContextKeyTypeEnum =>
  values.length > 1 ? 'stringList' : 'string';

/** With several resources, each has a result of its own within the action's. */
function resultsOf(result: EvaluationResult): readonly SimulatedAction[] {
  const shared = {
    action: result.EvalActionName ?? '',
    allowedByOrganisation: result.OrganizationsDecisionDetail?.AllowedByOrganizations,
    allowedByBoundary: result.PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary,
  };
  const specific = result.ResourceSpecificResults ?? [];
  if (specific.length === 0)
    return [
      {
        ...shared,
        resource: result.EvalResourceName ?? '*',
        decision: result.EvalDecision ?? 'implicitDeny',
      },
    ];
  return specific.map((each) => ({
    ...shared,
    resource: each.EvalResourceName ?? '*',
    decision: each.EvalResourceDecision ?? 'implicitDeny',
    allowedByBoundary:
      each.PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary ?? shared.allowedByBoundary,
  }));
}
