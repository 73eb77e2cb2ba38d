import { ServiceError } from '../model/service.ts';
import type { Assembly, StackArtifact } from './assembly.ts';
import { Deployment, type DeploymentSettings } from './deployment.ts';
import { generatedUuid } from './generated-name.ts';
import { deleteFailed, failureIn, outputsOf } from './outcome.ts';
import { parameterTexts, parameterValues } from './parameters.ts';
import { presentIn, pseudoParameters, referencesOf } from './references.ts';
import type { ExistingResource, ResourceHandler, StackIdentity } from './resource.ts';
import { checkModelled, Resources } from './resources.ts';
import type { DeployedStack, StackChange, StackStatus } from './stack.ts';
import type { Template } from './template.ts';

/** The account of stacks that leave it to the deployment. */
export const DEFAULT_ACCOUNT = '111122223333';

export interface StacksOptions {
  /** One per resource type; a type without one is refused. */
  readonly handlers: readonly ResourceHandler[];
  /** Calls an operation as whoever deploys, in the account and region of a stack. @default refused */
  readonly call?: (stack: StackIdentity, ...request: Parameters<ExistingResource['call']>) => Promise<object>;
  /** Virtual time, ms since the epoch. @default real time */
  readonly now?: () => number;
}

export interface DeployOptions {
  /** The account to deploy a stack to. @default the stack's own, or else {@link DEFAULT_ACCOUNT} */
  readonly accountFor?: (stack: StackArtifact) => string;
  /** Values of template parameters, by stack name. @default the parameters' defaults */
  readonly parameters?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** As `cdk deploy --import-existing-resources`. @default false */
  readonly importExistingResources?: boolean;
  /** Only the stacks of these names. @default all */
  readonly stacks?: readonly string[];
  /** Called before each change, where time may pass. @default no time passes */
  readonly pause?: () => Promise<void>;
  /** Tags of the stacks themselves. @default none */
  readonly tags?: Readonly<Record<string, string>>;
  /** Called when a stack's deployment is under way. */
  readonly started?: () => void;
}

/** A creation that failed; the CDK CLI deletes such a stack before it tries again (aws-cdk, `deployStack`). */
const FAILED_CREATIONS: readonly StackStatus[] = ['ROLLBACK_COMPLETE', 'ROLLBACK_FAILED'];
/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html */
const NOT_UPDATABLE: readonly StackStatus[] = [
  'DELETE_FAILED',
  'UPDATE_ROLLBACK_FAILED',
  'CREATE_IN_PROGRESS',
  'ROLLBACK_IN_PROGRESS',
  'UPDATE_IN_PROGRESS',
  'UPDATE_ROLLBACK_IN_PROGRESS',
  'DELETE_IN_PROGRESS',
];

/** CloudFormation: the stacks of every account and region. */
export class Stacks {
  readonly #handlers: ReadonlyMap<string, ResourceHandler>;
  readonly #call: NonNullable<StacksOptions['call']>;
  readonly #now: () => number;
  readonly #stacks = new Map<string, DeployedStack>();
  readonly #deleted: DeployedStack[] = [];
  readonly #generations = new Map<string, number>();

  constructor({ handlers, call, now = Date.now }: StacksOptions) {
    this.#now = now;
    this.#handlers = new Map(handlers.map((handler) => [handler.type, handler]));
    this.#call = call ?? (async () => Promise.reject(new Error('this deployment cannot call AWS')));
  }

