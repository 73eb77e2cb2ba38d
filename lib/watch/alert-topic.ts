import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccountPrincipal, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { type ITopic, SubscriptionFilter, SubscriptionProtocol, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription, UrlSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { hasChat } from '../../core/contracts/alert-config.ts';
import type { Config } from '../../core/contracts/config.ts';
import { CANARY_CODE, resourceNames, TOPICS } from '../../core/contracts/resources.ts';
import { runbookPagesUrl, runbookUrlOf } from '../../core/contracts/runbooks.ts';
import type { OtherSide } from '../../core/contracts/settings.ts';
import type { Permission } from '../permissions.ts';
import { puttingEvents } from './event-bus.ts';
import type { Channels } from './reading-channels.ts';

/** What of the attribute `kind` concerns those who want pages alone. */
const PAGES = SubscriptionFilter.stringFilter({ allowlist: ['page', 'resolved', 'test'] });

export interface AlertTopicProps {
  readonly alerts: Config['alerts'];
  /** Whether this stack makes the channels of Slack and Teams. */
  readonly chatHere: boolean;
  /** Where publish-fleet writes the pages of the runbooks. */
  readonly vault: { readonly bucket: string; readonly region: string };
  /** The stack in the other region, whose watch looks whether the alerts of this one reach anyone. */
  readonly other: {
    readonly region: string;
    /** @default the same account */
    readonly account?: string | undefined;
    /** The role of its watch. */
    readonly watch: string;
  };
}

/**
 * Where alerts of Lambdas and CloudWatch alarms go, for e-mail and, if it is wanted, for chat. The key is its own, so that
 * an alert about the vault's key can still be sent.
 */
export class AlertTopic extends Construct {
  readonly topics: readonly Topic[];
  readonly #alerts: Topic;
  readonly #chat: Topic | undefined;
  readonly #key: Key;
  readonly #props: AlertTopicProps;

  constructor(scope: Construct, id: string, props: AlertTopicProps) {
    super(scope, id);
    this.#props = props;
    this.#key = this.#createKey();
    this.#alerts = this.#createTopic('Topic', TOPICS.alerts, 'Redrill');
    this.#chat = hasChat(props.alerts) ? this.#createTopic('Chat', TOPICS.chat, 'Redrill chat') : undefined;
    this.topics = this.#chat === undefined ? [this.#alerts] : [this.#alerts, this.#chat];
    const { emails, endpoints, canary } = props.alerts;
    for (const email of emails) this.#alerts.addSubscription(new EmailSubscription(email));
    for (const { url, only, raw } of endpoints)
      this.#alerts.addSubscription(
        new UrlSubscription(url, {
          protocol: SubscriptionProtocol.HTTPS,
          rawMessageDelivery: raw,
          ...(only === undefined ? {} : { filterPolicy: { kind: PAGES } }),
        }),
      );
    // Gets test messages alone: what else came would keep a switch alive that should alarm.
    if (canary.switchEmail !== undefined) {
      const filterPolicy = { code: SubscriptionFilter.stringFilter({ allowlist: [CANARY_CODE] }) };
      this.#alerts.addSubscription(new EmailSubscription(canary.switchEmail, { filterPolicy }));
    }
  }

  /** Where every alert goes. */
  get topic(): ITopic {
    // The CDK's own declarations of the two disagree under exactOptionalPropertyTypes.
    return this.#alerts as ITopic;
  }

  /** With the names that the topics have, which are tokens of themselves. */
  get named(): readonly { readonly name: string; readonly topic: Topic }[] {
    return this.topics.map((topic) => ({
      name: topic === this.#chat ? TOPICS.chat : TOPICS.alerts,
      topic,
    }));
  }

  /** Variables of a Lambda that publishes. */
  get environment(): {
    readonly alertTopic: string;
    readonly runbookPages: string;
    readonly chatTopic?: string;
  } {
    const own = {
      alertTopic: this.#alerts.topicArn,
      runbookPages: runbookPagesUrl(this.#props.vault),
    };
    return this.#chat === undefined ? own : { ...own, chatTopic: this.#chat.topicArn };
  }

  /** @param runbook a file of docs/runbooks, without its ending */
  runbookUrl(runbook: string): string {
    const { alerts, vault } = this.#props;
    return runbookUrlOf(`${runbook}.md`, { ...alerts, runbookPagesUrl: runbookPagesUrl(vault) });
  }

  get arns(): readonly string[] {
    return this.topics.map(({ topicArn }) => topicArn);
  }

  /** Of the topics for chat: its own, and that of the other region if `ofBoth`. */
  chatTopics(of: 'own' | 'both'): readonly string[] {
    if (this.#chat === undefined) return [];
    const { region, account = Stack.of(this).account } = this.#props.other;
    return [this.#chat.topicArn, ...(of === 'both' ? [resourceNames.chatTopic(account, region)] : [])];
  }

  get keyArn(): string {
    return this.#key.keyArn;
  }

  /** What a Lambda needs to publish here. */
  get publishing(): readonly Permission[] {
    return [
      { actions: ['sns:Publish'], resources: this.arns },
      { actions: ['kms:GenerateDataKey', 'kms:Decrypt'], resources: [this.keyArn] },
      puttingEvents(this, this.#props.alerts),
    ];
  }

  /** What else carries the alerts of this stack. */
  get channels(): Channels {
    const { alerts, chatHere } = this.#props;
    return { ...alerts, chat: chatHere && alerts.slack.length + alerts.teams.length > 0 };
  }

  /** The other region's topics, which this stack's watch looks at. */
  get otherSide(): OtherSide {
    const { alerts, other } = this.#props;
    const account = other.account ?? Stack.of(this).account;
    return {
      region: other.region,
      topics: [
        resourceNames.alertTopic(account, other.region),
        ...(hasChat(alerts) ? [resourceNames.chatTopic(account, other.region)] : []),
      ],
      testsOnly: alerts.canary.switchEmail === undefined ? [] : [alerts.canary.switchEmail],
    };
  }

  #createTopic(id: string, topicName: string, displayName: string): Topic {
    const topic = new Topic(this, id, { topicName, displayName, masterKey: this.#key, enforceSSL: true });
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsPublish',
        principals: [this.#alarms()],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
      }),
    );
    this.#letOtherAccountLook(topic);
    return topic;
  }

  /** In one account the watch's own policy suffices. The account as principal: the role need not exist yet. */
  #letOtherAccountLook(topic: Topic): void {
    const { account, region, watch } = this.#props.other;
    if (account === undefined || account === Stack.of(this).account) return;
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'OtherSideLooks',
        principals: [new AccountPrincipal(account)],
        actions: ['sns:ListSubscriptionsByTopic'],
        resources: [topic.topicArn],
        conditions: {
          ArnEquals: {
            'aws:PrincipalArn': `arn:aws:iam::${account}:role/${resourceNames.role(watch, region)}`,
          },
        },
      }),
    );
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
