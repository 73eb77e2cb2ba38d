import type { RecordedDecision } from '../dispatch.ts';
import { type AuthorizationRequest, type Principal, ServiceError } from '../model/service.ts';
import { globalContext } from './context.ts';
import { evaluate } from './evaluate.ts';
import type { PolicyDocument } from './policy.ts';
import type { Roles } from './roles.ts';

/** A decision with all that it took, so that it can be made again. Its `conditions` are the whole request context. */
export interface ReplayableDecision extends RecordedDecision {
  readonly resourceAccount: string;
  readonly resourcePolicy?: PolicyDocument;
}

/** The call that a decision is about. */
export interface AuthorizedCall {
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  readonly principal: Principal;
  /** Virtual time, ms since the epoch. */
  readonly now: number;
}

/**
 * Wire codes of a refusal where a service's differs from `AccessDenied`.
 * @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_Errors
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/CommonErrors.html
 */
const REFUSAL_CODES: Readonly<Record<string, string>> = {
  kms: 'AccessDeniedException',
  lambda: 'AccessDeniedException',
  scheduler: 'AccessDeniedException',
  sns: 'AuthorizationError',
  ssm: 'AccessDeniedException',
  states: 'AccessDeniedException',
  tagging: 'AccessDeniedException',
};

const FORBIDDEN = 403;

/** Puts what an operation is about to do to IAM, and keeps every decision. */
export class Authorizer {
  readonly #roles: Roles;
  readonly #decisions: ReplayableDecision[] = [];

  constructor(roles: Roles) {
    this.#roles = roles;
  }

  get decisions(): readonly ReplayableDecision[] {
    return this.#decisions;
  }

  /** @throws ServiceError with the service's own code for a denied access, and AWS's sentence */
  authorize(call: AuthorizedCall, request: AuthorizationRequest): void {
    const decision = this.#decide(call, request);
    this.#decisions.push(decision);
    if (decision.allowed) return;
    const { principal, action, resource, reason } = decision;
    throw new ServiceError(
      REFUSAL_CODES[call.service] ?? 'AccessDenied',
      `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resource} ${reason}`,
      FORBIDDEN,
    );
  }

  #decide(call: AuthorizedCall, request: AuthorizationRequest): ReplayableDecision {
    const { principal, region } = call;
    const { action, resource, resourcePolicy } = request;
    const resourceAccount = request.resourceAccount ?? principal.account;
    const conditions = {
      ...globalContext({ principal, region, action, resourceAccount }),
      ...request.conditions,
    };
    const verdict = evaluate(
      { principal, action, resource, resourceAccount, context: conditions },
      {
        identityPolicies: this.#roles.identityPolicies(principal),
        resourcePolicy,
        organisationPolicies: this.#roles.organisationPolicies(principal.account),
      },
    );
    return {
      at: call.now,
      principal,
      service: call.service,
      operation: call.operation,
      region,
      action,
      resource,
      resourceAccount,
      conditions,
      ...(resourcePolicy === undefined ? {} : { resourcePolicy }),
      ...verdict,
    };
  }
}
