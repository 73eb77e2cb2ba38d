import { describe, expect, it } from 'vitest';
import { ALARMS_WITH_AN_END } from '../../core/alerts/compose-page.ts';
import type { ConfigurationName } from './configurations.ts';
import { flat, listOf, resource, resourcesOf, rolesOf, synthesised, type Template } from './synthesised.ts';

/** Roles that may do this, without region, and on what. */
function mayDo(template: Template, action: string): readonly (readonly [string, string])[] {
  return rolesOf(template).flatMap(({ name = '', statements }) =>
    statements
      .filter(({ Action }) => listOf(Action).includes(action))
      .flatMap(({ Resource }) => listOf(Resource).map((each) => [name, flat(each)] as const)),
  );
}

describe('events', () => {
  const OF_SOURCE = ['raise-alert', 'send-canary', 'watch-source'];
  const OF_VAULT = [
    'admit-recovery-point',
    'raise-alert',
    'record-drill',
    'release-superseded',
    'send-canary',
    'sweep-drills',
    'watch-vault',
  ];

  it.each([
    ['demo', 'default'],
    ['all channels', 'operations'],
  ] as const)(
    'of the configuration “%s” are put on the bus %s by who sends alerts or ends a step',
    (name, bus) => {
      const { source, vault } = synthesised(name);
      for (const [template, lambdas, region] of [
        [source, OF_SOURCE, 'eu-west-1'],
        [vault, OF_VAULT, 'eu-central-1'],
      ] as const)
        expect([...mayDo(template, 'events:PutEvents')].sort()).toEqual(
          lambdas.map((lambda) => [
            `redrill-${lambda}-${region}`,
            `arn:aws:events:${region}:111122223333:event-bus/${bus}`,
          ]),
        );
    },
  );
});

describe('chat', () => {
  const TYPES = [
    'AWS::Chatbot::SlackChannelConfiguration',
    'AWS::Chatbot::MicrosoftTeamsChannelConfiguration',
  ];
  const channelsOf = (template: Template) =>
    TYPES.flatMap((type) => resourcesOf(template, type).map(({ Properties }) => Properties));
  const topic = (account: string, region: string) => `arn:aws:sns:${region}:${account}:redrill-chat`;

  it('has no channel and no topic without a configuration', () => {
    for (const template of [synthesised('no heartbeat').source, synthesised('no heartbeat').vault]) {
      expect(channelsOf(template)).toEqual([]);
      expect(resourcesOf(template, 'AWS::SNS::Topic')).toHaveLength(1);
    }
  });

  it('of one account has one configuration for each channel, with the topics of both regions', () => {
    const { source, vault } = synthesised('all channels');
    expect(channelsOf(source)).toEqual([]);
    const [slack, teams, ...others] = channelsOf(vault);
    expect(others).toEqual([]);
    expect(slack).toMatchObject({ SlackWorkspaceId: 'T0123ABCDEF', SlackChannelId: 'C0123ABCDEF' });
    expect(teams).toMatchObject({ TeamsChannelId: expect.stringMatching(/^19%3a.*%40thread\.tacv2$/) });
    for (const { SnsTopicArns } of [slack, teams])
      expect(SnsTopicArns.map(flat)).toEqual([
        expect.stringMatching(/^<AlertsChat/),
        topic('111122223333', 'eu-west-1'),
      ]);
  });

  it('of two accounts has the channels in both, each with its own topic', () => {
    for (const template of Object.values(synthesised('vault account')).slice(0, 2) as readonly Template[])
      for (const { SnsTopicArns } of channelsOf(template))
        expect(SnsTopicArns.map(flat)).toEqual([expect.stringMatching(/^<AlertsChat/)]);
    expect(channelsOf(synthesised('vault account').source)).toHaveLength(2);
  });

  it('lets nobody do more than read alarms and metrics', () => {
    const { vault } = synthesised('all channels');
    for (const { GuardrailPolicies } of channelsOf(vault))
      expect(GuardrailPolicies).toEqual(['arn:aws:iam::aws:policy/CloudWatchReadOnlyAccess']);
    const role = rolesOf(vault).find(({ name }) => name === 'redrill-chat-eu-central-1');
    expect(role?.trust.map(({ Principal }) => Principal)).toEqual([{ Service: 'chatbot.amazonaws.com' }]);
    for (const action of role?.statements.flatMap(({ Action }) => listOf(Action)) ?? ['no role'])
      expect(action).toMatch(/^cloudwatch:(Describe|Get|List)\w+$/);
  });
});

