import type { ResourceDeclaration, ResourceHandler } from '../cloudformation/resource.ts';
import { refuseUnknown } from './lambda/refuse.ts';
import { type Call, NotModelledError, type Service, ServiceError } from './service.ts';
import type { Sns } from './sns.ts';

interface ChatConfiguration {
  readonly kind: 'slack' | 'teams';
  readonly account: string;
  readonly ChatConfigurationArn: string;
  readonly ConfigurationName: string;
  readonly IamRoleArn: string;
  readonly LoggingLevel: string;
  readonly GuardrailPolicyArns: readonly string[];
  readonly SnsTopicArns: readonly string[];
  /** Ids of the channel, under the names of the API. */
  readonly ids: Readonly<Record<string, string>>;
}

export interface Chatbot {
  readonly service: Service;
  readonly resourceHandlers: readonly ResourceHandler[];
}

/** What it subscribes to the topics of its channels, https://docs.aws.amazon.com/chatbot/latest/adminguide/chatbot-troubleshooting.html */
export const CHATBOT_ENDPOINT = 'https://global.sns-api.chatbot.amazonaws.com';

/** https://docs.aws.amazon.com/chatbot/latest/APIReference/Welcome.html: the regions that have its API; configurations are global. */
const REGIONS: readonly string[] = ['us-east-2', 'us-west-2', 'ap-southeast-1', 'eu-west-1'];

/** Names of an id in a template, and in the API. */
const IDS = {
  slack: { SlackWorkspaceId: 'SlackTeamId', SlackChannelId: 'SlackChannelId' },
  teams: { TeamsTenantId: 'TenantId', TeamId: 'TeamId', TeamsChannelId: 'ChannelId' },
} as const;
const TYPES = {
  slack: 'AWS::Chatbot::SlackChannelConfiguration',
  teams: 'AWS::Chatbot::MicrosoftTeamsChannelConfiguration',
} as const;
const SHARED = ['ConfigurationName', 'GuardrailPolicies', 'IamRoleArn', 'LoggingLevel', 'SnsTopicArns'];

/** Amazon Q Developer in chat applications: configurations of channels, and their subscriptions. Nothing is shown anywhere. */
export function createChatbot(sns: Pick<Sns, 'attach' | 'detach'>): Chatbot {
  const configurations = new Map<string, ChatConfiguration>();
  const put = (configuration: ChatConfiguration) => {
    remove(configuration.ChatConfigurationArn);
    configurations.set(configuration.ChatConfigurationArn, configuration);
    for (const topic of configuration.SnsTopicArns) sns.attach(topic, CHATBOT_ENDPOINT);
  };
  /** The subscription of a topic goes with the last channel that shows it. */
  const remove = (arn: string) => {
    const topics = configurations.get(arn)?.SnsTopicArns ?? [];
    configurations.delete(arn);
    const shown = new Set([...configurations.values()].flatMap(({ SnsTopicArns }) => SnsTopicArns));
    for (const topic of topics) if (!shown.has(topic)) sns.detach(topic, CHATBOT_ENDPOINT);
  };
  const of = (kind: ChatConfiguration['kind'], call: Call) => {
    authorize(call);
    return [...configurations.values()].filter(
      (each) => each.kind === kind && each.account === call.principal.account,
    );
  };
  const slackOf = (input: { readonly ChatConfigurationArn?: string }, call: Call): ChatConfiguration => {
    const found = of('slack', call).find(
      ({ ChatConfigurationArn }) => ChatConfigurationArn === input.ChatConfigurationArn,
    );
    if (found === undefined)
      throw new ServiceError('ResourceNotFoundException', 'No such configuration', 404);
    return found;
  };
  const operations: Service['operations'] = {
    DescribeSlackChannelConfigurations: async (input: object, call) => {
      refuseUnknown('chatbot:DescribeSlackChannelConfigurations', input, []);
      return { SlackChannelConfigurations: of('slack', call).map(viewOf) };
    },
    ListMicrosoftTeamsChannelConfigurations: async (input: object, call) => {
      refuseUnknown('chatbot:ListMicrosoftTeamsChannelConfigurations', input, []);
      return { TeamChannelConfigurations: of('teams', call).map(viewOf) };
    },
    DeleteSlackChannelConfiguration: async (input, call) => {
      remove(slackOf(input, call).ChatConfigurationArn);
      return {};
    },
    UpdateSlackChannelConfiguration: async (input, call) => {
      refuseUnknown('chatbot:UpdateSlackChannelConfiguration', input, [
        'ChatConfigurationArn',
        'SnsTopicArns',
      ]);
      const changed = { ...slackOf(input, call), SnsTopicArns: input.SnsTopicArns };
      put(changed);
      return { ChannelConfiguration: viewOf(changed) };
    },
  };
  const handler = (kind: ChatConfiguration['kind']): ResourceHandler => ({
    type: TYPES[kind],
    properties: [...SHARED, ...Object.keys(IDS[kind])].sort(),
    create: async (declaration) => {
      const configuration = parse(kind, declaration);
      if (configurations.has(configuration.ChatConfigurationArn))
        throw new ServiceError('ConflictException', 'Configuration already exists', 409);
      put(configuration);
      const { ChatConfigurationArn: Arn } = configuration;
      return { ref: Arn, attributes: { Arn } };
    },
    update: async (declaration, { ref, attributes }) => {
      put(parse(kind, declaration));
      return { ref, attributes };
    },
    delete: async ({ ref }) => remove(ref),
  });
  return {
    service: { name: 'chatbot', operations },
    resourceHandlers: [handler('slack'), handler('teams')],
  };
}

/** None of the operations names a resource: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awschatbot.html */
function authorize(call: Call): void {
  if (!REGIONS.includes(call.region))
    throw new NotModelledError(`chatbot in ${call.region}, which has no such API`);
  call.authorize({ action: `chatbot:${call.operation}`, resource: '*' });
}

function viewOf({ kind: _kind, account: _account, ids, ...shared }: ChatConfiguration): object {
  return { ...shared, ...ids, State: 'ENABLED' };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_Chatbot.html */
function parse(
  kind: ChatConfiguration['kind'],
  { properties, stack }: ResourceDeclaration,
): ChatConfiguration {
  const {
    ConfigurationName,
    GuardrailPolicies = [],
    IamRoleArn,
    LoggingLevel = 'NONE',
    SnsTopicArns,
  } = properties;
  const path = `${kind === 'slack' ? 'slack' : 'microsoft-teams'}-channel/${ConfigurationName}`;
  const ids = Object.entries(IDS[kind]).map(([own, api]) => [api, properties[own]]);
  return {
    kind,
    account: stack.account,
    ChatConfigurationArn: `arn:aws:chatbot::${stack.account}:chat-configuration/${path}`,
    ConfigurationName,
    IamRoleArn,
    LoggingLevel,
    GuardrailPolicyArns: GuardrailPolicies,
    SnsTopicArns: SnsTopicArns ?? [],
    ids: Object.fromEntries(ids),
  };
}