  get all(): readonly DeployedStack[] {
    return [...this.#stacks.values()];
  }

  /** Those that are gone, which CloudFormation still describes by their ids. */
  get deleted(): readonly DeployedStack[] {
    return this.#deleted;
  }

  /** @throws NotModelledError for a type or a property that is not modelled */
  checkModelled(template: Template): void {
    checkModelled(template, this.#handlers);
  }

  /** What a template declares with these parameters: conditions applied. @throws ServiceError `ValidationError` */
  present({ template }: StackArtifact, stackId: string, identity: StackIdentity, given = {}): Template {
    const named = { ...pseudoParameters(identity, stackId), ...parameterValues(template, given) };
    const { conditions } = template;
    return presentIn(template, referencesOf({ named, created: new Map(), conditions }));
  }

  /** A stack that a change set is to create. */
  review(artifact: StackArtifact, account: string): DeployedStack {
    const identity = { name: artifact.name, account, region: artifact.region };
    const log: DeployedStack['log'] = [];
    const described = { parameters: {}, tags: {}, createdAt: this.#now(), log, events: [] };
    const stack = { ...identity, stackId: this.#newStackId(identity), artifact, ...described };
    return this.#enter({ ...stack, resources: [], outputs: {} }, 'REVIEW_IN_PROGRESS');
  }

  /** @throws ServiceError `ValidationError` in a state in which CloudFormation refuses a new template */
  refuseUpdate({ stackId, status }: DeployedStack): void {
    if (!NOT_UPDATABLE.includes(status)) return;
    throw new ServiceError(
      'ValidationError',
      `Stack:${stackId} is in ${status} state and can not be updated.`,
    );
  }

  /** A stack by its name. @throws ServiceError `ValidationError` */
  get(name: string): DeployedStack {
    const stack = this.all.find((each) => each.name === name);
    if (stack !== undefined) return stack;
    throw new ServiceError('ValidationError', `Stack with id ${name} does not exist`);
  }

  /**
   * Creates or updates the stacks of an assembly, one after the other, as `cdk deploy --all` does. Types and properties
   * are checked to be modelled before anything is done. A stack that fails is rolled back, and the deployment ends there
   * with the error that made it fail; what became of the stack, {@link get} tells.
   */
  async deploy(assembly: Assembly, options: DeployOptions = {}): Promise<readonly DeployedStack[]> {
    const artifacts = assembly.stacks.filter(({ name }) => options.stacks?.includes(name) ?? true);
    for (const { template } of artifacts) this.checkModelled(template);
    const deployed: DeployedStack[] = [];
    for (const artifact of artifacts) deployed.push(await this.#deployStack(artifact, options));
    return deployed;
  }

  /** As `cdk destroy`. @throws ServiceError `DELETE_FAILED` when something could not be deleted, with the reasons */
  async destroy(
    name: string,
    { pause = async () => {} }: Pick<DeployOptions, 'pause'> = {},
  ): Promise<DeployedStack> {
    return this.destroyStack(this.get(name), pause);
  }

  /** See {@link destroy}. */
  async destroyStack(stack: DeployedStack, pause = async () => {}): Promise<DeployedStack> {
    const log = [...stack.log];
    this.#enter({ ...stack, log }, 'DELETE_IN_PROGRESS');
    const deployment = this.#deployment(stack, {
      artifact: stack.artifact,
      before: stack,
      importExisting: false,
      references: () => referencesOf({ named: {}, created: new Map(), conditions: {} }),
      log,
      pause,
    });
    const left = await deployment.deleteStack(stack.resources);
    const events = [...stack.events, ...deployment.events];
    if (left.length === 0) {
      const gone = this.#enter({ ...stack, log, resources: [], events }, 'DELETE_COMPLETE');
      this.#stacks.delete(keyOf(stack));
      this.#deleted.push(gone);
      return gone;
    }
    const resources = stack.resources.filter((resource) => left.includes(resource));
    const failure = deleteFailed(stack.name, deployment);
    this.#enter({ ...stack, log, resources, events }, 'DELETE_FAILED', failure.message);
    throw failure;
  }

  async #deployStack(declared: StackArtifact, options: DeployOptions): Promise<DeployedStack> {
    const account = options.accountFor?.(declared) ?? declared.account ?? DEFAULT_ACCOUNT;
    const identity: StackIdentity = { name: declared.name, account, region: declared.region };
    const before = await this.#before(identity, options);
    const { template } = declared;
    const given = options.parameters?.[declared.name] ?? {};
    const stackId = before?.stackId ?? this.#underReview(identity)?.stackId ?? this.#newStackId(identity);
    const named = { ...pseudoParameters(identity, stackId), ...parameterValues(template, given) };
    const references = (created: Parameters<DeploymentSettings['references']>[0]) =>
      referencesOf({ named, created, conditions: template.conditions });
    const artifact = { ...declared, template: this.present(declared, stackId, identity, given) };
    const log = [...((before ?? this.#underReview(identity))?.log ?? [])];
    const deployment = this.#deployment(identity, {
      artifact,
      before,
      importExisting: options.importExistingResources ?? false,
      references,
      log,
      pause: options.pause ?? (async () => {}),
    });
    const described = { parameters: parameterTexts(template, given), tags: options.tags ?? {}, log };
    const stack = { ...identity, stackId, artifact, ...described, ...this.#dates(before) };
    const under = { ...stack, resources: [], outputs: {}, events: [], ...before, log };
    this.#enter(under, before === undefined ? 'CREATE_IN_PROGRESS' : 'UPDATE_IN_PROGRESS');
    options.started?.();
    try {
      await deployment.apply();
      const outputs = outputsOf(artifact, deployment);
      if (before !== undefined) await deployment.cleanUp();
      const events = [...(before?.events ?? []), ...deployment.events];
      return this.#enter(
        { ...stack, resources: deployment.current, outputs, events },
        before === undefined ? 'CREATE_COMPLETE' : 'UPDATE_COMPLETE',
      );
    } catch (error) {
      await this.#rollBack(under, before, deployment);
      throw error;
    }
  }

  #dates(before: DeployedStack | undefined): Pick<DeployedStack, 'createdAt' | 'updatedAt'> {
    const now = this.#now();
    return before === undefined ? { createdAt: now } : { createdAt: before.createdAt, updatedAt: now };
  }

  #underReview(identity: StackIdentity): DeployedStack | undefined {
    const stack = this.#stacks.get(keyOf(identity));
    return stack?.status === 'REVIEW_IN_PROGRESS' ? stack : undefined;
  }

  /** The stack to update; what an earlier creation left is deleted first. */
  async #before(identity: StackIdentity, { pause }: DeployOptions): Promise<DeployedStack | undefined> {
    const stack = this.#stacks.get(keyOf(identity));
    if (stack === undefined || stack.status === 'REVIEW_IN_PROGRESS') return undefined;
    if (FAILED_CREATIONS.includes(stack.status)) {
      await this.destroyStack(stack, pause);
      return undefined;
    }
    this.refuseUpdate(stack);
    return stack;
  }

