import { CfnOutput, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { describe, expect, it } from 'vitest';
import type { Principal } from '../../model/service.ts';
import { ACCOUNT, ADMINISTRATOR, localRegion, MS_PER_HOUR, REGION } from './region.ts';

const ALARM: Principal = {
  kind: 'service',
  arn: 'cloudwatch.amazonaws.com',
  account: ACCOUNT,
  sourceArn: `arn:aws:cloudwatch:${REGION}:${ACCOUNT}:alarm:redrill-rpo`,
};
const ELASTICACHE: Principal = { kind: 'service', arn: 'elasticache.amazonaws.com', account: ACCOUNT };
const FROM_THIS_ACCOUNT = { StringEquals: { 'aws:SourceAccount': ACCOUNT } };

interface Alerts {
  readonly encrypted?: boolean;
  /** Statements for CloudWatch in the topic policy, and in the key policy. */
  readonly topicAdmits?: boolean;
  readonly keyAdmits?: boolean;
  readonly subscriptions?: 'confirmed' | 'pending';
  /** Of the subscription. @default none */
  readonly filter?: Record<string, sns.SubscriptionFilter>;
}

/** A topic with a subscriber, one role that may publish and one that may not, as the CDK grants it. */
async function alerts(options: Alerts = {}) {
  const cloudwatch = new iam.ServicePrincipal('cloudwatch.amazonaws.com');
  const region = await localRegion(
    (app) => {
      const stack = new Stack(app, 'Vault', { env: { region: REGION } });
      const key = options.encrypted ? new kms.Key(stack, 'Key', { enableKeyRotation: true }) : undefined;
      const topic = new sns.Topic(
        stack,
        'Alerts',
        key === undefined ? {} : { masterKey: key, enforceSSL: true },
      );
      const filterPolicy = options.filter === undefined ? {} : { filterPolicy: options.filter };
      topic.addSubscription(new EmailSubscription('ops@example.com', filterPolicy));
      if (options.topicAdmits) {
        topic.addToResourcePolicy(
          new iam.PolicyStatement({
            principals: [cloudwatch],
            actions: ['sns:Publish'],
            resources: [topic.topicArn],
            conditions: {
              ...FROM_THIS_ACCOUNT,
              ArnLike: { 'aws:SourceArn': 'arn:aws:cloudwatch:*:*:alarm:redrill-*' },
            },
          }),
        );
      }
      if (options.keyAdmits) {
        key?.addToResourcePolicy(
          new iam.PolicyStatement({
            principals: [cloudwatch],
            actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
            resources: ['*'],
            conditions: FROM_THIS_ACCOUNT,
          }),
        );
      }
      const lambda = new iam.ServicePrincipal('lambda.amazonaws.com');
      const publisher = new iam.Role(stack, 'Publisher', { assumedBy: lambda });
      topic.grantPublish(publisher);
      const stranger = new iam.Role(stack, 'Stranger', { assumedBy: lambda });
      const careless = new iam.Role(stack, 'Careless', { assumedBy: lambda });
      careless.addToPolicy(
        new iam.PolicyStatement({ actions: ['sns:Publish'], resources: [topic.topicArn] }),
      );
      new CfnOutput(stack, 'Topic', { value: topic.topicArn });
      new CfnOutput(stack, 'KeyId', { value: key?.keyId ?? '' });
      for (const [name, role] of Object.entries({ publisher, stranger, careless })) {
        new CfnOutput(stack, name, { value: role.roleArn });
      }
    },
    options.subscriptions === undefined ? {} : { subscriptions: options.subscriptions },
  );
  const TopicArn = region.output('Topic');
  const publish = (principal: Principal, input: object = {}) =>
    region.call(principal, 'sns:Publish', { TopicArn, Message: 'the cache orders is 7 h old', ...input });
  return { ...region, TopicArn, publish };
}

describe('publishing to a topic', () => {
  it('is kept with its time, region, caller and whom it reached', async () => {
    const { publish, role, sns: topics, TopicArn, clock } = await alerts();
    await publish(role('publisher'), {
      Subject: 'RPO breached',
      MessageAttributes: { severity: { DataType: 'String', StringValue: 'page' } },
    });
    expect(topics.messages).toEqual([
      {
        messageId: expect.any(String),
        at: expect.closeTo(clock.now(), -4),
        region: REGION,
        topicArn: TopicArn,
        subject: 'RPO breached',
        message: 'the cache orders is 7 h old',
        byProtocol: {},
        attributes: { severity: 'page' },
        principal: role('publisher'),
        deliveredTo: ['ops@example.com'],
      },
    ]);
  });

  it("is refused to a role without the permission, with SNS's own code", async () => {
    const { publish, role, sns: topics } = await alerts();
    await expect(publish(role('stranger'))).rejects.toMatchObject({
      code: 'AuthorizationError',
      status: 403,
    });
    expect(topics.messages).toEqual([]);
  });

  it('keeps a text for each protocol', async () => {
    const { publish, role, sns } = await alerts();
    await publish(role('publisher'), {
      Message: JSON.stringify({ default: 'for all', https: '{}' }),
      MessageStructure: 'json',
    });
    expect(sns.messages.at(-1)).toMatchObject({ message: 'for all', byProtocol: { https: '{}' } });
  });

  it('refuses input that AWS refuses, and parameters that are not modelled', async () => {
    const { publish, role } = await alerts();
    const by = role('publisher');
    await expect(publish(by, { Message: '' })).rejects.toMatchObject({ code: 'InvalidParameter' });
    await expect(publish(by, { Message: 'x'.repeat(262_145) })).rejects.toMatchObject({
      code: 'InvalidParameter',
    });
    await expect(publish(by, { Subject: 'two\nlines' })).rejects.toMatchObject({ code: 'InvalidParameter' });
    await expect(publish(by, { Subject: 'x'.repeat(100) })).rejects.toMatchObject({
      code: 'InvalidParameter',
    });
    const bytes = { DataType: 'Binary', BinaryValue: new Uint8Array([1]) };
    await expect(publish(by, { MessageAttributes: { bytes } })).rejects.toThrow(
      'attribute bytes of type Binary',
    );
    for (const Message of ['no JSON', '{"https":"no default"}', '[]'])
      await expect(publish(by, { Message, MessageStructure: 'json' })).rejects.toMatchObject({
        code: 'InvalidParameter',
        message: expect.stringContaining('Message Structure'),
      });
    await expect(publish(by, { MessageStructure: 'xml' })).rejects.toMatchObject({
      code: 'InvalidParameter',
    });
    await expect(publish(by, { TopicArn: `${REGION}:nowhere` })).rejects.toMatchObject({
      code: 'InvalidParameter',
    });
  });
});

describe('an alarm', () => {
  it('reaches a topic without a policy of its own', async () => {
    const { publish } = await alerts();
    await expect(publish(ALARM)).resolves.toBeDefined();
  });

  it('of another account does not', async () => {
    const { publish } = await alerts();
    await expect(publish({ ...ALARM, account: '444455556666' })).rejects.toMatchObject({
      code: 'AuthorizationError',
    });
  });

  // A topic policy replaces the default one: enforceSSL alone silences every alarm.
  it('does not reach a topic whose policy forgot it', async () => {
    const { publish } = await alerts({ encrypted: true, keyAdmits: true });
    await expect(publish(ALARM)).rejects.toMatchObject({ code: 'AuthorizationError' });
  });

  // https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
  it('does not reach an encrypted topic whose key policy forgot it', async () => {
    const { publish } = await alerts({ encrypted: true, topicAdmits: true });
    await expect(publish(ALARM)).rejects.toThrow('kms:GenerateDataKey');
  });

  it('reaches an encrypted topic that both policies open to it', async () => {
    const { publish } = await alerts({ encrypted: true, topicAdmits: true, keyAdmits: true });
    await expect(publish(ALARM)).resolves.toBeDefined();
    const other = { ...ALARM, sourceArn: `arn:aws:cloudwatch:${REGION}:${ACCOUNT}:alarm:other` };
    await expect(publish(other)).rejects.toMatchObject({ code: 'AuthorizationError' });
  });
});

// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ElastiCacheSNS.html
it('ElastiCache is silenced by a condition on the source account', async () => {
  const { publish } = await alerts();
  await expect(publish(ELASTICACHE)).rejects.toMatchObject({ code: 'AuthorizationError' });
});

describe('an encrypted topic', () => {
  it('asks publishers for the key too', async () => {
    const { publish, role, fabric } = await alerts({ encrypted: true });
    await expect(publish(role('publisher'))).resolves.toBeDefined();
    await expect(publish(role('careless'))).rejects.toThrow('kms:GenerateDataKey');
    expect(fabric.decisions.find(({ action }) => action === 'kms:Decrypt')?.conditions).toMatchObject({
      'kms:ViaService': `sns.${REGION}.amazonaws.com`,
      'kms:CallerAccount': ACCOUNT,
    });
  });

  it('is mute while its key is disabled or about to be deleted, and speaks again afterwards', async () => {
    const { publish, role, call, output } = await alerts({ encrypted: true });
    const KeyId = output('KeyId');
    await call(ADMINISTRATOR, 'kms:DisableKey', { KeyId });
    await expect(publish(role('publisher'))).rejects.toMatchObject({ code: 'KMSDisabled' });
    await call(ADMINISTRATOR, 'kms:ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 });
    await expect(publish(role('publisher'))).rejects.toMatchObject({ code: 'KMSInvalidState' });
    await call(ADMINISTRATOR, 'kms:CancelKeyDeletion', { KeyId });
    await call(ADMINISTRATOR, 'kms:EnableKey', { KeyId });
    await expect(publish(role('publisher'))).resolves.toBeDefined();
  });
});

describe('subscriptions', () => {
  it('are listed and counted', async () => {
    const { call, TopicArn } = await alerts();
    await expect(call(ADMINISTRATOR, 'sns:ListSubscriptionsByTopic', { TopicArn })).resolves.toMatchObject({
      Subscriptions: [
        {
          Endpoint: 'ops@example.com',
          Protocol: 'email',
          SubscriptionArn: expect.stringContaining(TopicArn),
        },
      ],
    });
    await expect(call(ADMINISTRATOR, 'sns:GetTopicAttributes', { TopicArn })).resolves.toMatchObject({
      Attributes: { SubscriptionsConfirmed: '1', SubscriptionsPending: '0', Owner: ACCOUNT },
    });
    await expect(call(ADMINISTRATOR, 'sns:ListTopics', {})).resolves.toEqual({ Topics: [{ TopicArn }] });
  });

  it('that nobody confirms get nothing, and are gone after 48 hours', async () => {
    const { call, publish, role, clock, sns: topics, TopicArn } = await alerts({ subscriptions: 'pending' });
    const listed = () => call(ADMINISTRATOR, 'sns:ListSubscriptionsByTopic', { TopicArn });
    await publish(role('publisher'));
    expect(topics.messages[0]?.deliveredTo).toEqual([]);
    await expect(listed()).resolves.toMatchObject({
      Subscriptions: [{ SubscriptionArn: 'PendingConfirmation' }],
    });
    await clock.run({ until: clock.now() + 49 * MS_PER_HOUR });
    await expect(listed()).resolves.toEqual({ Subscriptions: [] });
  });

  it('are made through the API, and wait for the token of the mail', async () => {
    const { call, publish, role, sns: topics, TopicArn } = await alerts();
    const ask = { TopicArn, Protocol: 'email', Endpoint: 'second@example.com' };
    const pending = { SubscriptionArn: 'pending confirmation' };
    expect(await call(ADMINISTRATOR, 'sns:Subscribe', ask)).toEqual(pending);
    expect(await call(ADMINISTRATOR, 'sns:Subscribe', ask)).toEqual(pending);
    await publish(role('publisher'));
    expect(topics.messages.at(-1)?.deliveredTo).toEqual(['ops@example.com']);
    expect(topics.confirmations).toHaveLength(2);
    const confirm = (Token: string) => call(ADMINISTRATOR, 'sns:ConfirmSubscription', { TopicArn, Token });
    await expect(confirm('guessed')).rejects.toMatchObject({ code: 'InvalidParameter' });
    const { token = '', subscriptionArn: SubscriptionArn } = topics.confirmations[1] ?? {};
    expect(await confirm(token)).toEqual({ SubscriptionArn });
    expect(await call(ADMINISTRATOR, 'sns:Subscribe', ask)).toEqual({ SubscriptionArn });
    await publish(role('publisher'));
    expect(topics.messages.at(-1)?.deliveredTo).toEqual(['ops@example.com', 'second@example.com']);
    await expect(call(ADMINISTRATOR, 'sns:Subscribe', { ...ask, Protocol: 'sqs' })).rejects.toMatchObject({
      code: 'NotModelled',
    });
  });

  it('get only what passes their filter, which needs every attribute that it names', async () => {
    const filter = { severity: sns.SubscriptionFilter.stringFilter({ allowlist: ['page', 'ticket'] }) };
    const { call, role, sns: topics, TopicArn } = await alerts({ filter });
    for (const severity of ['page', 'note']) {
      const MessageAttributes = { severity: { DataType: 'String', StringValue: severity } };
      await call(role('publisher'), 'sns:Publish', { TopicArn, Message: 'x', MessageAttributes });
    }
    await call(role('publisher'), 'sns:Publish', { TopicArn, Message: 'x' });
    expect(topics.messages.map(({ deliveredTo }) => deliveredTo.length)).toEqual([1, 0, 0]);
  });

  it('are refused with a filter that is not modelled', async () => {
    const filter = { age: sns.SubscriptionFilter.numericFilter({ greaterThan: 5 }) };
    await expect(alerts({ filter })).rejects.toThrow('FilterPolicy.age other than a list of strings');
  });

  it('end with Unsubscribe; the topic with DeleteTopic', async () => {
    const { call, publish, role, sns: topics, TopicArn } = await alerts();
    const { Subscriptions } = Object(await call(ADMINISTRATOR, 'sns:ListSubscriptionsByTopic', { TopicArn }));
    await call(ADMINISTRATOR, 'sns:Unsubscribe', { SubscriptionArn: Subscriptions[0].SubscriptionArn });
    await publish(role('publisher'));
    expect(topics.messages[0]?.deliveredTo).toEqual([]);
    await expect(call(role('publisher'), 'sns:DeleteTopic', { TopicArn })).rejects.toThrow('sns:DeleteTopic');
    await call(ADMINISTRATOR, 'sns:DeleteTopic', { TopicArn });
    await expect(publish(role('publisher'))).rejects.toMatchObject({ code: 'NotFound' });
  });
});
