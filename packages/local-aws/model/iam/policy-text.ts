import { type PolicyKind, parsePolicy } from '../../iam/parse-policy.ts';
import type { PolicyDocument } from '../../iam/policy.ts';
import { ServiceError } from '../service.ts';

/**
 * A policy as a call gives it.
 * @throws ServiceError `MalformedPolicyDocument`; the text is that of
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_policies.html
 */
export function parsePolicyText(text: string, kind: PolicyKind, where: string): PolicyDocument {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new ServiceError('MalformedPolicyDocument', 'This policy contains invalid Json');
  }
  return parsePolicy(document, kind, where);
}
