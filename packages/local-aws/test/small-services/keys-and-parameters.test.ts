import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { beforeAll, describe, expect, it } from 'vitest';
import { replayDecisions, withoutAction } from '../../fabric.ts';
import type { Call, Principal, Service } from '../../model/service.ts';
import { ACCOUNT, ADMINISTRATOR, localRegion, MS_PER_DAY, REGION } from './region.ts';

const OBJECT_CONTEXT = { 'aws:s3:arn': 'arn:aws:s3:::vault/daily/a' };

async function vault() {
  const region = await localRegion((app) => {
    const stack = new Stack(app, 'Vault', { env: { region: REGION } });
    const lambda = new iam.ServicePrincipal('lambda.amazonaws.com');
    const reader = new iam.Role(stack, 'Reader', { assumedBy: lambda, roleName: 'redrill-reader' });
    const key = new kms.Key(stack, 'Key', { alias: 'redrill-vault', enableKeyRotation: true });
    reader.addToPolicy(
      new iam.PolicyStatement({
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: [key.keyArn],
        conditions: {
          StringEquals: { 'kms:ViaService': `s3.${REGION}.amazonaws.com` },
          StringLike: { 'kms:EncryptionContext:aws:s3:arn': 'arn:aws:s3:::vault/daily/*' },
        },
      }),
    );
    const sealed = new kms.Key(stack, 'Sealed', {
      policy: new iam.PolicyDocument({
        statements: [new iam.PolicyStatement({ actions: ['kms:*'], resources: ['*'], principals: [lambda] })],
      }),
    });
    const parameter = new ssm.StringParameter(stack, 'Plan', {
      parameterName: '/redrill/plan',
      stringValue: 'hourly',
    });
    parameter.grantRead(reader);
    const queue = new sqs.Queue(stack, 'Undelivered', {
      retentionPeriod: Duration.days(14),
      enforceSSL: true,
    });
    queue.grantSendMessages(reader);
    const outputs = {
      key: key.keyArn,
      sealed: sealed.keyArn,
      queue: queue.queueUrl,
      queueArn: queue.queueArn,
    };
    for (const [name, value] of Object.entries({ ...outputs, reader: reader.roleArn })) {
      new CfnOutput(stack, name, { value });
    }
  });
  // Stands for S3: uses the key for whoever calls it.
  const s3: Service = {
    name: 's3',
    operations: {
      GetObject: async (
        { keyId, context }: { keyId: string; context: Record<string, string> },
        call: Call,
      ) => {
        region.kms.authorizeUse(call, keyId, 'kms:Decrypt', context);
        return {};
      },
    },
  };
  region.fabric.register(s3);
  const read = (principal: Principal, keyId: string, context: Record<string, string> = OBJECT_CONTEXT) =>
    region.call(principal, 's3:GetObject', { keyId, context });
  return { ...region, read };
}

let local: Awaited<ReturnType<typeof vault>>;
beforeAll(async () => {
  local = await vault();
});

