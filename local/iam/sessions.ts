import type { Principal } from '../model/service.ts';
import type { AccessKey } from './access-keys.ts';
import type { Authorizer } from './authorizer.ts';
import { type Roles, sessionOf } from './roles.ts';

/** Where STS's global endpoint is, for a service that does not say on behalf of which resource it asks. */
const STS_GLOBAL_REGION = 'us-east-1';

/** Roles in use: who may take one on, and with which credentials. */
export class RoleSessions {
  readonly #roles: Roles;
  readonly #authorizer: Authorizer;
  readonly #now: () => number;

  /** @param now virtual time, ms since the epoch */
  constructor(roles: Roles, authorizer: Authorizer, now: () => number) {
    this.#roles = roles;
    this.#authorizer = authorizer;
    this.#now = now;
  }

  /**
   * The session of a role that an AWS service was passed, as the role's trust policy allows; the decision is recorded.
   * The service asks for the role's own account (`aws:SourceAccount`) unless `conditions` say otherwise.
   * @param conditions condition keys of the AssumeRole, for example `aws:SourceArn`
   * @throws ServiceError `AccessDenied`; `NoSuchEntity` if there is no such role
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html#cross-service-confused-deputy-prevention
   */
  assumeForService(
    roleArn: string,
    servicePrincipal: string,
    conditions: Readonly<Record<string, string>> = {},
  ): Principal {
    const role = this.#roles.get(roleArn);
    const principal: Principal = { kind: 'service', arn: servicePrincipal, account: role.account };
    const region = conditions['aws:SourceArn']?.split(':')[3] || STS_GLOBAL_REGION;
    this.#authorizer.authorize(
      { service: 'sts', operation: 'AssumeRole', region, principal, now: this.#now() },
      {
        action: 'sts:AssumeRole',
        resource: roleArn,
        resourceAccount: role.account,
        resourcePolicy: role.trustPolicy,
        conditions,
      },
    );
    return sessionOf(role);
  }

  /** New credentials of a role's session, for a process that runs with it. @throws ServiceError `NoSuchEntity` */
  credentialsFor(roleArn: string): AccessKey {
    return this.#roles.accessKeys.issue(sessionOf(this.#roles.get(roleArn)));
  }
}
