import type { PolicyDocument } from '../../iam/policy.ts';
import { parsePolicyText } from '../iam/policy-text.ts';
import { refuseUnless } from '../lambda/refuse.ts';
import { type Call, type Service, ServiceError } from '../service.ts';
import type { Key } from './store.ts';

/** The key of a call, authorised. @param known further members of the input */
export type Located = (input: { readonly KeyId: string }, call: Call, known: readonly string[]) => Key;

interface PolicyInput {
  readonly KeyId: string;
  readonly PolicyName?: string;
  readonly Policy?: string;
  readonly BypassPolicyLockoutSafetyCheck?: boolean;
}

/** The one policy that a key has. */
const ONLY_POLICY = 'default';

/** A key's policy, read and replaced. @see https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html */
export function policyOperations(located: Located): Service['operations'] {
  return {
    GetKeyPolicy: async (input: PolicyInput, call) => {
      const { policy } = located(input, call, ['PolicyName']);
      requireDefault(input.PolicyName);
      return { Policy: JSON.stringify(policy), PolicyName: ONLY_POLICY };
    },
    PutKeyPolicy: async (input: PolicyInput, call) => {
      const members = ['PolicyName', 'Policy', 'BypassPolicyLockoutSafetyCheck'];
      const key = located(input, call, members);
      refuseUnless('kms:PutKeyPolicy BypassPolicyLockoutSafetyCheck', input.BypassPolicyLockoutSafetyCheck, [
        false,
      ]);
      requireDefault(input.PolicyName);
      const policy = parsed(input.Policy ?? '', key);
      if (!keepsOpen(policy, call))
        throw malformed('The new key policy will not allow you to update the key policy in the future.');
      key.policy = policy;
      return {};
    },
  };
}

function requireDefault(name: string | undefined): void {
  if (name === undefined || name === ONLY_POLICY) return;
  throw new ServiceError('NotFoundException', `No such policy exists: ${name}`);
}

function parsed(text: string, key: Key): PolicyDocument {
  try {
    return parsePolicyText(text, 'resource', key.arn);
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code !== 'MalformedPolicyDocument') throw error;
    throw malformed(error.message);
  }
}

/** The safety check: the caller, or the account that they are of, may put the policy that comes after this one. */
function keepsOpen({ Statement }: PolicyDocument, { principal }: Call): boolean {
  return Statement.some(({ Effect, Action = [], Principal }) => {
    const names = Principal === '*' ? ['*'] : [Principal?.AWS ?? []].flat();
    const named = names.some(
      (name) => name === '*' || name === principal.arn || name.includes(principal.account),
    );
    const actions = [Action].flat().map((action) => action.toLowerCase());
    return (
      Effect === 'Allow' &&
      named &&
      actions.some((action) => ['*', 'kms:*', 'kms:put*', 'kms:putkeypolicy'].includes(action))
    );
  });
}

function malformed(message: string): ServiceError {
  return new ServiceError('MalformedPolicyDocumentException', message);
}
