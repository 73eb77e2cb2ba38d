import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { SubscriptionFilter, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { CANARY_CODE } from '../../core/contracts/resources.ts';
import type { Permission } from '../permissions.ts';

export interface AlertTopicProps {
  readonly emails: readonly string[];
  /** Gets test messages alone: what else came would keep a switch alive that should alarm. */
  readonly canary: { readonly switchEmail?: string | undefined };
}

/**
 * Where people are told, for Lambdas and CloudWatch alarms alike. Its key is its own, so that an alert about the vault's
 * key can still be sent.
 */
export class AlertTopic extends Construct {
  readonly topic: Topic;
  readonly #key: Key;

  constructor(scope: Construct, id: string, { emails, canary }: AlertTopicProps) {
    super(scope, id);
    this.#key = this.#createKey();
    this.topic = new Topic(this, 'Topic', {
      topicName: 'redrill-alerts',
      displayName: 'Redrill',
      masterKey: this.#key,
      enforceSSL: true,
    });
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsPublish',
        principals: [this.#alarms()],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
      }),
    );
    for (const email of emails) this.topic.addSubscription(new EmailSubscription(email));
    if (canary.switchEmail !== undefined) {
      const filterPolicy = { code: SubscriptionFilter.stringFilter({ allowlist: [CANARY_CODE] }) };
      this.topic.addSubscription(new EmailSubscription(canary.switchEmail, { filterPolicy }));
    }
  }

  get arn(): string {
    return this.topic.topicArn;
  }

  /** What a Lambda needs to publish here. */
  get publishing(): readonly Permission[] {
    return [
      { actions: ['sns:Publish'], resources: [this.arn] },
      { actions: ['kms:GenerateDataKey', 'kms:Decrypt'], resources: [this.#key.keyArn] },
    ];
  }

  /** https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html (checked 2026-11-21) */
  #createKey(): Key {
    const key = new Key(this, 'Key', {
      description: 'Encrypts the alerts of Redrill on their way.',
      enableKeyRotation: true,
      // Nothing is stored under it that would outlive the topic.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsPublish',
        principals: [this.#alarms()],
        actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
        resources: ['*'],
      }),
    );
    return key;
  }

  /** CloudWatch, for alarms of this account. */
  #alarms(): ServicePrincipal {
    return new ServicePrincipal('cloudwatch.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
    });
  }
}
