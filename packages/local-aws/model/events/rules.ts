import type { ResourceDeclaration } from '../../cloudformation/resource.ts';
import { refuseUnknown } from '../lambda/refuse.ts';
import { NotModelledError, ServiceError } from '../service.ts';
import { checkPattern, type Pattern } from './pattern.ts';

export const DEFAULT_BUS = 'default';

export interface Rule {
  readonly arn: string;
  readonly name: string;
  readonly bus: string;
  readonly account: string;
  readonly region: string;
  readonly description: string;
  readonly pattern: Pattern;
  readonly state: 'ENABLED' | 'DISABLED';
  readonly targets: readonly Target[];
}

/** A Lambda function. */
export interface Target {
  readonly id: string;
  readonly arn: string;
  readonly deadLetterArn: string | undefined;
  readonly maximumEventAgeSeconds: number;
  readonly maximumRetryAttempts: number;
}

interface Place {
  readonly account: string;
  readonly region: string;
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html */
const DEFAULTS = { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 } as const;

export const busArn = ({ account, region }: Place, name: string) =>
  `arn:aws:events:${region}:${account}:event-bus/${name}`;

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html#amazoneventbridge-resources-for-iam-policies */
export const ruleArn = ({ account, region }: Place, bus: string, name: string) =>
  `arn:aws:events:${region}:${account}:rule/${bus === DEFAULT_BUS ? '' : `${bus}/`}${name}`;

/** Buses and rules of every account and region. Every account has the default bus. */
export class Rules {
  readonly #buses = new Set<string>();
  readonly #rules = new Map<string, Rule>();

  hasBus(place: Place, name: string): boolean {
    return name === DEFAULT_BUS || this.#buses.has(busArn(place, name));
  }

  addBus(place: Place, name: string): void {
    if (this.hasBus(place, name))
      throw new ServiceError('ResourceAlreadyExistsException', `Event bus ${name} already exists.`);
    this.#buses.add(busArn(place, name));
  }

  removeBus(place: Place, name: string): void {
    const arn = busArn(place, name);
    if (this.on(arn).length > 0)
      throw new ServiceError('ValidationException', `Event bus ${name} still has rules.`);
    this.#buses.delete(arn);
  }

  put(rule: Rule): void {
    if (!this.hasBus(rule, rule.bus)) throw noBus(rule.bus);
    this.#rules.set(rule.arn, rule);
  }

  remove(arn: string): void {
    this.#rules.delete(arn);
  }

  /** @throws ServiceError `ResourceNotFoundException` */
  get(place: Place, bus: string, name: string): Rule {
    const rule = this.#rules.get(ruleArn(place, bus, name));
    if (rule !== undefined) return rule;
    throw new ServiceError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus ${bus}.`);
  }

  on(arn: string): readonly Rule[] {
    return [...this.#rules.values()].filter((rule) => busArn(rule, rule.bus) === arn);
  }
}

export const noBus = (name: string) =>
  new ServiceError('ResourceNotFoundException', `Event bus ${name} does not exist.`);

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-rule.html */
export function parseRule({ properties, stack, generatedName }: ResourceDeclaration): Rule {
  const {
    Name: name = generatedName,
    EventBusName: bus = DEFAULT_BUS,
    State: state = 'ENABLED',
  } = properties;
  if (state !== 'ENABLED' && state !== 'DISABLED') throw new NotModelledError(`rules that are ${state}`);
  return {
    arn: ruleArn(stack, bus, name),
    name,
    bus,
    account: stack.account,
    region: stack.region,
    description: properties.Description ?? '',
    pattern: checkPattern(properties.EventPattern),
    state,
    targets: (properties.Targets ?? []).map(parseTarget),
  };
}

// biome-ignore lint/suspicious/noExplicitAny: a target of a template
function parseTarget(target: any): Target {
  const { Id: id, Arn: arn, DeadLetterConfig, RetryPolicy = {}, ...others } = target;
  refuseUnknown('AWS::Events::Rule Targets', others, []);
  if (!arn.startsWith('arn:aws:lambda:')) throw new NotModelledError(`${arn} as the target of a rule`);
  const { MaximumEventAgeInSeconds: age, MaximumRetryAttempts: attempts } = { ...DEFAULTS, ...RetryPolicy };
  return {
    id,
    arn,
    deadLetterArn: DeadLetterConfig?.Arn,
    maximumEventAgeSeconds: Number(age),
    maximumRetryAttempts: Number(attempts),
  };
}