describe('a KMS key used through S3', () => {
  it('is allowed by the identity policy to which the key policy delegates', async () => {
    await expect(local.read(local.role('reader'), local.output('key'))).resolves.toBeDefined();
    await expect(local.read(local.role('reader'), 'alias/redrill-vault')).resolves.toBeDefined();
  });

  it('only through that service and for that encryption context', async () => {
    const elsewhere = { 'aws:s3:arn': 'arn:aws:s3:::vault/weekly/a' };
    await expect(local.read(local.role('reader'), local.output('key'), elsewhere)).rejects.toMatchObject({
      code: 'AccessDenied',
    });
    await expect(local.read(local.role('reader'), local.output('key'), {})).rejects.toThrow('kms:Decrypt');
  });

  it('is not the account’s to give when its policy does not delegate', async () => {
    await expect(local.read(ADMINISTRATOR, local.output('sealed'))).rejects.toThrow(
      'no resource-based policy',
    );
  });

  it('must exist, in the region of the call, and not be AWS-managed', async () => {
    const { read, output, role } = local;
    await expect(read(role('reader'), 'nowhere')).rejects.toMatchObject({ code: 'KMS.NotFoundException' });
    const elsewhere = output('key').replace(REGION, 'eu-west-1');
    await expect(read(role('reader'), elsewhere)).rejects.toMatchObject({ code: 'KMS.NotFoundException' });
    await expect(read(role('reader'), 'alias/aws/s3')).rejects.toMatchObject({ code: 'NotModelled' });
  });

  it('is lost when its deletion comes due', async () => {
    const { read, call, clock, output, role } = await vault();
    const KeyId = output('key');
    await call(ADMINISTRATOR, 'kms:DisableKey', { KeyId });
    await expect(read(role('reader'), KeyId)).rejects.toMatchObject({ code: 'KMS.DisabledException' });
    await call(ADMINISTRATOR, 'kms:ScheduleKeyDeletion', { KeyId });
    await expect(read(role('reader'), KeyId)).rejects.toMatchObject({ code: 'KMS.KMSInvalidStateException' });
    await expect(call(ADMINISTRATOR, 'kms:EnableKey', { KeyId })).rejects.toThrow('pending deletion');
    await clock.run({ until: clock.now() + 31 * MS_PER_DAY });
    await expect(read(role('reader'), KeyId)).rejects.toMatchObject({ code: 'KMS.NotFoundException' });
  });

  it('describes itself', async () => {
    const KeyId = 'alias/redrill-vault';
    await expect(local.call(ADMINISTRATOR, 'kms:DescribeKey', { KeyId })).resolves.toMatchObject({
      KeyMetadata: { Arn: local.output('key'), KeyState: 'Enabled', Enabled: true },
    });
    await expect(local.call(ADMINISTRATOR, 'kms:ListAliases', {})).resolves.toMatchObject({
      Aliases: [{ AliasName: 'alias/redrill-vault' }],
    });
    await expect(local.call(local.role('reader'), 'kms:DescribeKey', { KeyId })).rejects.toMatchObject({
      code: 'AccessDeniedException',
    });
  });
});

describe('parameters', () => {
  it('are read by the role they are granted to, and no others', async () => {
    const reader = local.role('reader');
    await expect(local.call(reader, 'ssm:GetParameter', { Name: '/redrill/plan' })).resolves.toMatchObject({
      Parameter: { Name: '/redrill/plan', Type: 'String', Value: 'hourly', Version: 1 },
    });
    await expect(local.call(reader, 'ssm:GetParameter', { Name: '/redrill/other' })).rejects.toMatchObject({
      code: 'AccessDeniedException',
    });
    await expect(
      local.call(reader, 'ssm:PutParameter', { Name: '/redrill/plan', Value: 'x' }),
    ).rejects.toThrow('ssm:PutParameter');
  });

  it('are put by the administrator, as secrets too', async () => {
    const Name = '/redrill/webhook';
    const put = (input: object) => local.call(ADMINISTRATOR, 'ssm:PutParameter', { Name, ...input });
    await put({ Value: 'one', Type: 'SecureString' });
    await expect(put({ Value: 'two' })).rejects.toMatchObject({ code: 'ParameterAlreadyExists' });
    await expect(put({ Value: 'two', Overwrite: true })).resolves.toMatchObject({ Version: 2 });
    const get = (input: object) => local.call(ADMINISTRATOR, 'ssm:GetParameter', { Name, ...input });
    await expect(get({ WithDecryption: true })).resolves.toMatchObject({ Parameter: { Value: 'two' } });
    await expect(get({})).resolves.not.toMatchObject({ Parameter: { Value: 'two' } });
  });

  it('keep their versions', async () => {
    const Name = '/redrill/versions';
    const call = (operation: string, input: object) =>
      local.call(ADMINISTRATOR, `ssm:${operation}`, { Name, ...input });
    for (const Value of ['one', 'two', 'three'])
      await call('PutParameter', { Value, Type: 'String', Overwrite: true });
    await expect(call('GetParameterHistory', {})).resolves.toMatchObject({
      Parameters: [
        { Value: 'one', Version: 1, Labels: [] },
        { Value: 'two', Version: 2, Labels: [] },
        { Value: 'three', Version: 3, Labels: [], LastModifiedUser: ADMINISTRATOR.arn },
      ],
    });
  });

  it('under a key of one’s own need the key', async () => {
    const put = (KeyId: string) =>
      local.call(ADMINISTRATOR, 'ssm:PutParameter', { Name: 'own', Value: 'x', Type: 'SecureString', KeyId });
    await expect(put(local.output('sealed'))).rejects.toThrow('kms:Encrypt');
    await expect(put(local.output('key'))).resolves.toMatchObject({ Version: 1 });
    await expect(
      local.call(ADMINISTRATOR, 'ssm:GetParameter', { Name: 'own', WithDecryption: true }),
    ).resolves.toMatchObject({ Parameter: { Name: 'own', Value: 'x' } });
  });

  it('refuse what is missing or not modelled', async () => {
    const get = (Name: string) => local.call(ADMINISTRATOR, 'ssm:GetParameter', { Name });
    await expect(get('/none')).rejects.toMatchObject({ code: 'ParameterNotFound' });
    await expect(get('/redrill/plan:1')).rejects.toThrow('/redrill/plan:1');
  });
});

