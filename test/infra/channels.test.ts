import { describe, expect, it } from 'vitest';
import { flat, listOf, resourcesOf, rolesOf, synthesised, type Template } from './synthesised.ts';

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
