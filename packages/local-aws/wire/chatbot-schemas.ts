import type { StaticOperationSchema, StaticStructureSchema } from '@smithy/types';

/**
 * Amazon Q Developer in chat applications, as far as it is modelled, in the form of the SDK's schemas: its client that can be had
 * has none. https://docs.aws.amazon.com/chatbot/latest/APIReference/API_Operations.html
 */
const NAMESPACE = 'com.amazonaws.chatbot';
const TEXT = 0;
const TEXTS = 64;

const struct = (name: string, members: Readonly<Record<string, unknown>>): StaticStructureSchema =>
  [3, NAMESPACE, name, 0, Object.keys(members), Object.values(members)] as unknown as StaticStructureSchema;
const listOf = (name: string, member: unknown) => [1, NAMESPACE, name, 0, member];
const post = (name: string, path: string, [input, output]: readonly StaticStructureSchema[]) =>
  [9, NAMESPACE, name, { http: ['POST', path, 200] }, input, output] as unknown as StaticOperationSchema;

const SHARED = {
  ChatConfigurationArn: TEXT,
  IamRoleArn: TEXT,
  SnsTopicArns: TEXTS,
  ConfigurationName: TEXT,
  LoggingLevel: TEXT,
  GuardrailPolicyArns: TEXTS,
  State: TEXT,
};
const slack = struct('SlackChannelConfiguration', {
  ...SHARED,
  SlackTeamName: TEXT,
  SlackTeamId: TEXT,
  SlackChannelId: TEXT,
  SlackChannelName: TEXT,
});
const teams = struct('TeamsChannelConfiguration', {
  ...SHARED,
  TenantId: TEXT,
  TeamId: TEXT,
  TeamName: TEXT,
  ChannelId: TEXT,
  ChannelName: TEXT,
});
const arn = (name: string) => struct(name, { ChatConfigurationArn: TEXT });

export const DescribeSlackChannelConfigurations$ = post(
  'DescribeSlackChannelConfigurations',
  '/describe-slack-channel-configurations',
  [
    struct('DescribeSlackChannelConfigurationsRequest', {
      MaxResults: 1,
      NextToken: TEXT,
      ChatConfigurationArn: TEXT,
    }),
    struct('DescribeSlackChannelConfigurationsResult', {
      NextToken: TEXT,
      SlackChannelConfigurations: listOf('SlackChannelConfigurationList', slack),
    }),
  ],
);
export const ListMicrosoftTeamsChannelConfigurations$ = post(
  'ListMicrosoftTeamsChannelConfigurations',
  '/list-ms-teams-channel-configurations',
  [
    struct('ListTeamsChannelConfigurationsRequest', { MaxResults: 1, NextToken: TEXT, TeamId: TEXT }),
    struct('ListTeamsChannelConfigurationsResult', {
      NextToken: TEXT,
      TeamChannelConfigurations: listOf('TeamChannelConfigurationsList', teams),
    }),
  ],
);
export const DeleteSlackChannelConfiguration$ = post(
  'DeleteSlackChannelConfiguration',
  '/delete-slack-channel-configuration',
  [arn('DeleteSlackChannelConfigurationRequest'), struct('DeleteSlackChannelConfigurationResult', {})],
);
export const UpdateSlackChannelConfiguration$ = post(
  'UpdateSlackChannelConfiguration',
  '/update-slack-channel-configuration',
  [
    struct('UpdateSlackChannelConfigurationRequest', { ChatConfigurationArn: TEXT, SnsTopicArns: TEXTS }),
    struct('UpdateSlackChannelConfigurationResult', { ChannelConfiguration: slack }),
  ],
);
