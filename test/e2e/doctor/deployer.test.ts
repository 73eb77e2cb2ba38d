import { beforeAll, describe, expect, test } from 'vitest';
import { ACCOUNT, DoctorWorld, deployerOf, of, SOURCE, VAULT } from './doctor-world.ts';

/*
 * redrill doctor before a deployment, about the deployment itself: the role that deploys, the policies that could lock it out,
 * and what the vault's region has. Everything else is as it should be.
 */

const VAULT_BUCKET = `redrill-vault-${ACCOUNT}-${VAULT}-an`;
const OWN_ROLE = `arn:aws:iam::${ACCOUNT}:role/redrill-deploy`;

let world: DoctorWorld;

beforeAll(async () => {
  world = await DoctorWorld.start();
  await world.order('sessions');
  await world.order('orders');
  await world.bootstrap(SOURCE);
  await world.bootstrap(VAULT);
  return () => world.close();
});

async function ownRole(Statement: object): Promise<void> {
  const RoleName = 'redrill-deploy';
  const Version = '2012-10-17';
  const Principal = { Service: 'cloudformation.amazonaws.com' };
  const trust = { Version, Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }] };
  const AssumeRolePolicyDocument = JSON.stringify(trust);
  await world.call('iam', 'CreateRole', VAULT, { RoleName, AssumeRolePolicyDocument }).catch(() => {});
  const PolicyDocument = JSON.stringify({ Version, Statement });
  await world.call('iam', 'PutRolePolicy', VAULT, { RoleName, PolicyName: 'deploy', PolicyDocument });
}

test('the bootstrap’s role is locked out by nothing, and may deploy', async () => {
  const found = await world.doctor();
  expect(found).toMatchObject({ status: 0, deployed: 'no', outcome: 'well' });
  expect(of(found, 'advice')).toEqual([`vpcs-unread ${ACCOUNT} ${VAULT}`]);
  expect(found.findings[0]?.text).toContain(`allows 5 VPCs in ${VAULT}`);
  for (const region of [SOURCE, VAULT])
    expect(of(found, 'ok')).toEqual(
      expect.arrayContaining([`deployer ${ACCOUNT} ${region}`, `deployer-rights ${ACCOUNT} ${region}`]),
    );
});

test('without an assembly, what the configuration comes to is looked at', async () => {
  const { status, stdout, stderr } = await world.type(ACCOUNT, 'doctor');
  expect(stderr).toBe('');
  expect(stdout).toContain(`ok  ${ACCOUNT} ${VAULT}: No policy of a bucket or key locks out the role`);
  expect(status).toBe(0);
});

test('a role that is called redrill-deploy is locked out by nothing either', async () => {
  await ownRole({ Effect: 'Allow', Action: '*', Resource: '*' });
  const found = await world.doctor(ACCOUNT, '--role-arn', OWN_ROLE);
  expect(found.outcome).toBe('well');
});

test('finds a role that the vault’s policy would lock out: one that has the name of a runtime role', async () => {
  const role = `arn:aws:iam::${ACCOUNT}:role/redrill-watch-vault-${VAULT}`;
  const found = await world.doctor(ACCOUNT, '--role-arn', role);
  expect(of(found, 'problem')).toEqual([`deployer-locked-out ${VAULT_BUCKET}`]);
  expect(found.findings[0]?.text).toMatch(
    /would be locked out: the statement NeverAtRuntime denies s3:PutBucketPolicy, s3:DeleteBucketPolicy, .* No later deployment could change it\.$/,
  );
  expect(found.findings[0]?.next).toContain('npx redrill deploy --role-arn <the same ARN>');
});

test('finds what the role that deploys may not do', async () => {
  await ownRole({ Effect: 'Allow', NotAction: ['iam:CreateRole', 's3:PutBucketPolicy'], Resource: '*' });
  const found = await world.doctor(ACCOUNT, '--role-arn', OWN_ROLE);
  expect(of(found, 'problem')).toEqual([
    `deployer-denied ${ACCOUNT} ${SOURCE}`,
    `deployer-denied ${ACCOUNT} ${VAULT}`,
  ]);
  expect(found.findings[1]?.text).toMatch(
    /do not allow s3:PutBucketPolicy on arn:aws:s3:::redrill-\S+, iam:CreateRole on arn:aws:iam::\d+:role\/redrill-/,
  );
});

test.each([
  ['deploy', /'deploy' is not the ARN of a role; write it as arn:aws:iam::111122223333:role\/name/],
  ['arn:aws:iam::444455556666:role/deploy', /is a role of account 444455556666, but the credentials are of/],
])('--role-arn %s is refused', async (arn, message) => {
  const { status, stderr } = await world.run(ACCOUNT, '--role-arn', arn);
  expect(status).toBe(2);
  expect(stderr).toMatch(message);
});

test('finds a version that the vault’s region does not offer', async () => {
  world.aws.elasticache.withholdVersions({ account: ACCOUNT, region: VAULT }, 'valkey 8.0');
  const found = await world.doctor();
  world.aws.elasticache.withholdVersions({ account: ACCOUNT, region: VAULT });
  expect(of(found, 'problem')).toEqual(['engine-not-offered sessions', 'engine-not-offered orders']);
  expect(found.findings[0]?.text).toMatch(
    /^Its drills need valkey 8\.0, which eu-central-1 does not offer; it offers /,
  );
});

