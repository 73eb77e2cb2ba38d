import type { PolicyDocument, PolicyStatement } from '../../iam/policy.ts';

/** Conditions that pin a grant to somebody: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html */
const PINNING_KEYS: ReadonlySet<string> = new Set([
  'aws:principalaccount',
  'aws:principalarn',
  'aws:principalorgid',
  'aws:sourceaccount',
  'aws:sourcearn',
  'aws:sourceip',
  'aws:sourceowner',
  'aws:sourcevpc',
  'aws:sourcevpce',
]);

/** Whether a bucket policy is "public" in the sense of Block Public Access: it grants something to anybody. */
export function isPublic(policy: PolicyDocument | undefined): boolean {
  return (
    policy?.Statement.some((statement) => statement.Effect === 'Allow' && grantsToAnybody(statement)) ?? false
  );
}

function grantsToAnybody(statement: PolicyStatement): boolean {
  const { Principal: principal } = statement;
  const anybody =
    principal === '*' || (principal !== undefined && [principal.AWS].flat().some((one) => one === '*'));
  return anybody && !Object.values(statement.Condition ?? {}).some(pins);
}

function pins(keys: Readonly<Record<string, string | readonly string[]>>): boolean {
  return Object.entries(keys).some(
    ([key, values]) =>
      PINNING_KEYS.has(key.toLowerCase()) && ![values].flat().some((value) => /[*?]/.test(value)),
  );
}