describe('a queue for what could not be delivered', () => {
  it('takes messages and forgets them after their retention', async () => {
    const { call, clock, output, role, sqs: queues } = await vault();
    const QueueUrl = output('queue');
    await call(role('reader'), 'sqs:SendMessage', {
      QueueUrl,
      MessageBody: '{"slot":"20261121T060000Z"}',
      MessageAttributes: { ERROR_CODE: { DataType: 'String', StringValue: 'AccessDenied' } },
    });
    expect(queues.messagesIn(output('queueArn'))).toMatchObject([
      { body: '{"slot":"20261121T060000Z"}', attributes: { ERROR_CODE: 'AccessDenied' } },
    ]);
    await clock.run({ until: clock.now() + 15 * MS_PER_DAY });
    expect(queues.messagesIn(output('queueArn'))).toEqual([]);
  });
});

describe('who am I, and what may I do', () => {
  it('GetCallerIdentity answers everybody', async () => {
    await expect(local.call(local.role('reader'), 'sts:GetCallerIdentity', {})).resolves.toMatchObject({
      Account: ACCOUNT,
      Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/redrill-reader/local`,
    });
    await expect(local.call(ADMINISTRATOR, 'sts:GetCallerIdentity', {})).resolves.toMatchObject({
      Arn: `arn:aws:iam::${ACCOUNT}:root`,
    });
  });

  it('an inline policy can be read, and replaced while everything runs', async () => {
    const { call, read, role, output } = await vault();
    const RoleName = 'redrill-reader';
    const { PolicyNames } = Object(await call(ADMINISTRATOR, 'iam:ListRolePolicies', { RoleName }));
    const { PolicyDocument } = Object(
      await call(ADMINISTRATOR, 'iam:GetRolePolicy', { RoleName, PolicyName: PolicyNames[0] }),
    );
    const document = JSON.parse(decodeURIComponent(PolicyDocument));
    const changed = withoutAction(document, 0, 'kms:Decrypt');
    await call(ADMINISTRATOR, 'iam:PutRolePolicy', {
      RoleName,
      PolicyName: PolicyNames[0],
      PolicyDocument: JSON.stringify(changed),
    });
    await expect(read(role('reader'), output('key'))).rejects.toMatchObject({ code: 'AccessDenied' });
  });

  it('every action of the synthesised policy that was used is missed when it is taken away', async () => {
    const { call, fabric, read, role, output } = await vault();
    await read(role('reader'), output('key'));
    await call(role('reader'), 'ssm:GetParameter', { Name: '/redrill/plan' });
    await call(role('reader'), 'sqs:SendMessage', { QueueUrl: output('queue'), MessageBody: 'x' });
    const [policy] = fabric.roles.get(output('reader')).policies;
    const missed = (policy?.document.Statement ?? []).flatMap(({ Action = [] }, index) =>
      [Action].flat().filter((action) => {
        const altered = fabric.roles.altered(({ document }) => withoutAction(document, index, action));
        return replayDecisions(fabric.decisions, altered).some(({ lost }) => lost);
      }),
    );
    expect(missed).toEqual(['kms:Decrypt', 'ssm:GetParameter', 'sqs:SendMessage']);
  });
});