describe('the quota of ElastiCache nodes', () => {
  const quota = { account: ACCOUNT, region: VAULT, quota: 'elasticache/L-DFE45DF3' };

  test('is too low for the drills of both caches', async () => {
    world.aws.quotas.set(quota, 1);
    const found = await world.doctor();
    world.aws.quotas.set(quota, 300);
    expect(of(found, 'problem')).toEqual([`cache-nodes-low ${ACCOUNT} ${VAULT}`]);
    expect(found.findings[0]?.text).toContain('1 nodes in eu-central-1: 0 are used, and the drills');
    expect(found.findings[0]?.next[0]).toMatch(/--quota-code L-DFE45DF3 --desired-value 2$/);
  });

  test('has no applied value: the default counts', async () => {
    world.aws.quotas.set(quota, undefined);
    const found = await world.doctor();
    world.aws.quotas.set(quota, 300);
    expect(of(found, 'ok')).toContain(`cache-nodes ${ACCOUNT} ${VAULT}`);
  });

  test('may not be read', async () => {
    const found = await world.doctorWithout('servicequotas:GetServiceQuota', VAULT);
    expect(of(found, 'unknown')).toEqual([
      `cache-nodes-unchecked ${ACCOUNT} ${VAULT}`,
      `vpcs-unchecked ${ACCOUNT} ${VAULT}`,
    ]);
  });
});

test('finds names that are taken, with what removes them', async () => {
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
    ],
  });
  const RoleName = `redrill-copy-shard-${VAULT}`;
  await world.call('iam', 'CreateRole', VAULT, { RoleName, AssumeRolePolicyDocument });
  const logGroupName = '/aws/lambda/redrill-watch-source';
  await world.call('logs', 'CreateLogGroup', SOURCE, { logGroupName });
  await world.call('logs', 'CreateLogGroup', SOURCE, { logGroupName: `${logGroupName}-2` });
  const found = await world.doctor();
  await world.call('iam', 'DeleteRole', VAULT, { RoleName });
  await world.call('logs', 'DeleteLogGroup', SOURCE, { logGroupName });
  expect(of(found, 'problem')).toEqual([`name-taken ${logGroupName}`, `name-taken ${RoleName}`]);
  expect(found.findings[0]?.next).toEqual([
    `aws cloudformation describe-stack-resources --physical-resource-id ${logGroupName} --region ${SOURCE}`,
    `aws logs delete-log-group --log-group-name ${logGroupName} --region ${SOURCE}`,
  ]);
  expect(found.findings[1]?.next.at(-1)).toBe(
    `aws iam delete-role --role-name ${RoleName} --region ${VAULT}`,
  );
});

test('names that may not be looked up are not checked; the others are', async () => {
  const found = await world.doctorWithout('logs:DescribeLogGroups', VAULT);
  expect(of(found, 'unknown')).toEqual([`other-names-unchecked ${ACCOUNT} ${VAULT}`]);
  expect(found.findings[0]?.text).toBe(
    'Not checked: whether names of log groups are taken: needs logs:DescribeLogGroups.',
  );
  expect(of(found, 'ok')).toContain(`other-names ${ACCOUNT} ${SOURCE}`);
});

test('whether it is deployed may not be seen: neither deployed nor well', async () => {
  const found = await world.doctorWithout('lambda:GetFunction', VAULT);
  expect(found).toMatchObject({ status: 2, deployed: 'unknown', outcome: 'incomplete' });
  expect(of(found, 'unknown')).toEqual([`deployed-unchecked ${ACCOUNT} ${VAULT}`]);
  expect(found.findings[0]?.text).toContain('needs lambda:GetFunction of redrill-watch-vault');
  expect(of(found, 'ok')).toEqual(expect.arrayContaining([`names ${ACCOUNT} ${SOURCE}`]));
});

describe('at last, an earlier deployment’s vault', () => {
  beforeAll(async () => {
    const CreateBucketConfiguration = { LocationConstraint: VAULT };
    const input = { Bucket: VAULT_BUCKET, CreateBucketConfiguration, BucketNamespace: 'account-regional' };
    await world.call('s3', 'CreateBucket', VAULT, input);
  });

  test('whose policy locks out the role that deploys is found, with who can correct it', async () => {
    const deny = {
      Sid: 'NoDeployments',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:PutBucketPolicy',
      Resource: `arn:aws:s3:::${VAULT_BUCKET}`,
      Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/cdk-*' } },
    };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [deny] });
    await world.call('s3', 'PutBucketPolicy', VAULT, { Bucket: VAULT_BUCKET, Policy });
    const found = await world.doctor();
    await world.call('s3', 'DeleteBucketPolicy', VAULT, { Bucket: VAULT_BUCKET });
    expect(of(found, 'problem')).toEqual([
      `deployer-locked-out ${VAULT_BUCKET}`,
      `name-taken ${VAULT_BUCKET}`,
    ]);
    expect(found.findings[0]?.text).toContain(`NoDeployments denies s3:PutBucketPolicy to`);
    expect(found.findings[0]?.text).toContain(deployerOf(VAULT));
    expect(found.findings[0]?.next[0]).toContain(`aws s3api get-bucket-policy --region ${VAULT}`);
  });

  test('whose policy may not be read is not checked', async () => {
    const found = await world.doctorWithout('s3:GetBucketPolicy', VAULT);
    expect(of(found, 'unknown')).toEqual([`deployer-unchecked ${ACCOUNT} ${VAULT}`]);
  });
});
