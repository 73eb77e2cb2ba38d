import type { Finding } from '../contracts/doctor.ts';
import { type DoctorPlace, nameOfPlace, ok, problem, unknown } from './findings.ts';
import { type PolicyStatement, statementApplies, statementsIn } from './policy-reach.ts';

/** A bucket or key that a deployment changes, with a policy of its own. */
export interface GuardedResource {
  readonly kind: 'bucket' | 'key';
  /** What a person calls it: the bucket's name, the key's ARN or what it is for. */
  readonly name: string;
  /** Of the bucket or the key; '*' for a key that does not exist yet. */
  readonly arn: string;
  readonly policy: object;
  /** Whether the policy is in force already, and not only in the template. */
  readonly inForce: boolean;
}

export interface LockOutSeen {
  readonly place: DoctorPlace;
  /** ARN of the role that CloudFormation deploys with. */
  readonly role: string;
  readonly resources: readonly GuardedResource[];
}

/**
 * What CloudFormation does to a bucket or key of Redrill's stacks when the configuration changes. Not their deletion: the
 * stacks retain what the vault's policies protect.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html and list_awskeymanagementservice.html
 */
export const DEPLOYING_ACTIONS = {
  bucket: [
    's3:GetBucketPolicy',
    's3:PutBucketPolicy',
    's3:DeleteBucketPolicy',
    's3:PutLifecycleConfiguration',
    's3:PutEncryptionConfiguration',
    's3:PutBucketVersioning',
    's3:PutBucketObjectLockConfiguration',
    's3:PutBucketPublicAccessBlock',
    's3:PutBucketOwnershipControls',
    's3:PutBucketLogging',
  ],
  key: [
    'kms:DescribeKey',
    'kms:GetKeyPolicy',
    'kms:PutKeyPolicy',
    'kms:EnableKeyRotation',
    'kms:UpdateKeyDescription',
    'kms:CreateAlias',
    'kms:DeleteAlias',
  ],
} as const satisfies Readonly<Record<GuardedResource['kind'], readonly string[]>>;

/** Whether the role that deploys could still change and remove what it deploys. */
export function lockOutFindings({ place, role, resources }: LockOutSeen): readonly Finding[] {
  const found = resources.flatMap((resource) => findingsOf(resource, place, role));
  if (found.length > 0) return found;
  return [
    ok({
      id: 'deployer',
      subject: nameOfPlace(place),
      text: `No policy of a bucket or key locks out the role that deploys, ${nameOf(role)}.`,
    }),
  ];
}

function findingsOf(resource: GuardedResource, place: DoctorPlace, role: string): readonly Finding[] {
  const { kind, name, arn, policy } = resource;
  const { account, region } = place;
  const statements = statementsIn(policy);
  const calls = DEPLOYING_ACTIONS[kind].map((action) => ({ action, role, account, region, resource: arn }));
  const by = (effect: string, applies: 'yes' | 'unknown') =>
    statements.filter(
      (statement) =>
        statement.Effect === effect && calls.some((call) => statementApplies(statement, call) === applies),
    );
  const denying = by('Deny', 'yes');
  if (denying.length > 0) {
    const denied = calls.filter((call) => denying.some((each) => statementApplies(each, call) === 'yes'));
    const actions = denied.map(({ action }) => action).join(', ');
    return [lockedOut(resource, { place, role, why: `${named(denying)} denies ${actions} to ${role}` })];
  }
  // A key's policy has to allow, or to leave it to the account's IAM policies; a bucket's need not.
  const allowing = kind === 'bucket' ? undefined : by('Allow', 'yes');
  const perhaps = by('Allow', 'unknown');
  if (allowing?.length === 0 && perhaps.length === 0)
    return [lockedOut(resource, { place, role, why: `its policy allows nothing to ${role} or its account` })];
  const unclear = [...by('Deny', 'unknown'), ...(allowing?.length === 0 ? perhaps : [])];
  if (unclear.length === 0) return [];
  return [
    unknown({
      id: 'deployer-unclear',
      subject: name,
      text: `Not checked: whether ${named(unclear)} applies to ${role} depends on conditions that only AWS can evaluate.`,
      next: [readPolicy(resource, place)],
    }),
  ];
}

interface LockOut {
  readonly place: DoctorPlace;
  readonly role: string;
  readonly why: string;
}

function lockedOut(resource: GuardedResource, { place, role, why }: LockOut): Finding {
  const another = [
    'npx redrill doctor --role-arn <ARN of another role>',
    'npx redrill deploy --role-arn <the same ARN>',
  ];
  const inForce = [
    readPolicy(resource, place),
    `Correct it ${resource.kind === 'bucket' ? `as the root user of account ${place.account}, or ` : ''}with a role that it does not lock out`,
  ];
  return problem({
    id: 'deployer-locked-out',
    subject: resource.name,
    text: `The role that deploys, ${nameOf(role)}, ${resource.inForce ? 'is' : 'would be'} locked out: ${why}. ${resource.inForce ? 'The deployment fails.' : 'No later deployment could change it.'}`,
    next: resource.inForce ? inForce : another,
  });
}

/** The account's root user can always read, replace and delete a bucket's policy. https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html */
function readPolicy({ kind, name, arn }: GuardedResource, { region }: DoctorPlace): string {
  return kind === 'bucket'
    ? `aws s3api get-bucket-policy --region ${region} --bucket ${name} --query Policy --output text`
    : `aws kms get-key-policy --region ${region} --key-id ${arn} --query Policy --output text`;
}

const named = (statements: readonly PolicyStatement[]): string =>
  statements
    .map(({ Sid }) => (Sid === undefined ? 'a statement without Sid' : `the statement ${Sid}`))
    .join(' and ');

const nameOf = (role: string): string => role.split('/').at(-1) ?? role;
