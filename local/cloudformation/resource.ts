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
  /** Absolute folder or file of a CDK asset, by its S3 object key in the template (`<hash>.zip`). */
  asset(objectKey: string): string;
}

/** What `Ref` and `Fn::GetAtt` of the resource give. */
export interface CreatedResource {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * Creates one type of resource in the model. `properties` lists every property that is modelled, at the top level;
 * the deployer refuses a template that uses any other, by name. A handler refuses nested properties it does not model.
 */
export interface ResourceHandler {
  readonly type: string;
  readonly properties: readonly string[];
  create(declaration: ResourceDeclaration): Promise<CreatedResource>;
}
