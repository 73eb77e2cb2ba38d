import { GetRolePolicyCommand, IAMClient, ListRolePoliciesCommand } from '@aws-sdk/client-iam';
import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  PublishCommand,
  SNSClient,
} from '@aws-sdk/client-sns';
import { GetParameterCommand, ParameterNotFound, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { CfnOutput, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Principal } from '../../model/service.ts';
import { type Endpoint, startEndpoint } from '../../wire/endpoint.ts';
import { ACCOUNT, ADMINISTRATOR, localRegion, REGION } from './region.ts';

async function deployed() {
  return localRegion((app) => {
    const stack = new Stack(app, 'Vault', { env: { region: REGION } });
    const topic = new sns.Topic(stack, 'Alerts');
    topic.addSubscription(new EmailSubscription('ops@example.com'));
    const key = new kms.Key(stack, 'Key', { alias: 'redrill' });
    const role = new iam.Role(stack, 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      roleName: 'redrill-watch',
    });
    topic.grantPublish(role);
    for (const [name, value] of Object.entries({
      topic: topic.topicArn,
      key: key.keyArn,
      role: role.roleArn,
    })) {
      new CfnOutput(stack, name, { value });
    }
  });
}

let local: Awaited<ReturnType<typeof deployed>>;
let endpoint: Endpoint;

beforeAll(async () => {
  local = await deployed();
  endpoint = await startEndpoint({
    fabric: local.fabric,
    principals: (accessKeyId, region) => local.fabric.principalOf(accessKeyId, region),
  });
});
afterAll(() => endpoint.close());

/** What a client of this caller is configured with. */
function as(principal: Principal) {
  return {
    region: REGION,
    endpoint: endpoint.url,
    credentials: local.fabric.issueAccessKey(principal),
    maxAttempts: 1,
  };
}

describe('through the SDK’s own clients', () => {
  it('SNS', async () => {
    const TopicArn = local.output('topic');
    const watch = new SNSClient(as(local.role('role')));
    const { MessageId } = await watch.send(new PublishCommand({ TopicArn, Subject: 'RPO', Message: 'late' }));
    expect(local.sns.messages.at(-1)).toMatchObject({
      messageId: MessageId,
      subject: 'RPO',
      message: 'late',
    });
    await expect(watch.send(new GetTopicAttributesCommand({ TopicArn }))).rejects.toMatchObject({
      name: 'AuthorizationErrorException',
      message: expect.stringContaining('sns:GetTopicAttributes'),
    });
    const administrator = new SNSClient(as(ADMINISTRATOR));
    await expect(
      administrator.send(new ListSubscriptionsByTopicCommand({ TopicArn })),
    ).resolves.toMatchObject({
      Subscriptions: [{ Endpoint: 'ops@example.com' }],
    });
  });

  it('SSM', async () => {
    const client = new SSMClient(as(ADMINISTRATOR));
    await client.send(new PutParameterCommand({ Name: '/redrill/a', Value: 'x', Type: 'SecureString' }));
    await expect(
      client.send(new GetParameterCommand({ Name: '/redrill/a', WithDecryption: true })),
    ).resolves.toMatchObject({ Parameter: { Value: 'x', LastModifiedDate: expect.any(Date) } });
    await expect(client.send(new GetParameterCommand({ Name: '/redrill/b' }))).rejects.toThrow(
      ParameterNotFound,
    );
    const role = new SSMClient(as(local.role('role')));
    await expect(role.send(new GetParameterCommand({ Name: '/redrill/a' }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });

  it('KMS', async () => {
    const client = new KMSClient(as(ADMINISTRATOR));
    await expect(client.send(new DescribeKeyCommand({ KeyId: 'alias/redrill' }))).resolves.toMatchObject({
      KeyMetadata: { Arn: local.output('key'), KeyState: 'Enabled', CreationDate: expect.any(Date) },
    });
  });

  it('STS and IAM', async () => {
    await expect(
      new STSClient(as(local.role('role'))).send(new GetCallerIdentityCommand({})),
    ).resolves.toMatchObject({
      Account: ACCOUNT,
      Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/redrill-watch/local`,
    });
    const client = new IAMClient(as(ADMINISTRATOR));
    const { PolicyNames = [] } = await client.send(
      new ListRolePoliciesCommand({ RoleName: 'redrill-watch' }),
    );
    const { PolicyDocument = '' } = await client.send(
      new GetRolePolicyCommand({ RoleName: 'redrill-watch', PolicyName: PolicyNames[0] }),
    );
    expect(JSON.parse(decodeURIComponent(PolicyDocument)).Statement[0].Action).toEqual(['sns:Publish']);
  });
});
