import { ServiceError } from '../model/service.ts';
import type { Assembly, StackArtifact } from './assembly.ts';
import { Deployment, type DeploymentSettings } from './deployment.ts';
import { generatedUuid } from './generated-name.ts';
import { resolve } from './intrinsics.ts';
import { parameterValues } from './parameters.ts';
import { pseudoParameters, referencesOf } from './references.ts';
import type { ExistingResource, ResourceHandler, StackIdentity } from './resource.ts';
import { checkModelled, Resources } from './resources.ts';
import type { DeployedStack, StackStatus } from './stack.ts';

/** The account of stacks that leave it to the deployment. */
export const DEFAULT_ACCOUNT = '111122223333';

export interface StacksOptions {
  /** One per resource type; a type without one is refused. */
  readonly handlers: readonly ResourceHandler[];
  /** Calls an operation as whoever deploys, in the account and region of a stack. @default refused */
  readonly call?: (stack: StackIdentity, ...request: Parameters<ExistingResource['call']>) => Promise<object>;
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
}

/** A creation that failed; the CDK CLI deletes such a stack before it tries again (aws-cdk, `deployStack`). */
const FAILED_CREATIONS: readonly StackStatus[] = ['ROLLBACK_COMPLETE', 'ROLLBACK_FAILED'];
/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html */
const NOT_UPDATABLE: readonly StackStatus[] = ['DELETE_FAILED', 'UPDATE_ROLLBACK_FAILED'];

/** CloudFormation: the stacks of every account and region. */
export class Stacks {
  readonly #handlers: ReadonlyMap<string, ResourceHandler>;
  readonly #call: NonNullable<StacksOptions['call']>;
  readonly #stacks = new Map<string, DeployedStack>();
  readonly #generations = new Map<string, number>();

  constructor({ handlers, call }: StacksOptions) {
    this.#handlers = new Map(handlers.map((handler) => [handler.type, handler]));
    this.#call = call ?? (async () => Promise.reject(new Error('this deployment cannot call AWS')));
  }

  get all(): readonly DeployedStack[] {
    return [...this.#stacks.values()];
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
    for (const { template } of artifacts) checkModelled(template, this.#handlers);
    const deployed: DeployedStack[] = [];
    for (const artifact of artifacts) deployed.push(await this.#deployStack(artifact, options));
    return deployed;
  }

  /** As `cdk destroy`. @throws ServiceError `DELETE_FAILED` when something could not be deleted, with the reasons */
  async destroy(
    name: string,
    { pause = async () => {} }: Pick<DeployOptions, 'pause'> = {},
  ): Promise<DeployedStack> {
    const stack = this.get(name);
    const deployment = this.#deployment(stack, {
      artifact: stack.artifact,
      before: stack,
      importExisting: false,
      references: () => referencesOf({ named: {}, created: new Map() }),
      pause,
    });
    const left = await deployment.deleteStack(stack.resources);
    const events = [...stack.events, ...deployment.events];
    if (left.length === 0) {
      this.#stacks.delete(keyOf(stack));
      return { ...stack, status: 'DELETE_COMPLETE', resources: [], events };
    }
    const resources = stack.resources.filter((resource) => left.includes(resource));
    this.#put({ ...stack, status: 'DELETE_FAILED', resources, events });
    throw deleteFailed(name, deployment);
  }

  async #deployStack(artifact: StackArtifact, options: DeployOptions): Promise<DeployedStack> {
    const account = options.accountFor?.(artifact) ?? artifact.account ?? DEFAULT_ACCOUNT;
    const identity: StackIdentity = { name: artifact.name, account, region: artifact.region };
    const before = await this.#before(identity, options);
    const stackId = before?.stackId ?? this.#newStackId(identity);
    const named = {
      ...pseudoParameters(identity, stackId),
      ...parameterValues(artifact.template, options.parameters?.[artifact.name] ?? {}),
    };
    const deployment = this.#deployment(identity, {
      artifact,
      before,
      importExisting: options.importExistingResources ?? false,
      references: (created) => referencesOf({ named, created }),
      pause: options.pause ?? (async () => {}),
    });
    const stack = { ...identity, stackId, artifact };
    try {
      await deployment.apply();
      const outputs = outputsOf(artifact, deployment);
      if (before !== undefined) await deployment.cleanUp();
      const status = before === undefined ? 'CREATE_COMPLETE' : 'UPDATE_COMPLETE';
      const events = [...(before?.events ?? []), ...deployment.events];
      return this.#put({ ...stack, status, resources: deployment.current, outputs, events });
    } catch (error) {
      await this.#rollBack(stack, before, deployment);
      throw error;
    }
  }

  /** The stack to update; what an earlier creation left is deleted first. */
  async #before(identity: StackIdentity, { pause }: DeployOptions): Promise<DeployedStack | undefined> {
    const stack = this.#stacks.get(keyOf(identity));
    if (stack === undefined) return undefined;
    if (FAILED_CREATIONS.includes(stack.status)) {
      await this.destroy(stack.name, pause === undefined ? {} : { pause });
      return undefined;
    }
    if (!NOT_UPDATABLE.includes(stack.status)) return stack;
    throw new ServiceError(
      'ValidationError',
      `Stack:${stack.stackId} is in ${stack.status} state and can not be updated.`,
    );
  }

  async #rollBack(
    stack: Pick<DeployedStack, keyof StackIdentity | 'stackId' | 'artifact'>,
    before: DeployedStack | undefined,
    deployment: Deployment,
  ): Promise<void> {
    if (before === undefined) {
      const left = await deployment.rollBackCreation();
      const status = left.length === 0 ? 'ROLLBACK_COMPLETE' : 'ROLLBACK_FAILED';
      this.#put({ ...stack, status, resources: [...left].reverse(), outputs: {}, events: deployment.events });
      return;
    }
    const failures = await deployment.rollBackUpdate();
    const status = failures.length === 0 ? 'UPDATE_ROLLBACK_COMPLETE' : 'UPDATE_ROLLBACK_FAILED';
    this.#put({ ...before, status, events: [...before.events, ...deployment.events] });
  }

  #deployment(
    identity: StackIdentity,
    settings: Omit<DeploymentSettings, 'resources' | 'nextGeneration' | 'belongsToStack'>,
  ): Deployment {
    const call: ExistingResource['call'] = (...request) => this.#call(identity, ...request);
    return new Deployment({
      ...settings,
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

  #put(stack: DeployedStack): DeployedStack {
    this.#stacks.set(keyOf(stack), stack);
    return stack;
  }
}

function keyOf({ name, account, region }: StackIdentity): string {
  return `${account}/${region}/${name}`;
}

function outputsOf({ template }: StackArtifact, { references }: Deployment): DeployedStack['outputs'] {
  const outputs = Object.entries(template.outputs).map(
    ([output, value]) => [output, String(resolve(value, references))] as const,
  );
  return Object.fromEntries(outputs);
}

function deleteFailed(name: string, { events }: Deployment): ServiceError {
  const failed = events.filter(({ status }) => status === 'DELETE_FAILED');
  const reasons = failed.map(({ logicalId, reason }) => `${logicalId}: ${reason}`).join('; ');
  return new ServiceError('DELETE_FAILED', `The stack ${name} is in DELETE_FAILED: ${reasons}`);
}
