import { Stack } from 'aws-cdk-lib';
import { CfnMicrosoftTeamsChannelConfiguration, CfnSlackChannelConfiguration } from 'aws-cdk-lib/aws-chatbot';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Config } from '../../core/contracts/config.ts';
import { resourceNames } from '../../core/contracts/resources.ts';
import { acknowledgeWildcards, type Permission, policyOf } from '../permissions.ts';

export interface ChatChannelsProps {
  readonly alerts: Pick<Config['alerts'], 'slack' | 'teams'>;
  /** ARNs of the topics for chat; also of the other region, whose stack must have been deployed by then. */
  readonly topics: readonly string[];
}

/** The most that anybody in a channel may do, whatever the role allows: it reads metrics and alarms. */
const GUARDRAILS = ['arn:aws:iam::aws:policy/CloudWatchReadOnlyAccess'];

/**
 * The chart of an alarm, which Amazon Q shows beside its message; its console's own template allows all that begins so.
 * https://docs.aws.amazon.com/chatbot/latest/adminguide/chatbot-iam-policies.html (checked 2026-11-24)
 */
const SHOWING_ALARMS: Permission = {
  actions: [
    'cloudwatch:DescribeAlarms',
    'cloudwatch:GetMetricData',
    'cloudwatch:GetMetricStatistics',
    'cloudwatch:GetMetricWidgetImage',
    'cloudwatch:ListMetrics',
  ],
  resources: ['*'],
  because: 'Of these actions, CloudWatch knows no resources but for DescribeAlarms.',
};

/**
 * Channels of Slack and Microsoft Teams that show the alerts. A channel has one configuration in an account, and its name is
 * used once in all regions, so one stack of an account makes them.
 * https://github.com/cloudcomponents/cdk-constructs/issues/92 ("has already been configured for AWS account"),
 * https://github.com/aws-samples/aws-securityhub-to-slack/pull/11 (names) (checked 2026-11-24)
 */
export class ChatChannels extends Construct {
  constructor(scope: Construct, id: string, { alerts: { slack, teams }, topics }: ChatChannelsProps) {
    super(scope, id);
    if (slack.length + teams.length === 0) return;
    const shared = {
      iamRoleArn: this.#createRole().roleArn,
      snsTopicArns: [...topics],
      guardrailPolicies: GUARDRAILS,
      loggingLevel: 'ERROR',
    };
    for (const { workspaceId, channelId } of slack)
      new CfnSlackChannelConfiguration(this, `Slack${channelId}`, {
        ...shared,
        configurationName: `redrill-slack-${channelId}`,
        slackWorkspaceId: workspaceId,
        slackChannelId: channelId,
      });
    for (const [index, { tenantId, teamId, channelId }] of teams.entries())
      new CfnMicrosoftTeamsChannelConfiguration(this, `Teams${index + 1}`, {
        ...shared,
        configurationName: `redrill-teams-${index + 1}`,
        teamsTenantId: tenantId,
        teamId,
        teamsChannelId: channelId,
      });
  }

  #createRole(): Role {
    const role = new Role(this, 'Role', {
      roleName: resourceNames.role('chat', Stack.of(this).region),
      description: 'What Amazon Q Developer shows in a chat channel beside the alerts.',
      assumedBy: new ServicePrincipal('chatbot.amazonaws.com'),
      inlinePolicies: { Permissions: policyOf([SHOWING_ALARMS]) },
    });
    acknowledgeWildcards(role, [SHOWING_ALARMS]);
    return role;
  }
}
