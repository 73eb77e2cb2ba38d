import { ArnFormat, type Stack } from 'aws-cdk-lib';
import { DEFAULT_BUS } from '../../core/contracts/alert-config.ts';
import type { Config } from '../../core/contracts/config.ts';
import type { Permission } from '../permissions.ts';
import { eventBusArn } from './event-bus.ts';
import { PAGER_DUTY_FUNCTION, PAGER_DUTY_RULES } from './pager-duty.ts';

export interface Channels extends Pick<Config['alerts'], 'eventBus' | 'pagerDuty'> {
  /** Whether the stack makes channels of Slack or Teams. */
  readonly chat: boolean;
}

/** What comparing the channels of a stack takes; nothing for those that it does not have. */
export function readingChannels(
  stack: Stack,
  { eventBus, pagerDuty, chat }: Channels,
): readonly Permission[] {
  return [
    ...(eventBus === DEFAULT_BUS
      ? []
      : [{ actions: ['events:DescribeEventBus'], resources: [eventBusArn(stack, eventBus)] }]),
    ...(pagerDuty === undefined ? [] : readingPagerDuty(stack, { eventBus, parameter: pagerDuty.parameter })),
    ...(chat
      ? [
          {
            actions: [
              'chatbot:DescribeSlackChannelConfigurations',
              'chatbot:ListMicrosoftTeamsChannelConfigurations',
            ],
            resources: ['*'],
            because: 'AWS’s own policies allow these actions on all resources: they list.',
          },
        ]
      : []),
  ];
}

function readingPagerDuty(
  stack: Stack,
  { eventBus, parameter }: { readonly eventBus: string; readonly parameter: string },
): readonly Permission[] {
  const arn = (service: string, resource: string, resourceName: string, arnFormat: ArnFormat) =>
    stack.formatArn({ service, resource, resourceName, arnFormat });
  const slash = ArnFormat.SLASH_RESOURCE_NAME;
  const ruleArn = (name: string, bus: string) =>
    arn('events', 'rule', bus === DEFAULT_BUS ? name : `${bus}/${name}`, slash);
  return [
    {
      actions: ['events:DescribeRule', 'events:ListTargetsByRule'],
      resources: [ruleArn(PAGER_DUTY_RULES.alerts, eventBus), ruleArn(PAGER_DUTY_RULES.alarms, DEFAULT_BUS)],
    },
    {
      actions: ['lambda:GetPolicy'],
      resources: [arn('lambda', 'function', `redrill-${PAGER_DUTY_FUNCTION}`, ArnFormat.COLON_RESOURCE_NAME)],
    },
    // That the parameter is there, without its value.
    { actions: ['ssm:ListTagsForResource'], resources: [arn('ssm', 'parameter', parameter.slice(1), slash)] },
  ];
}
