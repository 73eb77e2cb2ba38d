import { confirm, type Deployed, drifts, subscriptionArn } from './deployed.ts';

export const PAGER_KEY_PARAMETER = '/redrill/pagerduty-key';

const inVault = ({ world }: Deployed, service: string, operation: string, input: object) =>
  world.demo.call(service, operation, world.demo.vault.region, input);

const RULE = { Name: 'redrill-pagerduty-alerts', EventBusName: 'default' };
const FUNCTION = 'redrill-page-pagerduty';

/** What was removed, so that it can be put back as a deployment would. */
let kept: { readonly Statement: readonly { readonly Sid: string }[] };

async function slackChannel(on: Deployed) {
  const { SlackChannelConfigurations: [channel] = [] } = (await on.world.demo.call(
    'chatbot',
    'DescribeSlackChannelConfigurations',
    'eu-west-1',
    {},
  )) as {
    readonly SlackChannelConfigurations?: readonly {
      readonly ChatConfigurationArn: string;
      readonly SnsTopicArns: readonly string[];
    }[];
  };
  return channel;
}

const showTopics = async (on: Deployed, SnsTopicArns: readonly string[]) =>
  on.world.demo.call('chatbot', 'UpdateSlackChannelConfiguration', 'eu-west-1', {
    ChatConfigurationArn: (await slackChannel(on))?.ChatConfigurationArn,
    SnsTopicArns,
  });

let topics: readonly string[] = [];

/** Attacks on what carries alerts besides e-mail. */
export const CHANNEL_ATTACKS = drifts(15, [
  {
    name: 'the filter of an HTTPS endpoint is changed so that it passes nothing',
    subject: () => 'subscriptions to the alerts: not as deployed',
    says: [
      /https https:\/\/example\.com\/pages:/,
      /FilterPolicy\n {4}expected: .*"page".*\n {4}found: .*nothing/,
    ],
    attack: async (on) =>
      inVault(on, 'sns', 'SetSubscriptionAttributes', {
        SubscriptionArn: await subscriptionArn(on, 'https://example.com/pages'),
        AttributeName: 'FilterPolicy',
        AttributeValue: JSON.stringify({ kind: ['nothing'] }),
      }),
  },
  {
    name: 'an HTTPS endpoint is unsubscribed',
    subject: () => 'subscriptions to the alerts: not as deployed',
    says: [/https https:\/\/example\.com\/pages:/, /found: nothing/],
    attack: async (on) =>
      inVault(on, 'sns', 'Unsubscribe', {
        SubscriptionArn: await subscriptionArn(on, 'https://example.com/pages'),
      }),
    also: confirm,
    stillWorks: [{ what: 'subscribing the endpoint again, which must confirm it, ends the alert' }],
  },
  {
    name: 'EventBridge may no longer invoke the function that pages PagerDuty',
    subject: () => 'way to PagerDuty: not as deployed',
    says: [/resource policy of the function redrill-page-pagerduty:/, /found: no such statement/],
    attack: async (on) => {
      const { Policy } = (await inVault(on, 'lambda', 'GetPolicy', { FunctionName: FUNCTION })) as {
        readonly Policy: string;
      };
      kept = JSON.parse(Policy);
      const [{ Sid: StatementId } = { Sid: '' }] = kept.Statement;
      await inVault(on, 'lambda', 'RemovePermission', { FunctionName: FUNCTION, StatementId });
    },
    also: (on) =>
      inVault(on, 'lambda', 'AddPermission', {
        FunctionName: FUNCTION,
        StatementId: 'again',
        Action: 'lambda:InvokeFunction',
        Principal: 'events.amazonaws.com',
        SourceArn: `arn:aws:events:${on.world.demo.vault.region}:${on.world.demo.account}:rule/${RULE.Name}`,
      }),
  },
  {
    name: 'the rule that passes alerts on to PagerDuty is disabled',
    subject: () => 'way to PagerDuty: not as deployed',
    says: [/rule default\/redrill-pagerduty-alerts:/, /found: "DISABLED"/],
    attack: (on) => inVault(on, 'events', 'DisableRule', RULE),
  },
  {
    name: 'a Slack channel no longer shows the source region’s topic',
    subject: () => 'chat channels: not as deployed',
    says: [/Slack channel configuration redrill-slack-C0123ABCDEF:/, /SnsTopicArns/],
    attack: async (on) => {
      topics = (await slackChannel(on))?.SnsTopicArns ?? [];
      await showTopics(on, topics.slice(0, 1));
    },
    also: (on) => showTopics(on, topics),
  },
  {
    name: 'the parameter with PagerDuty’s key is deleted',
    subject: () => 'way to PagerDuty: not as deployed',
    says: [/parameter \/redrill\/pagerduty-key:/, /found: nothing/],
    attack: (on) => inVault(on, 'ssm', 'DeleteParameter', { Name: PAGER_KEY_PARAMETER }),
  },
]);
