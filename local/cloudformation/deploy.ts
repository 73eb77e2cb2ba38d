import { NotModelledError, ServiceError } from '../model/service.ts';
import type { Assembly, StackArtifact } from './assembly.ts';
import { creationOrder } from './creation-order.ts';
import { generatedName, generatedUuid } from './generated-name.ts';
import { type References, resolve } from './intrinsics.ts';
import { parameterValues } from './parameters.ts';
import type { CreatedResource, ResourceHandler, StackIdentity } from './resource.ts';
import type { TemplateResource, TemplateValue } from './template.ts';

/** The account of stacks that leave it to the deployment. */
export const DEFAULT_ACCOUNT = '111122223333';

export interface DeployOptions {
  /** One per resource type; a type without one is refused. */
  readonly handlers: readonly ResourceHandler[];
  /** The account to deploy a stack to. @default the stack's own, or else {@link DEFAULT_ACCOUNT} */
  readonly accountFor?: (stack: StackArtifact) => string;
  /** Values of template parameters, by stack name. @default the parameters' defaults */
  readonly parameters?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface DeployedResource {
  readonly logicalId: string;
  readonly type: string;
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Intrinsics resolved. */
  readonly properties: Readonly<Record<string, unknown>>;
  readonly deletionPolicy: string;
}

export interface DeployedStack extends StackIdentity {
  readonly stackId: string;
  readonly resources: readonly DeployedResource[];
  readonly outputs: Readonly<Record<string, string>>;
}

/**
 * Creates what an assembly declares, stack after stack, resource after resource in the order of their dependencies.
 * Types and properties are checked to be modelled before anything is created; what a handler or an intrinsic function
 * refuses is met on the way, and the deployment ends there.
 * Updates, deletions and rollbacks are not modelled.
 */
export async function deployAssembly(
  assembly: Assembly,
  options: DeployOptions,
): Promise<readonly DeployedStack[]> {
  const handlers = new Map(options.handlers.map((handler) => [handler.type, handler]));
  for (const { template } of assembly.stacks) {
    for (const resource of template.resources) checkModelled(template.stackName, resource, handlers);
  }
  const deployed: DeployedStack[] = [];
  for (const stack of assembly.stacks) deployed.push(await deployStack(stack, options, handlers));
  return deployed;
}

function checkModelled(
  stackName: string,
  { logicalId, type, properties }: TemplateResource,
  handlers: ReadonlyMap<string, ResourceHandler>,
): void {
  const handler = handlers.get(type);
  if (handler === undefined)
    throw new NotModelledError(`the resource type ${type} (${stackName}/${logicalId})`);
  const other = Object.keys(properties).find((property) => !handler.properties.includes(property));
  if (other !== undefined) throw new NotModelledError(`${type}.${other} (${stackName}/${logicalId})`);
}

async function deployStack(
  stack: StackArtifact,
  options: DeployOptions,
  handlers: ReadonlyMap<string, ResourceHandler>,
): Promise<DeployedStack> {
  const { name, region, template } = stack;
  const account = options.accountFor?.(stack) ?? stack.account ?? DEFAULT_ACCOUNT;
  const identity: StackIdentity = { name, account, region };
  const stackId = `arn:aws:cloudformation:${region}:${account}:stack/${name}/${generatedUuid(identity, '')}`;
  const created = new Map<string, DeployedResource>();
  const references = referencesOf({
    named: {
      ...pseudoParameters(identity, stackId),
      ...parameterValues(template, options.parameters?.[name] ?? {}),
    },
    created,
  });
  for (const resource of creationOrder(template)) {
    const handler = handlers.get(resource.type);
    if (handler === undefined) throw new NotModelledError(`the resource type ${resource.type}`);
    created.set(resource.logicalId, await createResource({ resource, handler, references, identity, stack }));
  }
  const outputs = Object.entries(template.outputs).map(
    ([output, value]) => [output, String(resolve(value, references))] as const,
  );
  return { ...identity, stackId, resources: [...created.values()], outputs: Object.fromEntries(outputs) };
}

interface Creation {
  readonly resource: TemplateResource;
  readonly handler: ResourceHandler;
  readonly references: References;
  readonly identity: StackIdentity;
  readonly stack: StackArtifact;
}

async function createResource({
  resource,
  handler,
  references,
  identity,
  stack,
}: Creation): Promise<DeployedResource> {
  const { logicalId, type, deletionPolicy } = resource;
  const properties: Record<string, unknown> = { ...Object(resolve(resource.properties, references)) };
  const { ref, attributes }: CreatedResource = await handler.create({
    logicalId,
    type,
    properties,
    stack: identity,
    generatedName: generatedName(identity, logicalId),
    asset: (objectKey) => assetPath(stack, objectKey),
  });
  return { logicalId, type, ref, attributes, properties, deletionPolicy };
}

function assetPath(stack: StackArtifact, objectKey: string): string {
  const path = stack.assets.get(objectKey);
  if (path !== undefined) return path;
  throw new ServiceError('ValidationError', `${stack.name} has no asset with the object key ${objectKey}`);
}

interface ReferenceSources {
  readonly named: Readonly<Record<string, TemplateValue>>;
  readonly created: ReadonlyMap<string, DeployedResource>;
}

function referencesOf({ named, created }: ReferenceSources): References {
  return {
    ref: (name) => (Object.hasOwn(named, name) ? named[name] : created.get(name)?.ref),
    attribute: (logicalId, name) => {
      const resource = created.get(logicalId);
      const value = resource?.attributes[name];
      if (value !== undefined) return value;
      throw new NotModelledError(`the attribute ${name} of ${resource?.type ?? 'a resource'} (${logicalId})`);
    },
    availabilityZones: (region) => ['a', 'b', 'c'].map((zone) => `${region}${zone}`),
  };
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html */
function pseudoParameters(stack: StackIdentity, stackId: string): Readonly<Record<string, string>> {
  return {
    'AWS::AccountId': stack.account,
    'AWS::Partition': 'aws',
    'AWS::Region': stack.region,
    'AWS::StackId': stackId,
    'AWS::StackName': stack.name,
    'AWS::URLSuffix': 'amazonaws.com',
  };
}
