import { createHash } from 'node:crypto';
import { type Principal, ServiceError } from '../model/service.ts';
import { AccessKeys } from './access-keys.ts';
import type { PolicyDocument } from './policy.ts';

/** A policy attached to a role. */
export interface AttachedPolicy {
  readonly name: string;
  readonly source: 'inline' | 'customer-managed' | 'aws-managed';
  readonly document: PolicyDocument;
  /** As a call gave it: IAM gives it back so. */
  readonly text?: string;
}

export interface Role {
  readonly arn: string;
  readonly name: string;
  readonly account: string;
  readonly trustPolicy: PolicyDocument;
  readonly policies: readonly AttachedPolicy[];
  /** IAM's own id of it. */
  readonly id: string;
  /** Virtual time, ms since the epoch; unknown of roles that a template made. */
  readonly createdAt?: number;
}

/** A change to one attached policy; returning it unchanged keeps it. */
export type PolicyAlteration = (policy: AttachedPolicy, role: Role) => PolicyDocument;

/** Characters of all inline policies of a role together, white space not counted; checked November 2026.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length */
const INLINE_POLICIES_MAX_CHARACTERS = 10_240;

/** Every IAM role of every account, and the access keys of those who call. */
export class Roles {
  readonly #roles = new Map<string, Role>();
  readonly #organisations = new Map<string, readonly PolicyDocument[]>();
  readonly accessKeys = new AccessKeys();

  /** @throws ServiceError `EntityAlreadyExists` if the account has a role of that name */
  create(role: Omit<Role, 'policies' | 'id'>): void {
    if (this.named(role.account, role.name) !== undefined) {
      throw new ServiceError('EntityAlreadyExists', `Role with name ${role.name} already exists.`, 409);
    }
    this.#roles.set(role.arn, { ...role, id: uniqueId('AROA', role.arn), policies: [] });
  }

  remove(roleArn: string): void {
    this.#roles.delete(roleArn);
  }

  /** Attaches a policy, replacing one of the same source and name. @throws ServiceError `LimitExceeded`, `NoSuchEntity` */
  attach(roleArn: string, policy: AttachedPolicy): void {
    const role = this.get(roleArn);
    const others = role.policies.filter(
      ({ name, source }) => name !== policy.name || source !== policy.source,
    );
    const policies = [...others, policy];
    checkInlineSize(role, policies);
    this.#roles.set(roleArn, { ...role, policies });
  }

  /** Takes a policy of that source and name away. */
  detach(roleArn: string, policy: Pick<AttachedPolicy, 'name' | 'source'>): void {
    const role = this.get(roleArn);
    const policies = role.policies.filter(
      ({ name, source }) => name !== policy.name || source !== policy.source,
    );
    this.#roles.set(roleArn, { ...role, policies });
  }

  /** Replaces who may assume the role. */
  trust(roleArn: string, trustPolicy: PolicyDocument): void {
    this.#roles.set(roleArn, { ...this.get(roleArn), trustPolicy });
  }

  /** @throws ServiceError `NoSuchEntity` */
  get(roleArn: string): Role {
    const role = this.#roles.get(roleArn);
    if (role === undefined) {
      throw new ServiceError('NoSuchEntity', `The role with name ${roleArn} cannot be found.`, 404);
    }
    return role;
  }

  named(account: string, name: string): Role | undefined {
    return this.all().find((role) => role.account === account && role.name === name);
  }

  all(): readonly Role[] {
    return [...this.#roles.values()];
  }

  /** The identity policies of a caller; none for services, for administrators and for roles that do not exist. */
  identityPolicies(principal: Principal): readonly PolicyDocument[] {
    return (this.#roles.get(principal.arn)?.policies ?? []).map(({ document }) => document);
  }

  /** Puts an account under these service control policies; none takes it out of its organisation. */
  setOrganisationPolicies(account: string, ...policies: readonly PolicyDocument[]): void {
    if (policies.length === 0) this.#organisations.delete(account);
    else this.#organisations.set(account, policies);
  }

  /** Undefined of an account that is in no organisation. */
  organisationPolicies(account: string): readonly PolicyDocument[] | undefined {
    return this.#organisations.get(account);
  }

  /** The same roles with some policies changed, for asking what would have happened. Access keys are not taken along. */
  altered(alter: PolicyAlteration): Roles {
    const copy = new Roles();
    for (const role of this.all()) {
      const policies = role.policies.map(({ text: _as, ...policy }) => ({
        ...policy,
        document: alter(policy, role),
      }));
      copy.#roles.set(role.arn, { ...role, policies });
    }
    return copy;
  }
}

/** The principal that a session of the role acts as. */
export function sessionOf(role: Role): Principal {
  return { kind: 'role', arn: role.arn, account: role.account };
}

/** The person at the terminal, in one account. */
export function administratorOf(account: string): Principal {
  return { kind: 'administrator', arn: `arn:aws:iam::${account}:root`, account };
}

/** IAM's own ids: a prefix for the kind and 17 characters; always the same for the same name. */
export function uniqueId(prefix: string, name: string): string {
  return prefix + createHash('sha256').update(name).digest('hex').slice(0, 17).toUpperCase();
}

function checkInlineSize(role: Role, policies: readonly AttachedPolicy[]): void {
  const characters = policies
    .filter(({ source }) => source === 'inline')
    .reduce((sum, { document }) => sum + JSON.stringify(document).length, 0);
  if (characters > INLINE_POLICIES_MAX_CHARACTERS) {
    throw new ServiceError(
      'LimitExceeded',
      `Maximum policy size of ${INLINE_POLICIES_MAX_CHARACTERS} bytes exceeded for role ${role.name}`,
      409,
    );
  }
}
