import type { Call, Principal } from '../model/service.ts';
import type { AccessKey } from './access-keys.ts';
import type { Authorizer } from './authorizer.ts';
import type { PolicyDocument } from './policy.ts';
import { type Role, type Roles, sessionOf } from './roles.ts';

/** Where STS's global endpoint is, for a service that does not say on behalf of which resource it asks. */
const STS_GLOBAL_REGION = 'us-east-1';

/** The trust policy of a role that does not exist. */
const NOBODY: PolicyDocument = { Version: '2012-10-17', Statement: [] };

interface WantedSession {
  readonly roleArn: string;
  readonly sessionName: string;
  /** Virtual time, ms since the epoch. */
  readonly expiresAt: number;
}

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

  /**
   * Credentials of a role that a person takes on, as the role's trust policy and their own policies allow.
   * @throws ServiceError `AccessDenied`, also where there is no such role: a caller cannot tell the two apart
   * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
   */
  assume(call: Call, { roleArn, sessionName, expiresAt }: WantedSession): { role: Role; key: AccessKey } {
    const role = this.#roles.all().find(({ arn }) => arn === roleArn);
    call.authorize({
      action: 'sts:AssumeRole',
      resource: roleArn,
      ...(role === undefined
        ? { resourceAccount: roleArn.split(':')[4] ?? '', resourcePolicy: NOBODY }
        : { resourceAccount: role.account, resourcePolicy: role.trustPolicy }),
    });
    if (role === undefined) throw new Error(`no role ${roleArn}, and yet somebody may assume it`);
    const key = this.#roles.accessKeys.issue({ ...sessionOf(role), sessionName }, {}, expiresAt);
    return { role, key };
  }

  /** New credentials of a role's session, for a process that runs with it. @throws ServiceError `NoSuchEntity` */
  credentialsFor(roleArn: string): AccessKey {
    return this.#roles.accessKeys.issue(sessionOf(this.#roles.get(roleArn)));
  }
}
