import { refuseUnknown } from '../lambda/refuse.ts';
import { type Call, type Service, ServiceError } from '../service.ts';
import { busArn, DEFAULT_BUS, noBus, type Rule, type Rules, ruleArn } from './rules.ts';

interface RuleInput {
  readonly Name?: string;
  readonly Rule?: string;
  readonly EventBusName?: string;
}

const placeOf = ({ principal: { account }, region }: Call) => ({ account, region });

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Operations.html: buses, and rules that are there. */
export function ruleOperations(rules: Rules): Service['operations'] {
  const located = (input: RuleInput, call: Call, known: readonly string[] = []): Rule => {
    refuseUnknown(`events:${call.operation}`, input, ['Name', 'Rule', 'EventBusName', ...known]);
    const { Name, Rule: name = Name ?? '', EventBusName: bus = DEFAULT_BUS } = input;
    const place = placeOf(call);
    call.authorize({ action: `events:${call.operation}`, resource: ruleArn(place, bus, name) });
    if (!rules.hasBus(place, bus)) throw noBus(bus);
    return rules.get(place, bus, name);
  };
  return {
    ...busOperations(rules),
    DescribeRule: async (input: RuleInput, call) => {
      const { name, arn, bus, pattern, state, description } = located(input, call);
      return {
        Name: name,
        Arn: arn,
        EventBusName: bus,
        EventPattern: JSON.stringify(pattern),
        State: state,
        Description: description,
      };
    },
    ListTargetsByRule: async (input: RuleInput, call) => ({
      Targets: located(input, call).targets.map(({ id, arn }) => ({ Id: id, Arn: arn })),
    }),
    EnableRule: async (input: RuleInput, call) => {
      rules.put({ ...located(input, call), state: 'ENABLED' });
      return {};
    },
    DisableRule: async (input: RuleInput, call) => {
      rules.put({ ...located(input, call), state: 'DISABLED' });
      return {};
    },
    RemoveTargets: async (input: RuleInput & { readonly Ids?: readonly string[] }, call) => {
      const rule = located(input, call, ['Ids']);
      rules.put({ ...rule, targets: rule.targets.filter(({ id }) => !input.Ids?.includes(id)) });
      return { FailedEntryCount: 0, FailedEntries: [] };
    },
    DeleteRule: async (input: RuleInput, call) => {
      const rule = located(input, call);
      // https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DeleteRule.html
      if (rule.targets.length > 0)
        throw new ServiceError('ValidationException', "Rule can't be deleted since it has targets.");
      rules.remove(rule.arn);
      return {};
    },
  };
}

function busOperations(rules: Rules): Service['operations'] {
  const named = (input: { readonly Name?: string }, call: Call) => {
    refuseUnknown(`events:${call.operation}`, input, ['Name']);
    const { Name: name = DEFAULT_BUS } = input;
    const place = placeOf(call);
    call.authorize({ action: `events:${call.operation}`, resource: busArn(place, name) });
    return { name, place, arn: busArn(place, name) };
  };
  return {
    CreateEventBus: async (input, call) => {
      const { name, place, arn } = named(input, call);
      rules.addBus(place, name);
      return { EventBusArn: arn };
    },
    DeleteEventBus: async (input, call) => {
      const { name, place } = named(input, call);
      rules.removeBus(place, name);
      return {};
    },
    DescribeEventBus: async (input, call) => {
      const { name, place, arn } = named(input, call);
      if (!rules.hasBus(place, name)) throw noBus(name);
      return { Name: name, Arn: arn };
    },
  };
}
