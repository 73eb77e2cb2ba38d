import {
  DescribeEventBusCommand,
  DescribeRuleCommand,
  type EventBridgeClient,
  ListTargetsByRuleCommand,
} from '@aws-sdk/client-eventbridge';
import { GetPolicyCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { ListTagsForResourceCommand, type SSMClient } from '@aws-sdk/client-ssm';
import type { ChannelPart, SettingDocument } from '../../../core/contracts/settings.ts';
import type { Settings } from '../../../core/ports.ts';
import type { chatConfigurations } from './chat-settings.ts';
import { policyOf } from './policy-text.ts';
import { type Patience, readSetting } from './read-setting.ts';

export interface ChannelClients {
  readonly events: EventBridgeClient;
  readonly lambda: LambdaClient;
  readonly ssm: SSMClient;
  readonly chat: ReturnType<typeof chatConfigurations>;
}

interface Reader {
  readonly absent: readonly string[];
  read(clients: ChannelClients, name: string, patience: Patience): Promise<SettingDocument | undefined>;
}

const READERS: Readonly<Record<ChannelPart, Reader>> = {
  bus: {
    absent: ['ResourceNotFoundException'],
    read: async ({ events }, name, patience) => {
      const { Name } = await events.send(new DescribeEventBusCommand({ Name: name }), patience);
      return { Name };
    },
  },
  rule: {
    absent: ['ResourceNotFoundException'],
    read: async ({ events }, name, patience) => {
      const input = { EventBusName: name.slice(0, name.lastIndexOf('/')), Name: name.split('/').at(-1) };
      const { State, EventPattern } = await events.send(new DescribeRuleCommand(input), patience);
      // A rule has five targets at most, which is less than a page.
      // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html (checked 2026-11-24)
      const { Name: Rule, EventBusName } = input;
      const { Targets = [] } = await events.send(
        new ListTargetsByRuleCommand({ Rule, EventBusName }),
        patience,
      );
      const Functions = Targets.map(({ Arn = '' }) => Arn.split(':').at(-1)).sort();
      return { State, EventPattern: policyOf(EventPattern), Functions };
    },
  },
  invoker: {
    absent: ['ResourceNotFoundException'],
    read: async ({ lambda }, FunctionName, patience) =>
      policyOf((await lambda.send(new GetPolicyCommand({ FunctionName }), patience)).Policy),
  },
  // Its tags show that it is there, without the permission to read its value.
  // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListTagsForResource.html (checked 2026-11-24)
  parameter: {
    absent: ['InvalidResourceId'],
    read: async ({ ssm }, Name, patience) => {
      await ssm.send(
        new ListTagsForResourceCommand({ ResourceType: 'Parameter', ResourceId: Name }),
        patience,
      );
      return { Name };
    },
  },
  slack: { absent: [], read: ({ chat }, name, patience) => chat('slack', name, patience) },
  teams: { absent: [], read: ({ chat }, name, patience) => chat('teams', name, patience) },
};

export function channelSettings(clients: ChannelClients): Settings['ofChannel'] {
  return (part, name) => {
    const { absent, read } = READERS[part];
    return readSetting(`the ${part} ${name}`, (patience) => read(clients, name, patience), absent);
  };
}