  async #rollBack(
    stack: Omit<DeployedStack, 'status'>,
    before: DeployedStack | undefined,
    deployment: Deployment,
  ): Promise<void> {
    const reason = failureIn(deployment);
    if (before === undefined) {
      this.#enter(stack, 'ROLLBACK_IN_PROGRESS', reason);
      const left = await deployment.rollBackCreation();
      const status = left.length === 0 ? 'ROLLBACK_COMPLETE' : 'ROLLBACK_FAILED';
      this.#enter({ ...stack, resources: [...left].reverse(), events: deployment.events }, status);
      return;
    }
    this.#enter(stack, 'UPDATE_ROLLBACK_IN_PROGRESS', reason);
    const failures = await deployment.rollBackUpdate();
    const status = failures.length === 0 ? 'UPDATE_ROLLBACK_COMPLETE' : 'UPDATE_ROLLBACK_FAILED';
    this.#enter({ ...before, log: stack.log, events: [...before.events, ...deployment.events] }, status);
  }

  #deployment(
    identity: StackIdentity,
    settings: Omit<DeploymentSettings, 'resources' | 'nextGeneration' | 'belongsToStack' | 'now'>,
  ): Deployment {
    const call: ExistingResource['call'] = (...request) => this.#call(identity, ...request);
    return new Deployment({
      ...settings,
      now: this.#now,
      resources: new Resources(this.#handlers, identity, call),
      nextGeneration: (logicalId) => this.#nextGeneration(identity, logicalId),
      belongsToStack: (type, ref) =>
        this.all.some(
          ({ account, resources }) =>
            account === identity.account &&
            resources.some((resource) => resource.type === type && resource.ref === ref),
        ),
    });
  }

  /** The first resource of a logical id is named as it always was; later ones get names and ids of their own. */
  #nextGeneration(identity: StackIdentity, logicalId: string): string {
    const key = `${keyOf(identity)}/${logicalId}`;
    const earlier = this.#generations.get(key) ?? 0;
    this.#generations.set(key, earlier + 1);
    return earlier === 0 ? '' : `#${earlier}`;
  }

  #newStackId(identity: StackIdentity): string {
    const { name, account, region } = identity;
    const id = generatedUuid(identity, this.#nextGeneration(identity, ''));
    return `arn:aws:cloudformation:${region}:${account}:stack/${name}/${id}`;
  }

  #enter(was: Omit<DeployedStack, 'status'>, status: StackStatus, reason?: string): DeployedStack {
    const change: StackChange = { status, at: this.#now(), ...(reason === undefined ? {} : { reason }) };
    const stack = { ...was, status };
    stack.log.push(change);
    this.#stacks.set(keyOf(stack), stack);
    return stack;
  }
}

function keyOf({ name, account, region }: StackIdentity): string {
  return `${account}/${region}/${name}`;
}
