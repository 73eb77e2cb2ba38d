import type { ReplayableDecision } from './authorizer.ts';
import { listOf } from './conditions.ts';
import { evaluate, type Verdict } from './evaluate.ts';
import type { PolicyDocument } from './policy.ts';
import type { Roles } from './roles.ts';

/** A recorded decision beside what it would be now. */
export interface ReplayedDecision {
  readonly recorded: ReplayableDecision;
  readonly verdict: Verdict;
  /** It was allowed and no longer would be. */
  readonly lost: boolean;
}

/**
 * Makes recorded decisions again under other identity policies, everything else being as it was: what would have
 * been refused had a role lacked an action? An action whose removal loses nothing is one that no run needed.
 */
export function replayDecisions(
  decisions: readonly ReplayableDecision[],
  alteredRoles: Roles,
): readonly ReplayedDecision[] {
  return decisions.map((recorded) => {
    const { principal, action, resource, resourceAccount, conditions, resourcePolicy } = recorded;
    const verdict = evaluate(
      { principal, action, resource, resourceAccount, context: conditions },
      { identityPolicies: alteredRoles.identityPolicies(principal), resourcePolicy },
    );
    return { recorded, verdict, lost: recorded.allowed && !verdict.allowed };
  });
}

/** The document less one action (as written) of one statement; a statement left without actions goes. */
export function withoutAction(
  document: PolicyDocument,
  statementIndex: number,
  action: string,
): PolicyDocument {
  const Statement = document.Statement.flatMap((statement, index) => {
    if (index !== statementIndex) return [statement];
    const Action = listOf(statement.Action).filter((each) => each !== action);
    return Action.length === 0 ? [] : [{ ...statement, Action }];
  });
  return { ...document, Statement };
}
