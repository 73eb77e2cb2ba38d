import type { ResourceDeclaration, ResourceHandler } from '../../cloudformation/resource.ts';
import { tagsOf } from '../../cloudformation/tags.ts';
import { parsePolicy } from '../../iam/parse-policy.ts';
import type { PolicyDocument } from '../../iam/policy.ts';
import { refuseUnless } from '../lambda/refuse.ts';
import { ServiceError } from '../service.ts';
import { exactStrings, type Topic, type TopicStore } from './store.ts';
import { isEmailAddress } from './subscribing.ts';

export function topicHandlers(topics: TopicStore): readonly ResourceHandler[] {
  return [topicHandler(topics), topicPolicyHandler(topics), subscriptionHandler(topics)];
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topic.html */
function topicHandler(topics: TopicStore): ResourceHandler {
  return {
    type: 'AWS::SNS::Topic',
    properties: ['DisplayName', 'KmsMasterKeyId', 'Tags', 'TopicName'],
    async create({ properties, stack, generatedName }) {
      const name: string = properties.TopicName ?? generatedName;
      const arn = `arn:aws:sns:${stack.region}:${stack.account}:${name}`;
      topics.add({
        arn,
        account: stack.account,
        region: stack.region,
        displayName: properties.DisplayName ?? '',
        keyId: properties.KmsMasterKeyId,
        tags: tagsOf(properties.Tags),
        policy: defaultPolicy(arn, stack.account),
      });
      return { ref: arn, attributes: { TopicArn: arn, TopicName: name } };
    },
    async update({ properties, stack }, { ref, attributes }) {
      const topic = declaredTopic(topics, ref, stack.region);
      topic.displayName = properties.DisplayName ?? '';
      topic.keyId = properties.KmsMasterKeyId;
      topic.tags = tagsOf(properties.Tags);
      return { ref, attributes };
    },
    delete: async ({ ref, stack }) => {
      const topic = topics.find(ref, stack.region);
      if (topic !== undefined) topics.delete(topic);
    },
  };
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topicpolicy.html */
function topicPolicyHandler(topics: TopicStore): ResourceHandler {
  const attach = ({ properties, stack, logicalId }: ResourceDeclaration) => {
    const policy = parsePolicy(properties.PolicyDocument, 'resource', `${stack.name}/${logicalId}`);
    for (const arn of properties.Topics) declaredTopic(topics, arn, stack.region).policy = policy;
  };
  return {
    type: 'AWS::SNS::TopicPolicy',
    properties: ['PolicyDocument', 'Topics'],
    async create(declaration) {
      attach(declaration);
      const { generatedName } = declaration;
      return { ref: generatedName, attributes: { Id: generatedName } };
    },
    async update(declaration, { ref, attributes }) {
      attach(declaration);
      return { ref, attributes };
    },
    async delete({ properties, stack }) {
      for (const arn of properties.Topics) {
        const topic = topics.find(arn, stack.region);
        if (topic !== undefined) topic.policy = defaultPolicy(arn, stack.account);
      }
    },
  };
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-subscription.html */
function subscriptionHandler(topics: TopicStore): ResourceHandler {
  return {
    type: 'AWS::SNS::Subscription',
    properties: ['Endpoint', 'FilterPolicy', 'Protocol', 'RawMessageDelivery', 'TopicArn'],
    async create({ properties, stack, generatedId }) {
      const { Endpoint, FilterPolicy, Protocol, RawMessageDelivery, TopicArn } = properties;
      refuseUnless('AWS::SNS::Subscription.Protocol', Protocol, ['email', 'https']);
      if (Protocol === 'https' && !URL.canParse(Endpoint))
        throw new ServiceError('InvalidParameter', `Invalid parameter: Endpoint '${Endpoint}'`);
      if (Protocol === 'email' && !isEmailAddress(Endpoint))
        throw new ServiceError('InvalidParameter', `Invalid parameter: Email address '${Endpoint}'`);
      const arn = `${TopicArn}:${generatedId}`;
      const topic = declaredTopic(topics, TopicArn, stack.region);
      topics.subscribe(topic, {
        arn,
        protocol: Protocol,
        endpoint: Endpoint,
        filter: exactStrings(FilterPolicy),
        raw: String(RawMessageDelivery ?? false) === 'true',
      });
      return { ref: arn, attributes: { Arn: arn } };
    },
    async update({ properties, stack }, { ref, attributes }) {
      const topic = declaredTopic(topics, properties.TopicArn, stack.region);
      topics.change(topic, ref, {
        filter: exactStrings(properties.FilterPolicy),
        raw: String(properties.RawMessageDelivery ?? false) === 'true',
      });
      return { ref, attributes };
    },
    async delete({ properties, ref, stack }) {
      const topic = topics.find(properties.TopicArn, stack.region);
      if (topic !== undefined) topics.unsubscribe(topic, ref);
    },
  };
}

function declaredTopic(topics: TopicStore, arn: string, region: string): Topic {
  const topic = topics.find(arn, region);
  if (topic === undefined) throw new ServiceError('NotFound', `Topic ${arn} does not exist`, 404);
  return topic;
}

/**
 * What a topic has until a policy replaces it: AWS services may publish for the owner's own resources. A direct call
 * carries no source account, so it gives roles nothing.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
 */
function defaultPolicy(arn: string, account: string): PolicyDocument {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: '__default_statement_ID',
        Effect: 'Allow',
        Principal: { AWS: ['*'] },
        Action: ['sns:Publish', 'sns:GetTopicAttributes', 'sns:ListSubscriptionsByTopic', 'sns:Subscribe'],
        Resource: arn,
        Condition: { StringEquals: { 'aws:SourceAccount': account } },
      },
    ],
  };
}