describe('PagerDuty', () => {
  const { source, vault } = synthesised('all channels');
  const both = [
    [source, 'eu-west-1'],
    [vault, 'eu-central-1'],
  ] as const;

  it('is nowhere without a configuration', () => {
    for (const template of [synthesised('no heartbeat').source, synthesised('no heartbeat').vault]) {
      expect(resourcesOf(template, 'AWS::Events::Rule')).toEqual([]);
      expect(JSON.stringify(template)).not.toMatch(/pagerduty(?!Refused)/i);
    }
  });

  it.each(both)('gets the alerts of the bus and CloudWatch’s events about the alarms', (template) => {
    const rules = resourcesOf(template, 'AWS::Events::Rule').map(({ Properties }) => Properties);
    expect(rules).toMatchObject([
      {
        EventBusName: 'operations',
        State: 'ENABLED',
        EventPattern: { source: ['redrill'], 'detail-type': ['Redrill Alert'] },
      },
      {
        EventBusName: 'default',
        EventPattern: { source: ['aws.cloudwatch'], detail: { alarmName: [{ prefix: 'redrill-' }] } },
      },
    ]);
    const invokers = resourcesOf(template, 'AWS::Lambda::Permission').filter(
      ({ Properties }) => Properties.Principal === 'events.amazonaws.com',
    );
    expect(invokers.map(({ Properties }) => Properties.SourceArn)).toHaveLength(rules.length);
    for (const { Properties } of invokers) expect(flat(Properties.SourceArn)).toMatch(/^<PagerDutyRule/);
  });

  it.each(both)('keeps in a queue what it did not accept, and an alarm reports it', (template) => {
    const queue = resourcesOf(template, 'AWS::SQS::Queue').find(
      ({ Properties }) => Properties.QueueName === 'redrill-page-undelivered',
    );
    const { Properties } = resource(template, 'AWS::Lambda::Function', 'PagerDutyPagePagerDuty');
    expect(flat(Properties.DeadLetterConfig.TargetArn)).toContain(queue?.id);
    for (const rule of resourcesOf(template, 'AWS::Events::Rule'))
      expect(flat(rule.Properties.Targets[0].DeadLetterConfig.Arn)).toContain(queue?.id);
    const alarm = resource(template, 'AWS::CloudWatch::Alarm', 'Alarmspageundelivered');
    expect(alarm.Properties.AlarmActions).toHaveLength(2);
  });

  it.each(both)(
    'may read its key and write to its queue and its log, and do nothing else',
    (template, region) => {
      const role = rolesOf(template).find(({ name }) => name === `redrill-page-pagerduty-${region}`);
      expect(
        role?.statements.map(({ Action, Resource }) => [listOf(Action), listOf(Resource).map(flat)]),
      ).toEqual([
        [
          ['logs:CreateLogStream', 'logs:PutLogEvents'],
          [expect.stringMatching(/^<PagerDutyPagePagerDutyLogs/)],
        ],
        [['sqs:SendMessage'], [expect.stringMatching(/^<PagerDutyUndelivered/)]],
        [['ssm:GetParameter'], [`arn:aws:ssm:${region}:111122223333:parameter/redrill/pagerduty-key`]],
      ]);
    },
  );

  it('resolves incidents of alarms that there are', () => {
    const names = both.flatMap(([template]) =>
      resourcesOf(template, 'AWS::CloudWatch::Alarm').map(({ Properties }) => Properties.AlarmName),
    );
    for (const name of ALARMS_WITH_AN_END) expect(names).toContain(name);
  });
});

