import { Stack } from 'aws-cdk-lib';
import { CfnMicrosoftTeamsChannelConfiguration, CfnSlackChannelConfiguration } from 'aws-cdk-lib/aws-chatbot';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { CfnFunction, CfnPermission } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { DEFAULT_BUS } from '../../core/contracts/alert-config.ts';
import { ENV } from '../../core/contracts/environment.ts';
import type { ChannelPart } from '../../core/contracts/settings.ts';
import { all, isSame, ownerOf } from './deployed-names.ts';
import { PAGER_DUTY_RULES } from './pager-duty.ts';

interface Channel {
  readonly part: ChannelPart;
  readonly name: string;
  /** May hold tokens. */
  readonly setting: object;
}

/** What carries the alerts of a half besides its topics, taken from the resources that were put into it. */
export function channelsOf(scope: Construct, eventBus: string): readonly Channel[] {
  return [
    // Every account has the default bus, which nobody can delete.
    ...(eventBus === DEFAULT_BUS
      ? []
      : [{ part: 'bus', name: eventBus, setting: { Name: eventBus } } as const]),
    ...rulesOf(scope).map((rule) => ruleOf(scope, rule)),
    ...all(scope, CfnFunction).flatMap((each) => [...invokersOf(scope, each), ...parametersOf(each)]),
    ...all(scope, CfnSlackChannelConfiguration).map((channel): Channel => {
      const {
        configurationName: name,
        slackWorkspaceId: SlackTeamId,
        slackChannelId: SlackChannelId,
      } = channel;
      return { part: 'slack', name, setting: { ...chatSetting(channel), SlackTeamId, SlackChannelId } };
    }),
    ...all(scope, CfnMicrosoftTeamsChannelConfiguration).map((channel): Channel => {
      const { configurationName: name, teamsTenantId: TenantId, teamId: TeamId } = channel;
      const setting = { ...chatSetting(channel), TenantId, TeamId, ChannelId: channel.teamsChannelId };
      return { part: 'teams', name, setting };
    }),
  ];
}

/** Redrill's own: an app may put rules beside them. */
const rulesOf = (scope: Construct) =>
  all(scope, CfnRule).filter(({ name }) => Object.values(PAGER_DUTY_RULES).includes(name ?? ''));

function ruleOf(scope: Construct, rule: CfnRule): Channel {
  const { name, eventBusName: bus = DEFAULT_BUS, state: State, eventPattern: EventPattern } = rule;
  const targets = Stack.of(scope).resolve(rule.targets ?? []) as readonly CfnRule.TargetProperty[];
  const Functions = targets.map(
    ({ arn }) => ownerOf(scope, CfnFunction, (each) => each.attrArn, arn)?.functionName ?? arn,
  );
  return { part: 'rule', name: `${bus}/${name}`, setting: { State, EventPattern, Functions } };
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html: what a permission makes of the function's policy. */
function invokersOf(scope: Construct, { attrArn, functionName: name = '' }: CfnFunction): readonly Channel[] {
  const statements = all(scope, CfnPermission)
    .filter(({ functionName }) => isSame(scope, functionName, attrArn))
    .filter(({ sourceArn }) => rulesOf(scope).some((rule) => isSame(scope, rule.attrArn, sourceArn)))
    .map(({ action, principal, sourceArn }) => ({
      Effect: 'Allow',
      Principal: { Service: principal },
      Action: action,
      Resource: attrArn,
      Condition: { ArnLike: { 'AWS:SourceArn': sourceArn } },
    }));
  if (statements.length === 0) return [];
  return [{ part: 'invoker', name, setting: { Version: '2012-10-17', Statement: statements } }];
}

/** The key of PagerDuty, without which its function can do nothing. */
function parametersOf({ environment, stack }: CfnFunction): readonly Channel[] {
  const { variables } = (stack.resolve(environment) ?? {}) as CfnFunction.EnvironmentProperty;
  const name = (variables as Readonly<Record<string, string>> | undefined)?.[ENV.pagerDutyParameter];
  return name === undefined ? [] : [{ part: 'parameter', name, setting: { Name: name } }];
}

/** In the form of the API. */
function chatSetting({
  snsTopicArns: SnsTopicArns,
  guardrailPolicies: GuardrailPolicyArns,
}: CfnSlackChannelConfiguration | CfnMicrosoftTeamsChannelConfiguration) {
  return { SnsTopicArns, GuardrailPolicyArns, State: 'ENABLED' };
}
