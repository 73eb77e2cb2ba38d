import { describe, expect, it } from 'vitest';
import { deployerFindings } from '../../../../core/doctor/deployer-findings.ts';
import type { DoctorPlace } from '../../../../core/doctor/findings.ts';
import { type GuardedResource, lockOutFindings } from '../../../../core/doctor/lock-out-findings.ts';
import type { SimulatedAction } from '../../../../core/ports/doctor.ts';

const account = '111122223333';
const place: DoctorPlace = { half: 'vault', account, region: 'eu-central-1' };
const role = `arn:aws:iam::${account}:role/deploy`;

const bucket = (...Statement: readonly object[]): GuardedResource => ({
  kind: 'bucket',
  name: 'vault',
  arn: 'arn:aws:s3:::vault',
  policy: { Statement },
  inForce: false,
});
const key = (...Statement: readonly object[]): GuardedResource => ({
  kind: 'key',
  name: 'the key Vault',
  arn: '*',
  policy: { Statement },
  inForce: false,
});
const found = (...resources: readonly GuardedResource[]) => lockOutFindings({ place, role, resources });
const states = (...resources: readonly GuardedResource[]) =>
  found(...resources).map(({ state, id, subject }) => `${state} ${id} ${subject}`);

const denyAll = (Action: string | readonly string[], more: object = {}) => ({
  Sid: 'Guard',
  Effect: 'Deny',
  Principal: '*',
  Action,
  Resource: '*',
  ...more,
});
const ofAccount = {
  Effect: 'Allow',
  Principal: { AWS: `arn:aws:iam::${account}:root` },
  Action: 'kms:*',
  Resource: '*',
};

describe('the role that deploys', () => {
  it('is let in by a bucket whose policy says nothing of it, and by a key that leaves it to IAM', () => {
    const lock = denyAll('s3:DeleteObjectVersion');
    expect(states(bucket(lock), key(ofAccount, denyAll('kms:ScheduleKeyDeletion')))).toEqual([
      `ok deployer ${account} eu-central-1`,
    ]);
  });

  it('is locked out by a statement that denies what changes the policy', () => {
    const [finding] = found(bucket(denyAll(['s3:PutBucketPolicy', 's3:PutObject'])));
    expect(finding).toMatchObject({ state: 'problem', id: 'deployer-locked-out', subject: 'vault' });
    expect(finding?.text).toBe(
      `The role that deploys, deploy, would be locked out: the statement Guard denies s3:PutBucketPolicy to ${role}. No later deployment could change it.`,
    );
    expect(finding?.next).toEqual([
      'npx redrill doctor --role-arn <ARN of another role>',
      'npx redrill deploy --role-arn <the same ARN>',
    ]);
  });

  it('gets the commands to read and correct a policy in force', () => {
    const next = found({ ...bucket(denyAll('s3:*')), inForce: true })[0]?.next;
    expect(next).toEqual([
      'aws s3api get-bucket-policy --region eu-central-1 --bucket vault --query Policy --output text',
      `Correct it as the root user of account ${account}, or with a role that it does not lock out`,
    ]);
    const ofKey = found({ ...key(), arn: 'arn:key', inForce: true })[0];
    expect(ofKey?.next[0]).toBe(
      'aws kms get-key-policy --region eu-central-1 --key-id arn:key --query Policy --output text',
    );
    expect(ofKey?.next[1]).not.toContain('root');
    expect(ofKey?.text).toMatch(/is locked out: its policy allows nothing to .* The deployment fails\.$/);
  });

  it('is locked out of a key that only others may administer', () => {
    const others = { ...ofAccount, Principal: { AWS: `${role}-2` } };
    expect(states(key(others))).toEqual(['problem deployer-locked-out the key Vault']);
  });

  it('is not said to be let in where only AWS can evaluate a condition', () => {
    const byAddress = { Condition: { NotIpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } };
    const { Sid: _, ...unnamed } = denyAll('s3:*', byAddress);
    expect(states(bucket(unnamed))).toEqual(['unknown deployer-unclear vault']);
    expect(found(bucket(unnamed))[0]?.text).toContain('a statement without Sid');
    expect(states(key({ ...ofAccount, ...byAddress }))).toEqual(['unknown deployer-unclear the key Vault']);
  });
});

describe('the rights of the role that deploys', () => {
  const action: SimulatedAction = {
    action: 's3:CreateBucket',
    resource: 'arn:aws:s3:::vault',
    decision: 'implicitDeny',
    allowedByOrganisation: undefined,
    allowedByBoundary: undefined,
  };
  const rights = (...simulated: readonly SimulatedAction[]) => deployerFindings({ place, role, simulated });

  it('are enough if everything is allowed; denials by the organisation are a separate finding', () => {
    const simulated = [
      { ...action, decision: 'allowed' as const },
      { ...action, allowedByOrganisation: false },
    ];
    expect(rights(...simulated).map(({ id }) => id)).toEqual(['deployer-rights']);
  });

  it.each([
    [[action], 'policies of the role that deploys, arn:aws:iam::111122223333:role/deploy, do not allow'],
    [[{ ...action, allowedByBoundary: false }], 'permissions boundary of the role'],
    [[action, { ...action, allowedByBoundary: false }], 'policies of the role'],
  ])('are too few: %#', (simulated, text) => {
    const [finding] = rights(...simulated);
    expect(finding?.id).toBe('deployer-denied');
    expect(finding?.text).toContain(text);
    expect(finding?.text).toContain('s3:CreateBucket on arn:aws:s3:::vault');
  });
});