describe('HTTPS endpoints', () => {
  it('are subscribed to the alerts of both regions, with a filter if they want pages alone', () => {
    for (const template of [synthesised('all channels').source, synthesised('all channels').vault]) {
      const [all, pages, ...others] = resourcesOf(template, 'AWS::SNS::Subscription')
        .map(({ Properties }) => Properties)
        .filter(({ Protocol }) => Protocol === 'https');
      expect(others).toEqual([]);
      expect(all).toMatchObject({ Endpoint: 'https://example.com/all', RawMessageDelivery: false });
      expect(all).not.toHaveProperty('FilterPolicy');
      expect(pages).toMatchObject({
        Endpoint: 'https://example.com/pages',
        RawMessageDelivery: true,
        FilterPolicy: { kind: ['page', 'resolved', 'test'] },
      });
    }
  });

  it('are watched as addresses that alerts must reach', () => {
    for (const { topics } of synthesised('all channels').expected)
      expect(topics[0]?.subscriptions.filter(({ protocol }) => protocol === 'https')).toEqual([
        { protocol: 'https', endpoint: 'https://example.com/all' },
        {
          protocol: 'https',
          endpoint: 'https://example.com/pages',
          filter: { kind: ['page', 'resolved', 'test'] },
          raw: true,
        },
      ]);
  });
});

