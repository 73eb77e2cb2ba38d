import { isDeepStrictEqual } from 'node:util';
import { NotModelledError, ServiceError } from '../model/service.ts';
import type { DeployedResource } from './stack.ts';
import type { DeletionPolicy, Template } from './template.ts';
import { UNSETTLED, UPDATE_REQUIRES } from './update-requires.ts';

/** What a deployment does with a resource of its template. */
export type Change = 'create' | 'keep' | 'update' | 'replace';

/**
 * What becomes of a resource whose properties are now so. Values are compared after references were resolved: a resource
 * that refers to a replaced one changes with it.
 * @throws ServiceError `ValidationError` for a resource that would have to be replaced under the name that it keeps
 * @throws NotModelledError for a change whose effect AWS alone knows
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html
 */
export function changeOf(
  before: DeployedResource | undefined,
  properties: Readonly<Record<string, unknown>>,
): Change {
  if (before === undefined) return 'create';
  const names = new Set([...Object.keys(before.properties), ...Object.keys(properties)]);
  const changed = [...names].filter((name) => !isDeepStrictEqual(before.properties[name], properties[name]));
  if (changed.length === 0) return 'keep';
  const { type, logicalId } = before;
  const unsettled = changed.find((name) => UNSETTLED[type]?.includes(name));
  if (unsettled !== undefined) throw new NotModelledError(`a change of ${type}.${unsettled} (${logicalId})`);
  const behaviour = UPDATE_REQUIRES[type];
  if (behaviour === undefined) throw new NotModelledError(`changes of the resource type ${type}`);
  if (!changed.some((name) => behaviour.replacement.includes(name))) return 'update';
  const name = behaviour.name === undefined ? undefined : properties[behaviour.name];
  if (behaviour.name !== undefined && name !== undefined && !changed.includes(behaviour.name)) {
    throw customNamed(String(name));
  }
  return 'replace';
}

/** @see https://repost.aws/knowledge-center/cloudformation-custom-name (the message) */
function customNamed(name: string): ServiceError {
  return new ServiceError(
    'ValidationError',
    'CloudFormation cannot update a stack when a custom-named resource requires replacing. ' +
      `Rename ${name} and update the stack again.`,
  );
}

/** @throws ServiceError `ValidationError` for a resource that becomes another type: CloudFormation checks that first */
export function refuseOtherTypes(resources: readonly DeployedResource[], template: Template): void {
  const others = template.resources.filter(({ logicalId, type }) =>
    resources.some((before) => before.logicalId === logicalId && before.type !== type),
  );
  if (others.length === 0) return;
  throw new ServiceError(
    'ValidationError',
    'Update of resource type is not permitted. The new template modifies resource type of the following resources: ' +
      `[${others.map(({ logicalId }) => logicalId).join(', ')}]`,
  );
}

/** Those that a new template no longer has, each before those that it depends on. */
export function removedBy(
  template: Template,
  resources: readonly DeployedResource[],
): readonly DeployedResource[] {
  const kept = new Set(template.resources.map(({ logicalId }) => logicalId));
  return resources.filter(({ logicalId }) => !kept.has(logicalId)).reverse();
}

/**
 * Whether a policy keeps the resource where it would be deleted. RetainExceptOnCreate does not in the operation that
 * created the resource, if that is rolled back.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
 */
export function keeps(policy: DeletionPolicy, operation: 'rolled-back creation' | 'any other'): boolean {
  return policy === 'Retain' || (policy === 'RetainExceptOnCreate' && operation === 'any other');
}
