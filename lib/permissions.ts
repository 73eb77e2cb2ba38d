import { Stack, Validations } from 'aws-cdk-lib';
import { type Conditions, Effect, PolicyDocument, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { flattenCfnReference } from 'cdk-nag/lib/utils/flatten-cfn-reference.js';

/** What a role may do, or must not. */
export interface Permission {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions?: Conditions;
  /** Why the resources cannot be named more closely; every wildcard needs a reason. */
  readonly because?: string;
}

/** What a role must not do whatever else it is given, outside the named resources. */
export interface Fence {
  readonly actions: readonly string[];
  readonly outside: readonly string[];
}

/** One inline policy, so that a role is never there without it. */
export function policyOf(permissions: readonly Permission[], fences: readonly Fence[] = []): PolicyDocument {
  const allowed = permissions.map(
    ({ actions, resources, conditions }) =>
      new PolicyStatement({
        actions: [...actions],
        resources: [...resources],
        ...(conditions === undefined ? {} : { conditions }),
      }),
  );
  const denied = fences.map(
    ({ actions, outside }) =>
      new PolicyStatement({ effect: Effect.DENY, actions: [...actions], notResources: [...outside] }),
  );
  // The CDK minimises as the flags of the stack say, and large policies have to be small in every stack.
  return new PolicyDocument({ statements: [...allowed, ...denied], minimize: true });
}

/**
 * Acknowledges each wildcard resource of a role with its reason; one without a reason stays a finding. Written as
 * `Validations.acknowledge` of a new CDK writes it, and as cdk-nag reads it: before 2.270 that refuses ids with two `::`.
 */
export function acknowledgeWildcards(role: Role, permissions: readonly Permission[]): void {
  const stack = Stack.of(role);
  for (const { resources, because } of permissions) {
    if (because === undefined) continue;
    for (const resource of resources) {
      const flat = flattenCfnReference(stack.resolve(resource));
      if (!flat.includes('*')) continue;
      role.node.addMetadata(Validations.ACKNOWLEDGED_RULES_METADATA_KEY, {
        [`Annotation::AwsSolutions-IAM5[Resource::${flat}]`]: because,
      });
    }
  }
}