describe('the watch', () => {
  const REGIONS = [
    ['source', 'eu-west-1'],
    ['vault', 'eu-central-1'],
  ] as const;
  const channelsOf = (name: ConfigurationName, stack: string) =>
    synthesised(name).expected.find((each) => each.stack === `redrill-${stack}`)?.channels ?? [];

  it.each(REGIONS)('of the %s compares what carries alerts to PagerDuty', (stack, region) => {
    const here = `${region}:{ACCOUNT_ID}`;
    const Functions = ['redrill-page-pagerduty'];
    const statement = (rule: string) => ({
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'lambda:InvokeFunction',
      Resource: `arn:aws:lambda:${here}:function:redrill-page-pagerduty`,
      Condition: { ArnLike: { 'AWS:SourceArn': `arn:aws:events:${here}:rule/${rule}` } },
    });
    const parts = ['bus', 'rule', 'invoker', 'parameter'];
    expect(channelsOf('all channels', stack).filter(({ part }) => parts.includes(part))).toEqual([
      { part: 'bus', name: 'operations', setting: { Name: 'operations' } },
      {
        part: 'rule',
        name: 'operations/redrill-pagerduty-alerts',
        setting: {
          State: 'ENABLED',
          EventPattern: { source: ['redrill'], 'detail-type': ['Redrill Alert'] },
          Functions,
        },
      },
      {
        part: 'rule',
        name: 'default/redrill-pagerduty-alarms',
        setting: {
          State: 'ENABLED',
          EventPattern: {
            source: ['aws.cloudwatch'],
            'detail-type': ['CloudWatch Alarm State Change'],
            detail: { alarmName: [{ prefix: 'redrill-' }] },
          },
          Functions,
        },
      },
      {
        part: 'invoker',
        name: 'redrill-page-pagerduty',
        setting: {
          Version: '2012-10-17',
          Statement: [
            statement('operations/redrill-pagerduty-alerts'),
            statement('redrill-pagerduty-alarms'),
          ],
        },
      },
      {
        part: 'parameter',
        name: '/redrill/pagerduty-key',
        setting: { Name: '/redrill/pagerduty-key' },
      },
    ]);
  });

  it.each([
    ['all channels', 'source', []],
    ['all channels', 'vault', ['{CHAT_TOPIC_ARN}', 'arn:aws:sns:eu-west-1:111122223333:redrill-chat']],
    ['vault account', 'source', ['{CHAT_TOPIC_ARN}']],
    ['vault account', 'vault', ['{CHAT_TOPIC_ARN}']],
  ] as const)('of “%s”, %s, compares the chat channels that its stack makes', (name, stack, SnsTopicArns) => {
    const chat = channelsOf(name, stack).filter(({ part }) => part === 'slack' || part === 'teams');
    const GuardrailPolicyArns = ['arn:aws:iam::aws:policy/CloudWatchReadOnlyAccess'];
    const shared = { SnsTopicArns, GuardrailPolicyArns, State: 'ENABLED' };
    const expected = [
      {
        part: 'slack',
        name: 'redrill-slack-C0123ABCDEF',
        setting: { ...shared, SlackTeamId: 'T0123ABCDEF', SlackChannelId: 'C0123ABCDEF' },
      },
      {
        part: 'teams',
        name: 'redrill-teams-1',
        setting: {
          ...shared,
          TenantId: '12345678-abcd-1234-abcd-1234567890ab',
          TeamId: '12345678-abcd-1234-abcd-1234567890ac',
          ChannelId: '19%3ab6ef35dc342d56ba5654e6fc6d25a071%40thread.tacv2',
        },
      },
    ];
    expect(chat).toEqual(SnsTopicArns.length === 0 ? [] : expected);
  });

  it.each(REGIONS)('of the %s may read these channels, and change none', (stack, region) => {
    const template = synthesised('all channels')[stack];
    const watch = `redrill-watch-${stack}-${region}`;
    const on = (action: string) =>
      mayDo(template, action).flatMap(([role, resource]) => (role === watch ? [resource] : []));
    const here = `${region}:111122223333`;
    const rules = [
      `arn:aws:events:${here}:rule/operations/redrill-pagerduty-alerts`,
      `arn:aws:events:${here}:rule/redrill-pagerduty-alarms`,
    ];
    expect(on('events:DescribeRule')).toEqual(rules);
    expect(on('events:ListTargetsByRule')).toEqual(rules);
    expect(on('events:DescribeEventBus')).toEqual([`arn:aws:events:${here}:event-bus/operations`]);
    expect(on('lambda:GetPolicy')).toEqual([`arn:aws:lambda:${here}:function:redrill-page-pagerduty`]);
    expect(on('ssm:ListTagsForResource')).toEqual([`arn:aws:ssm:${here}:parameter/redrill/pagerduty-key`]);
    const chat = stack === 'vault' ? ['*'] : [];
    expect(on('chatbot:DescribeSlackChannelConfigurations')).toEqual(chat);
    expect(on('chatbot:ListMicrosoftTeamsChannelConfigurations')).toEqual(chat);
    expect(on('ssm:GetParameter')).not.toContain(`arn:aws:ssm:${here}:parameter/redrill/pagerduty-key`);
  });

  it('has none of these permissions without the channels', () => {
    const { source, vault } = synthesised('no heartbeat');
    for (const template of [source, vault])
      expect(JSON.stringify(template)).not.toMatch(/chatbot:|events:Describe|lambda:GetPolicy|ssm:ListTags/);
  });

  it.each(REGIONS)('of the %s has an alarm on each topic whose messages are not delivered', (stack) => {
    const alarms = resourcesOf(synthesised('all channels')[stack], 'AWS::CloudWatch::Alarm')
      .map(({ Properties }) => Properties)
      .filter(({ MetricName }) => MetricName === 'NumberOfNotificationsFailed');
    expect(alarms.map(({ AlarmName, Dimensions: [topic] }) => [AlarmName, flat(topic.Value)])).toEqual([
      ['redrill-alerts-undelivered', expect.stringMatching(/^<AlertsTopic/)],
      ['redrill-chat-undelivered', expect.stringMatching(/^<AlertsChat/)],
    ]);
    for (const { AlarmActions } of alarms) expect(AlarmActions).toHaveLength(2);
  });
});
