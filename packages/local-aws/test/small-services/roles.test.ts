import { CfnOutput, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { expect, it } from 'vitest';
import { ADMINISTRATOR, localRegion, REGION } from './region.ts';

const ADMINISTRATOR_ACCESS = 'arn:aws:iam::aws:policy/AdministratorAccess';

async function oneRole() {
  const region = await localRegion((app) => {
    const stack = new Stack(app, 'Vault', { env: { region: REGION } });
    const role = new iam.Role(stack, 'Role', {
      roleName: 'redrill-watch',
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        Permissions: new iam.PolicyDocument({
          statements: [new iam.PolicyStatement({ actions: ['sqs:SendMessage'], resources: ['*'] })],
        }),
      },
    });
    new CfnOutput(stack, 'RoleArn', { value: role.roleArn });
  });
  const RoleName = 'redrill-watch';
  const call = (operation: string, input: object = {}) =>
    region.call(ADMINISTRATOR, `iam:${operation}`, { RoleName, ...input });
  return { region, call };
}

const decoded = (text: string) => JSON.parse(decodeURIComponent(text));

it('GetRole gives the trust policy, URL-encoded, and UpdateAssumeRolePolicy replaces it', async () => {
  const { call } = await oneRole();
  const read = async () => {
    const { Role } = (await call('GetRole')) as { Role: { AssumeRolePolicyDocument: string } };
    return decoded(Role.AssumeRolePolicyDocument).Statement;
  };
  expect(await read()).toMatchObject([{ Principal: { Service: ['lambda.amazonaws.com'] } }]);
  const Statement = [{ Effect: 'Allow', Principal: { AWS: '999988887777' }, Action: 'sts:AssumeRole' }];
  await call('UpdateAssumeRolePolicy', {
    PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
  });
  expect(await read()).toMatchObject([{ Principal: { AWS: ['999988887777'] } }]);
});

it('an attached policy gives the role its rights until it is detached', async () => {
  const { region, call } = await oneRole();
  const role = region.fabric.roles.get(region.output('RoleArn'));
  const watch = { kind: 'role', arn: role.arn, account: role.account } as const;
  const act = () => region.call(watch, 'sns:ListTopics', {});
  await expect(act()).rejects.toMatchObject({
    name: expect.stringMatching(/AccessDenied|AuthorizationError/),
  });
  await call('AttachRolePolicy', { PolicyArn: ADMINISTRATOR_ACCESS });
  await expect(act()).resolves.toEqual({ Topics: [] });
  expect(await call('ListAttachedRolePolicies')).toMatchObject({
    AttachedPolicies: [{ PolicyArn: ADMINISTRATOR_ACCESS, PolicyName: 'AdministratorAccess' }],
  });
  await call('DetachRolePolicy', { PolicyArn: ADMINISTRATOR_ACCESS });
  await expect(act()).rejects.toThrow();
  await expect(call('DetachRolePolicy', { PolicyArn: ADMINISTRATOR_ACCESS })).rejects.toMatchObject({
    code: 'NoSuchEntity',
  });
});

it('DeleteRolePolicy takes an inline policy away, and refuses one that does not exist', async () => {
  const { call } = await oneRole();
  await call('DeleteRolePolicy', { PolicyName: 'Permissions' });
  expect(await call('ListRolePolicies')).toMatchObject({ PolicyNames: [] });
  await expect(call('DeleteRolePolicy', { PolicyName: 'Permissions' })).rejects.toMatchObject({
    code: 'NoSuchEntity',
  });
});

it('refuses a managed policy that it does not know, by name', async () => {
  const { call } = await oneRole();
  await expect(
    call('AttachRolePolicy', { PolicyArn: 'arn:aws:iam::aws:policy/AmazonS3FullAccess' }),
  ).rejects.toThrow('AmazonS3FullAccess');
});
