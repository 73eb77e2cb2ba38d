import { Stack, Stage, Token } from 'aws-cdk-lib';
import { EventBus, type IRuleTarget, Rule } from 'aws-cdk-lib/aws-events';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct, type IConstruct } from 'constructs';
import type { Config } from '../core/contracts/config.ts';
import { EVENT_SOURCE, EVENTS, type EventName } from '../core/contracts/events.ts';
import { parseConfig } from '../core/contracts/parse-config.ts';
import { AppError } from '../core/model/errors.ts';
import { type Accounts, accountsOf } from './config.ts';
import { useRecommendedFlags } from './feature-flags.ts';
import { Bundles } from './lambda/bundles.ts';
import { installedLambdas } from './lambda/installed.ts';
import { type Given, type RedrillProps, readProps } from './props.ts';
import { tooLarge } from './size-limits.ts';

export interface ProtectOptions {
  /** The name of a plan. */
  readonly plan: string;
}

/** One half of an installation: beside the caches, or where the copies are. */
export abstract class Half<Event extends EventName = EventName> extends Construct {
  /** The topic of all alerts of this half: add subscriptions to it as you like. */
  abstract readonly alertTopic: ITopic;
  protected readonly accounts: Accounts;
  protected readonly bundles: Bundles;
  protected readonly given: Given;
  #config: Config;

  /** @throws AppError `BadConfig` that lists every wrong property, or says that the stack is elsewhere */
  constructor(scope: Construct, id: string, half: 'source' | 'vault', props: RedrillProps) {
    super(scope, id);
    useRecommendedFlags(this);
    const { config, given } = readProps(props, this.node.path);
    this.#config = config;
    this.given = given;
    this.accounts = accountsOf(config, props.deployer ?? this.#ownAccount(half));
    this.#refuseElsewhere(half);
    this.bundles = new Bundles(props.lambdas ?? installedLambdas(), () => this.#config);
    this.node.addValidation({ validate: () => [...tooLarge(this)] });
  }

  /** What is deployed, `protect` included. */
  get config(): Config {
    return this.#config;
  }

  /**
   * Protects a cache, as `caches` does. Both halves must know it: call it on both, or on `Redrill`.
   * @param cache id of a replication group, or of a cluster outside a group
   * @throws AppError `BadConfig` if there is no such plan, or the cache is on another one
   */
  protect(cache: string, { plan }: ProtectOptions): void {
    const { path } = this.node;
    if (Token.isUnresolved(cache))
      throw new AppError(
        'BadConfig',
        `${path}: only the deployment knows the id of this cache; protect it by its tag: cache.with(new Protected({ plan: '${plan}' }))`,
      );
    const { caches } = this.#config;
    const known = caches[cache];
    if (known !== undefined && known !== plan)
      throw new AppError('BadConfig', `${path}: ${cache} is on plan '${known}', not '${plan}'; choose one`);
    this.#config = parseConfig({ ...this.#config, caches: { ...caches, [cache]: plan } }, path);
  }

  /**
   * A rule for events of this half. docs/events.md has the fields of each event.
   * @param target such as a queue, a function or a state machine
   */
  onEvent(name: Event, target: IRuleTarget): Rule {
    const count = this.node.children.filter((child) => child instanceof Rule).length;
    const { eventBus } = this.#config.alerts;
    return new Rule(this, `On${name}${count}`, {
      description: `Redrill: ${EVENTS[name].detailType}`,
      eventBus: EventBus.fromEventBusName(this, `BusOf${name}${count}`, eventBus),
      eventPattern: { source: [EVENT_SOURCE], detailType: [EVENTS[name].detailType] },
      targets: [target],
    });
  }

  #ownAccount(half: 'source' | 'vault'): string | undefined {
    const { account } = Stack.of(this);
    const isOfSource = half === 'source' || this.#config.vault.account === undefined;
    return isOfSource && !Token.isUnresolved(account) ? account : undefined;
  }

  /** Names, ARNs and policies are made of the region and the account. */
  #refuseElsewhere(half: 'source' | 'vault'): void {
    const { stackName, region, account } = Stack.of(this);
    const [wanted, owner] = [this.#config[half].region, this.accounts[half]];
    if (region !== wanted)
      throw new AppError(
        'BadConfig',
        `${this.node.path}: ${half}.region is '${wanted}', and the stack ${stackName} is in ${Token.isUnresolved(region) ? 'no region that is known at synthesis' : `'${region}'`}; ` +
          `give the stack env: { region: '${wanted}' }`,
      );
    if (owner !== undefined && !Token.isUnresolved(account) && account !== owner)
      throw new AppError(
        'BadConfig',
        `${this.node.path}: the account of the ${half} is ${owner}, and the stack ${stackName} is in ${account}; ` +
          `give the stack env: { account: '${owner}' }, or change ${half === 'vault' ? 'vault.account' : 'account'}`,
      );
  }
}

/** Those of the same app, or of the same stage of it. */
export function allHalves(scope: IConstruct): readonly Half[] {
  const root = Stage.of(scope) ?? scope.node.root;
  return root.node.findAll().filter((each) => each instanceof Half);
}
