import { NotModelledError, ServiceError } from '../model/service.ts';
import type { StackArtifact } from './assembly.ts';
import { generatedName, generatedUuid } from './generated-name.ts';
import type {
  CreatedResource,
  ExistingResource,
  ResourceDeclaration,
  ResourceHandler,
  StackIdentity,
} from './resource.ts';
import type { DeployedResource } from './stack.ts';
import type { Template, TemplateResource } from './template.ts';

type Named = Pick<DeployedResource, 'logicalId' | 'type' | 'properties' | 'generation'>;

/** The handlers as one stack's deployment uses them: whatever they do not model is refused by name. */
export class Resources {
  readonly #handlers: ReadonlyMap<string, ResourceHandler>;
  readonly #stack: StackIdentity;
  readonly #call: ExistingResource['call'];

  constructor(
    handlers: ReadonlyMap<string, ResourceHandler>,
    stack: StackIdentity,
    call: ExistingResource['call'],
  ) {
    this.#handlers = handlers;
    this.#stack = stack;
    this.#call = call;
  }

  create(resource: Named, artifact: StackArtifact): Promise<CreatedResource> {
    return this.#handler(resource).create(this.#declaration(resource, artifact));
  }

  /** A resource that the template names and that is there already. */
  find(resource: Named, artifact: StackArtifact): CreatedResource | undefined {
    return this.#handler(resource).find?.(this.#declaration(resource, artifact));
  }

  update(to: Named, artifact: StackArtifact, from: DeployedResource): Promise<CreatedResource> {
    const handler = this.#handler(to);
    if (handler.update === undefined) throw new NotModelledError(`updates of ${to.type} (${to.logicalId})`);
    return handler.update(this.#declaration(to, artifact), this.#existing(from));
  }

  delete(resource: DeployedResource): Promise<void> {
    const handler = this.#handler(resource);
    if (handler.delete === undefined) {
      throw new NotModelledError(`deletions of ${resource.type} (${resource.logicalId})`);
    }
    return handler.delete(this.#existing(resource));
  }

  #handler({ type }: Pick<Named, 'type'>): ResourceHandler {
    const handler = this.#handlers.get(type);
    if (handler === undefined) throw new NotModelledError(`the resource type ${type}`);
    return handler;
  }

  #existing({ logicalId, type, ref, attributes, properties }: DeployedResource): ExistingResource {
    return { logicalId, type, ref, attributes, properties, stack: this.#stack, call: this.#call };
  }

  #declaration(
    { logicalId, type, properties, generation }: Named,
    artifact: StackArtifact,
  ): ResourceDeclaration {
    return {
      logicalId,
      type,
      properties,
      stack: this.#stack,
      generatedName: generatedName(this.#stack, logicalId, generation),
      generatedId: generatedUuid(this.#stack, logicalId + generation),
      asset: (objectKey) => assetPath(artifact, objectKey),
    };
  }
}

/** @throws NotModelledError for a type or a property that is not modelled */
export function checkModelled(
  { stackName, resources }: Template,
  handlers: ReadonlyMap<string, ResourceHandler>,
): void {
  for (const resource of resources) checkResource(stackName, resource, handlers);
}

function checkResource(
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

function assetPath(stack: StackArtifact, objectKey: string): string {
  const path = stack.assets.get(objectKey);
  if (path !== undefined) return path;
  throw new ServiceError('ValidationError', `${stack.name} has no asset with the object key ${objectKey}`);
}
