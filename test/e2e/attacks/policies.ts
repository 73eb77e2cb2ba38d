import { type Deployed, drifts, vaultBucket } from './deployed.ts';

/** What somebody with an administrator's rights changes in policies. */

interface Document {
  readonly Version: string;
  readonly Statement: readonly { readonly Sid?: string; readonly Effect: string }[];
}

const STAGE_SHARD = 'redrill-stage-shard-eu-central-1';
const STRANGER = 'arn:aws:iam::999988887777:root';

const call = (on: Deployed, service: string, operation: string, input: object) =>
  on.world.demo.call(service, operation, on.world.demo.vault.region, input);

async function changeBucketPolicy(on: Deployed, change: (policy: Document) => Document): Promise<void> {
  const Bucket = vaultBucket(on);
  const { Policy } = (await call(on, 's3', 'GetBucketPolicy', { Bucket })) as { Policy: string };
  const changed = JSON.stringify(change(JSON.parse(Policy)));
  await call(on, 's3', 'PutBucketPolicy', { Bucket, Policy: changed });
}

async function changeKeyPolicy(on: Deployed, change: (policy: Document) => Document): Promise<void> {
  const { keyId: KeyId } = on.world.aws.s3.admin.bucket(vaultBucket(on)).configuration.encryption;
  const { Policy } = (await call(on, 'kms', 'GetKeyPolicy', { KeyId })) as { Policy: string };
  const changed = JSON.stringify(change(JSON.parse(Policy)));
  await call(on, 'kms', 'PutKeyPolicy', { KeyId, PolicyName: 'default', Policy: changed });
}

const grantTo = (AWS: string, Action: string, Resource: string) => ({
  Effect: 'Allow',
  Principal: { AWS },
  Action,
  Resource,
});

/** Attacks on the policies of the bucket and the key: every look reads them. */
export const RESOURCE_POLICY_ATTACKS = drifts(15, [
  {
    name: 'the Deny statements are removed from the vault’s bucket policy',
    subject: (on) => `bucket policy of ${vaultBucket(on)}: not as deployed`,
    says: [
      /statement OnlyBreakGlassDestroys\n {4}expected: Deny s3:bypassgovernanceretention/,
      /found: no such statement/,
    ],
    attack: (on) =>
      changeBucketPolicy(on, (policy) => ({
        ...policy,
        Statement: policy.Statement.filter(({ Sid }) => Sid === 'DenyCustomerProvidedKeys'),
      })),
  },
  {
    name: 'the vault’s bucket policy grants another account access',
    subject: (on) => `bucket policy of ${vaultBucket(on)}: not as deployed`,
    says: [
      /expected: no such statement\n {4}found: Allow s3:getobject on .* for AWS arn:aws:iam::999988887777:root/,
    ],
    attack: (on) =>
      changeBucketPolicy(on, (policy) => ({
        ...policy,
        Statement: [
          ...policy.Statement,
          grantTo(STRANGER, 's3:GetObject', `arn:aws:s3:::${vaultBucket(on)}/*`),
        ],
      })),
  },
  {
    name: 'the key’s policy grants another account decryption',
    subject: () => 'policy of the vault key: not as deployed',
    says: [/found: Allow kms:decrypt on \* for AWS arn:aws:iam::999988887777:root/],
    attack: (on) =>
      changeKeyPolicy(on, (policy) => ({
        ...policy,
        Statement: [...policy.Statement, grantTo(STRANGER, 'kms:Decrypt', '*')],
      })),
  },
  {
    name: 'the Deny statement is removed from the key’s policy',
    subject: () => 'policy of the vault key: not as deployed',
    says: [/statement OnlyBreakGlassDestroys\n {4}expected: Deny kms:disablekey, kms:schedulekeydeletion/],
    attack: (on) =>
      changeKeyPolicy(on, (policy) => ({
        ...policy,
        Statement: policy.Statement.filter(({ Effect }) => Effect === 'Allow'),
      })),
  },
]);

const allowing = (Action: string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });

/** Attacks on the roles' policies: the roles are read in turn, all of them in an hour. */
export const ROLE_ATTACKS = drifts(60, [
  {
    name: 'the policy of a Redrill role is replaced by `s3:*`',
    subject: () => `policies of role ${STAGE_SHARD}: not as deployed`,
    says: [/inline policy Permissions, a statement without Sid/, /found: Allow s3:\* on \*/],
    attack: (on) =>
      call(on, 'iam', 'PutRolePolicy', {
        RoleName: STAGE_SHARD,
        PolicyName: 'Permissions',
        PolicyDocument: allowing('s3:*'),
      }),
  },
  {
    name: 'an inline policy with `s3:*` is added to a Redrill role',
    subject: () => `policies of role ${STAGE_SHARD}: not as deployed`,
    says: [/inline policy debug\n {4}expected: no such policy\n {4}found: attached/],
    attack: (on) =>
      call(on, 'iam', 'PutRolePolicy', {
        RoleName: STAGE_SHARD,
        PolicyName: 'debug',
        PolicyDocument: allowing('s3:*'),
      }),
  },
  {
    name: 'AdministratorAccess is attached to a Redrill role',
    subject: () => `policies of role ${STAGE_SHARD}: not as deployed`,
    says: [
      /attached policies\n {4}expected: \[\]\n {4}found: \["arn:aws:iam::aws:policy\/AdministratorAccess"\]/,
    ],
    attack: (on) =>
      call(on, 'iam', 'AttachRolePolicy', {
        RoleName: STAGE_SHARD,
        PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess',
      }),
  },
  {
    name: 'another account is added to the trust policy of a Redrill role',
    subject: () => `policies of role ${STAGE_SHARD}: not as deployed`,
    says: [
      /trust policy, a statement without Sid/,
      /found: Allow sts:assumerole for AWS arn:aws:iam::999988887777:root/,
    ],
    attack: (on) =>
      call(on, 'iam', 'UpdateAssumeRolePolicy', {
        RoleName: STAGE_SHARD,
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
            { Effect: 'Allow', Principal: { AWS: STRANGER }, Action: 'sts:AssumeRole' },
          ],
        }),
      }),
  },
]);
