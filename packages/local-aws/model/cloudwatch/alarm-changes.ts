import { refuseUnknown } from '../lambda/refuse.ts';
import { type Call, type Operation, ServiceError } from '../service.ts';
import { ALARM_PROPERTIES, type AlarmState, parseAlarm } from './alarm.ts';
import type { Alarms } from './alarms.ts';
import { ALARM_STATES, requireOneOf } from './constraints.ts';

interface NamesInput {
  readonly AlarmNames?: readonly string[];
}

/** What people and CloudFormation do to alarms that are there. */
export function alarmChanges(alarms: Alarms): Record<string, Operation> {
  return {
    DisableAlarmActions: onNamed(alarms, 'DisableAlarmActions', (arn) =>
      alarms.setActionsEnabled(arn, false),
    ),
    EnableAlarmActions: onNamed(alarms, 'EnableAlarmActions', (arn) => alarms.setActionsEnabled(arn, true)),
    DeleteAlarms: onNamed(alarms, 'DeleteAlarms', (arn) => alarms.remove(arn)),
    SetAlarmState: async (input, call) => setAlarmState(alarms, input, call),
    PutMetricAlarm: async (input, call) => putMetricAlarm(alarms, input, call),
  };
}

/**
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteAlarms.html: either all of them are there, or
 * none is deleted. To turn actions on or off of one that is not there does nothing.
 */
function onNamed(alarms: Alarms, operation: string, change: (arn: string) => void): Operation {
  return async (input: NamesInput, call) => {
    refuseUnknown(`monitoring ${operation}`, input, ['AlarmNames']);
    const arns = (input.AlarmNames ?? []).map((name) => arnOf(name, call));
    for (const arn of arns) call.authorize({ action: `cloudwatch:${operation}`, resource: arn });
    const there = new Set(alarms.all.map(({ configuration }) => configuration.arn));
    if (operation === 'DeleteAlarms' && arns.some((arn) => !there.has(arn)))
      throw new ServiceError('ResourceNotFound', 'At least one of the alarms does not exist', 404);
    for (const arn of arns) change(arn);
    return {};
  };
}

interface StateInput {
  readonly AlarmName: string;
  readonly StateValue: AlarmState;
  readonly StateReason: string;
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_SetAlarmState.html */
function setAlarmState(alarms: Alarms, input: StateInput, call: Call): object {
  refuseUnknown('monitoring SetAlarmState', input, ['AlarmName', 'StateValue', 'StateReason']);
  requireOneOf(input.StateValue, 'stateValue', ALARM_STATES);
  const arn = arnOf(input.AlarmName, call);
  call.authorize({ action: 'cloudwatch:SetAlarmState', resource: arn });
  if (!alarms.all.some(({ configuration }) => configuration.arn === arn))
    throw new ServiceError('ResourceNotFound', `There is no alarm ${input.AlarmName}`, 404);
  alarms.setState(arn, input.StateValue, input.StateReason);
  return {};
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
function putMetricAlarm(alarms: Alarms, properties: { readonly AlarmName: string }, call: Call): object {
  refuseUnknown('monitoring PutMetricAlarm', properties, ALARM_PROPERTIES);
  const { AlarmName: name } = properties;
  call.authorize({ action: 'cloudwatch:PutMetricAlarm', resource: arnOf(name, call) });
  const stack = { name: '', region: call.region, account: call.principal.account };
  alarms.put(parseAlarm({ properties, stack, generatedName: name }, call.now));
  return {};
}

function arnOf(name: string, { region, principal }: Call): string {
  return `arn:aws:cloudwatch:${region}:${principal.account}:alarm:${name}`;
}
