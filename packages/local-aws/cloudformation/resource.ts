/** The stack that a resource belongs to. */
export interface StackIdentity {
  readonly name: string;
  readonly account: string;
  readonly region: string;
}

/** A resource of a template, its intrinsics already resolved. */
export interface ResourceDeclaration {
  readonly logicalId: string;
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: each handler narrows the properties of its own resource type
  readonly properties: any;
  readonly stack: StackIdentity;
  /** A name for resources that the template leaves unnamed, as CloudFormation makes them: stack-logicalId-suffix. */
  readonly generatedName: string;
  /** An id for resources that have one of their own, such as keys: another one for each resource that is created. */
  readonly generatedId: string;
  /** Absolute folder or file of a CDK asset, by its S3 object key in the template (`<hash>.zip`). */
  asset(objectKey: string): string;
}

/** What `Ref` and `Fn::GetAtt` of the resource give. */
export interface CreatedResource {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** A resource that a stack has made, to be changed or deleted. */
export interface ExistingResource extends CreatedResource {
  readonly logicalId: string;
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: each handler narrows the properties of its own resource type
  readonly properties: any;
  readonly stack: StackIdentity;
  /** Calls an operation with the permissions of whoever deploys, for what a policy may deny even to them. */
  call(service: string, operation: string, input: object): Promise<object>;
}

/**
 * Creates, changes and deletes one type of resource in the model. `properties` lists every property that is modelled, at
 * the top level; the deployer refuses a template that uses any other, by name. A handler refuses nested properties it
 * does not model. Which changes replace the resource is not the handler's to know: see `update-requires.ts`.
 */
export interface ResourceHandler {
  readonly type: string;
  readonly properties: readonly string[];
  create(declaration: ResourceDeclaration): Promise<CreatedResource>;
  /** Changes it in place, to what the declaration says. @default refused by name */
  update?(declaration: ResourceDeclaration, existing: ExistingResource): Promise<CreatedResource>;
  /** @default refused by name */
  delete?(existing: ExistingResource): Promise<void>;
  /**
   * A resource that is there already under the declared name, in the stack's account, for an import: nothing about it is
   * changed. @default this type cannot be imported here
   */
  find?(declaration: ResourceDeclaration): CreatedResource | undefined;
}
