import { NotModelledError, type Principal, ServiceError } from '../model/service.ts';
import { listOf } from './conditions.ts';
import type { PolicyStatement } from './policy.ts';

/**
 * How a statement's `Principal` names a caller.
 * - `itself`: by its role ARN, by its service name, or as part of everybody (`*`).
 * - `account`: only through its account, which leaves the decision to that account's own policies.
 * - `not`: it does not.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export type Naming = 'itself' | 'account' | 'not';

const ACCOUNT = /^\d{12}$/;
const ACCOUNT_ROOT = /^arn:aws:iam::(\d{12}):root$/;
const ROLE = /^arn:aws:iam::\d{12}:role\/[^*?]+$/;

/** Parses a `Principal` element: everybody, accounts, role ARNs and AWS services; any other form is refused. */
export function parsePrincipal(raw: unknown, where: string): NonNullable<PolicyStatement['Principal']> {
  if (raw === '*') return '*';
  if (typeof raw !== 'object' || raw === null) {
    throw new ServiceError('MalformedPolicyDocument', `${where}: missing or invalid Principal`);
  }
  const parsed: Record<string, readonly string[]> = {};
  for (const [type, names] of Object.entries(raw)) {
    if (type !== 'AWS' && type !== 'Service') throw new NotModelledError(`${type} principals (${where})`);
    parsed[type] = (Array.isArray(names) ? names : [names]).map((name) => checkName(type, name, where));
  }
  return parsed;
}

function checkName(type: 'AWS' | 'Service', name: unknown, where: string): string {
  const known =
    typeof name === 'string' &&
    (type === 'Service'
      ? /^[a-z0-9.-]+\.amazonaws\.com$/.test(name)
      : name === '*' || ACCOUNT.test(name) || ACCOUNT_ROOT.test(name) || ROLE.test(name));
  if (!known) throw new NotModelledError(`the ${type} principal ${JSON.stringify(name)} (${where})`);
  return name;
}

export function namingOf(statement: PolicyStatement, caller: Principal): Naming {
  if (statement.Principal === undefined) return 'not';
  if (statement.Principal === '*') return 'itself';
  const namings = Object.entries(statement.Principal).flatMap(([type, names]) =>
    listOf(names).map((name) => (type === 'Service' ? serviceNaming(name, caller) : awsNaming(name, caller))),
  );
  if (namings.includes('itself')) return 'itself';
  return namings.includes('account') ? 'account' : 'not';
}

function serviceNaming(name: string, caller: Principal): Naming {
  return caller.kind === 'service' && caller.arn === name ? 'itself' : 'not';
}

/** `{ "AWS": "*" }` and `"*"` mean the same in a resource policy, AWS services included. */
function awsNaming(name: string, caller: Principal): Naming {
  if (name === '*') return 'itself';
  if (caller.kind === 'service') return 'not';
  if (caller.kind === 'role' && name === caller.arn) return 'itself';
  const account = ACCOUNT_ROOT.exec(name)?.[1] ?? name;
  return account === caller.account ? 'account' : 'not';
}
